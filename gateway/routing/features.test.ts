import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatRequest, Message, Part } from '../chat.ts';
import { CUE_NAMES } from './cues.ts';
import { readFeatures } from './features.ts';

const text = (words: string): Part => ({ type: 'text', text: words });
const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const said = (words: string): Message => user(text(words));

function ask(messages: Message[], more: Partial<ChatRequest> = {}): ChatRequest {
  return { dialect: 'openai-chat', model: '', messages, tools: [], stream: false, streamUsage: false, ...more };
}

describe('readFeatures', () => {
  it('takes cues from the last user turn and none from system prompts', () => {
    const system: Message = { role: 'system', parts: [text('Prove every theorem and debug every deadlock.')] };
    const { signals } = readFeatures(
      ask([system, said('Prove it: a lemma.'), said('What is the capital of Peru, my friend?')]),
    );
    expect(signals).toMatchObject({ factual: 2 });
    expect(signals.proof).toBeUndefined();
    expect(signals.concurrency).toBeUndefined();
  });

  it('lets a very short turn lean on the turn before it, but not a greeting', () => {
    const before = [said('Prove that the theorem holds.'), { role: 'assistant', parts: [text('Done.')] } as Message];
    const followUp = readFeatures(ask([...before, said('Now generalise this')]));
    expect(followUp.signals.proof).toBeGreaterThan(0);
    expect(followUp.signals.followUp).toBe(1);
    expect(readFeatures(ask([...before, said('thanks a lot!')])).signals.proof).toBeUndefined();
  });

  it('reads cues in six languages, with and without accents', () => {
    const cases = [
      'Prove this lemma',
      'Demuestra el teorema',
      'Démontre le théorème',
      'Beweise diesen Satz',
      '请证明定理',
      '定理を証明せよ',
    ];
    for (const words of cases) expect(readFeatures(ask([said(words)])).signals.proof, words).toBeGreaterThan(0);
    expect(readFeatures(ask([said('Demontre le theoreme')])).signals).toEqual(
      readFeatures(ask([said('Démontre le théorème')])).signals,
    );
  });

  it('does not take a part of a word for the word', () => {
    const { signals } = readFeatures(ask([said('The improvement was approved by Rafter in Hindi')]));
    expect(signals).toMatchObject({ words: 8 });
    for (const cue of CUE_NAMES) expect(signals).not.toHaveProperty(cue);
  });

  it('counts cues within material to be reworked for little', () => {
    const plain = readFeatures(ask([said('Prove the theorem by induction.')])).signals.proof ?? 0;
    const quoted =
      readFeatures(ask([said('Translate into French: prove the theorem by induction.')])).signals.proof ?? 0;
    const ordered =
      readFeatures(ask([said(`Prove the theorem by induction. ${'And so it goes on. '.repeat(8)} Translate that.`)]))
        .signals.proof ?? 0;
    expect(quoted).toBeLessThan(plain / 4);
    expect(ordered).toBeLessThan(plain / 2);
    const both = readFeatures(ask([said('Prove the theorem by induction and summarize it.')])).signals.proof;
    expect(both).toBe(plain);
  });

  it('sees an order behind a long text', () => {
    const story = 'The old man went down to the sea and looked at the boats. '.repeat(900);
    expect(readFeatures(ask([said(`${story}\nSummarize the above.`)])).signals.digest).toBeGreaterThan(0);
  });

  it('leaves out what coding tools wrap into the user turn', () => {
    const note = '<system-reminder>There is a deadlock and a race condition.</system-reminder>';
    const { signals } = readFeatures(ask([user(text(note), text('Which colour has the sky?'))]));
    expect(signals.concurrency).toBeUndefined();
    expect(readFeatures(ask([said('<environment_details>deadlock')])).signals).toMatchObject({ noTurn: 1, noWords: 1 });
  });

  it('counts what stands beside the text, and the steps since the last user turn', () => {
    const image: Part = { type: 'media', kind: 'image', source: { from: 'url', url: 'https://example.org/a.png' } };
    const pdf: Part = { type: 'media', kind: 'document', source: { from: 'base64', data: 'A'.repeat(90_000) } };
    const note: Part = { type: 'media', kind: 'document', source: { from: 'text', text: 'one two three' } };
    const sound: Part = { type: 'media', kind: 'audio', source: { from: 'base64', data: 'AAAA' } };
    const call: Part = { type: 'toolCall', id: 'a', name: 'read', input: '{"path":"a"}', kind: 'function' };
    const result: Part = { type: 'toolResult', id: 'a', parts: [text('file'), image] };
    const opaque: Part = { type: 'opaque', dialect: 'openai-chat', label: 'x', value: 1 };
    const thought: Part = { type: 'thinking', text: 'hm' };
    const features = readFeatures(
      ask(
        [
          user(image, pdf, note, sound, text('Look at this')),
          { role: 'assistant', parts: [thought, call, opaque] },
          { role: 'tool', parts: [result] },
        ],
        {
          tools: [
            {
              kind: 'function',
              name: 'read',
              description: 'reads',
              schema: { type: 'object', required: ['path'], strict: true },
            },
          ],
          format: { type: 'schema', schema: {} },
          reasoning: { effort: 'high' },
          maxOutputTokens: 100,
          stream: true,
        },
      ),
    );
    expect(features).toMatchObject({
      images: 2,
      documents: 2,
      audio: 1,
      tools: 1,
      turns: 3,
      needsStructuredOutput: true,
      needsReasoning: true,
      effort: 'high',
      maxOutputTokens: 100,
      streaming: true,
      signals: { steps: 1, toolResults: 1 },
    });
    expect(features.inputTokens).toBeGreaterThan(2 * 1_100 + 3_000);
  });

  it('takes a low effort for a hint and a budget for a need', () => {
    expect(readFeatures(ask([said('hi')], { reasoning: { effort: 'low' } })).needsReasoning).toBe(false);
    expect(readFeatures(ask([said('hi')], { reasoning: { budgetTokens: 2_000 } })).needsReasoning).toBe(true);
  });

  it('knows the small jobs of tools by their system prompt, unless tools are offered', () => {
    const system: Message = {
      role: 'system',
      parts: [{ type: 'refusal', text: '' }, text('You are a title generator. Be brief.')],
    };
    expect(readFeatures(ask([system, said('Fix the parser')])).signals.housekeeping).toBe(1);
    const tools: ChatRequest['tools'] = [{ kind: 'function', name: 'a' }];
    expect(readFeatures(ask([system, said('Fix the parser')], { tools })).signals.housekeeping).toBeUndefined();
  });

  it('weighs a folded string by the length that it had', () => {
    const whole = 'word '.repeat(20_000);
    const stand = `${'word '.repeat(400)}\uE0F0secret:0\uE0F1${'word '.repeat(400)}`;
    const given = readFeatures(ask([said(whole)]));
    const folded = readFeatures(ask([said(stand)]), {
      lengthOf: (words) => (words === stand ? 100_000 : words.length),
    });
    for (const name of ['inputTokens', 'lastTurnTokens'] as const) {
      expect(Math.abs(folded[name] - given[name]) / given[name], name).toBeLessThan(0.05);
    }
    const later = readFeatures(ask([said(stand), ...Array.from({ length: 50 }, () => said('word '.repeat(20)))]), {
      lengthOf: (words) => (words === stand ? 100_000 : words.length),
    });
    expect(later.inputTokens).toBeGreaterThan(given.inputTokens * 0.95);
  });

  it('weighs a folded Chinese text by its length too, though few of its characters stay at hand', () => {
    const stand = `${'网关把请求转给合适的模型'.repeat(14)}\uE0F0AAAAAAAAAAAAAAAA:3\uE0F1${'网关把请求转给合适的模型'.repeat(7)}`;
    const { inputTokens } = readFeatures(ask([said(stand)]), {
      lengthOf: (words) => (words === stand ? 30_000 : words.length),
    });
    expect(inputTokens).toBeGreaterThan(6000);
    expect(inputTokens).toBeLessThan(9000);
  });

  it('reads the tail of a folded string, and nothing into its mark', () => {
    const head = 'The old man went down to the sea. '.repeat(60);
    const stand = (mark: string) => `${head}\uE0F0${mark}:12\uE0F1${head}Summarize the above.`;
    const read = (text: string) =>
      readFeatures(ask([said(text)]), { lengthOf: (words) => (words === text ? 80_000 : words.length) });
    const { signals } = read(stand('deadlock-prove_1234'));
    expect(signals).toMatchObject({ digest: 1 });
    expect(signals).toEqual(read(stand('AAAAAAAAAAAAAAAAAAA')).signals);
    const own = `${head}\uE0F0 and no end. Summarize the above.`;
    expect(readFeatures(ask([said(own)])).signals.digest).toBe(1);
  });

  it('reads what stands behind a note that is longer than what is read of a turn', () => {
    const note = `<system-reminder>${'The rules of the house are long. '.repeat(250)}</system-reminder>`;
    const asked = 'Prove this lemma by induction.';
    const { signals, lastTurnTokens } = readFeatures(ask([said(`${note}\n${asked}`)]));
    const alone = readFeatures(ask([said(asked)]));
    expect(signals).toEqual(alone.signals);
    expect(Math.abs(lastTurnTokens - alone.lastTurnTokens)).toBeLessThan(2);
  });

  it('cuts several notes, nested or not, and keeps other tags', () => {
    const note = '<user_info>deadlock <system-reminder>mutex</system-reminder></user_info>';
    const { signals } = readFeatures(ask([said(`${note}Prove a<b <section> lemma${note} by induction`)]));
    expect(signals).toMatchObject({ proof: 3, words: 7, symbols: 0.589 });
    expect(signals.concurrency).toBeUndefined();
  });

  it('gives the same for a text however it was read before', () => {
    const short = readFeatures(ask([said('a theore')]));
    readFeatures(ask([said('a theorem '.repeat(500))]));
    expect(readFeatures(ask([said('a theore')]))).toEqual(short);
    expect(short.signals.proof).toBeUndefined();
  });

  it('knows Latin text in a language without a lexicon, and scripts without one', () => {
    const polish =
      'Proszę napisz mi kilka zdań o tym jak dawniej ludzie uprawiali ziemię oraz hodowali zwierzęta domowe';
    expect(readFeatures(ask([said(polish)])).signals.unknownLanguage).toBe(1);
    expect(readFeatures(ask([said('Расскажи мне о море')])).signals.unknownScript).toBe(1);
  });

  it('estimates a conversation of very many messages from those that it visits', () => {
    const few = readFeatures(ask(Array.from({ length: 2_000 }, () => said('The quick brown fox jumps.')))).inputTokens;
    const many = readFeatures(
      ask(Array.from({ length: 20_000 }, () => said('The quick brown fox jumps.'))),
    ).inputTokens;
    expect(many / few).toBeGreaterThan(9.5);
    expect(many / few).toBeLessThan(10.5);
    const parts = readFeatures(
      ask([user(...Array.from({ length: 20_000 }, () => text('The quick brown fox jumps.')))]),
    ).inputTokens;
    expect(parts).toBeGreaterThan(80_000);
    expect(parts).toBeLessThan(200_000);
  });

  it('estimates many tools from those whose schemas it visits', () => {
    const schema = {
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, { type: 'string' }])),
    };
    const tools = (count: number): ChatRequest['tools'] =>
      Array.from({ length: count }, (_, i) => ({ kind: 'function', name: `tool${i}`, description: 'does it', schema }));
    const ten = readFeatures(ask([said('hi')], { tools: tools(10) })).inputTokens;
    const thousand = readFeatures(ask([said('hi')], { tools: tools(1_000) })).inputTokens;
    expect(thousand / ten).toBeGreaterThan(80);
    expect(thousand / ten).toBeLessThan(120);
  });

  it('sees code, diffs, lists and options', () => {
    const diff = ['@@ -1,3 +1,3 @@', '-const a = 1;', '+const a = 2;', '-b();', '+c();'].join('\n');
    const { signals } = readFeatures(
      ask([said(`Review:\n\`\`\`diff\n${diff}\n\`\`\`\n- one\n- two\n1. three\nA) yes\nB) no\n`)]),
    );
    expect(signals).toMatchObject({ codeFences: 1, listItems: 3, options: 2 });
    expect(signals.diffLines).toBeGreaterThanOrEqual(5);
    expect(signals.codeLines).toBeGreaterThanOrEqual(3);
  });

  it('reads any text without failing, and the same text the same way', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(40), (words, times) => {
        const request = ask([said(words.repeat(times))]);
        const first = readFeatures(request);
        expect(readFeatures(request)).toEqual(first);
        const { learned = 0.1, ...counted } = first.signals;
        expect(Math.abs(learned)).toBeGreaterThan(0);
        expect(Math.abs(learned)).toBeLessThanOrEqual(1);
        expect(Object.values(counted).every((value) => Number.isFinite(value) && value > 0)).toBe(true);
        expect(first.inputTokens).toBeGreaterThanOrEqual(0);
      }),
      // What training knows of it comes to less than is kept.
      { examples: [['\u0000c', 12]] },
    );
  });
});
