import { describe, expect, test } from 'vitest';
import type { ChatRequest, JsonObject, Message, Part } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import type { TargetModel } from '../dialect.ts';
import { anthropic } from './index.ts';

const OLD: TargetModel = { name: 'claude-sonnet-4-5', maxOutputTokens: 64_000 };
const ADAPTIVE: TargetModel = { name: 'claude-opus-4-6', maxOutputTokens: 128_000 };
const NEW: TargetModel = { name: 'claude-opus-4-8', maxOutputTokens: 128_000, sampling: false };

const text = (words: string): Part => ({ type: 'text', text: words });
const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const call = (id: string, input = '{}', name = 'f'): Part => ({ type: 'toolCall', id, name, input, kind: 'function' });
const result = (id: string, words = 'ok'): Message => ({
  role: 'tool',
  parts: [{ type: 'toolResult', id, parts: words === '' ? [] : [text(words)] }],
});
const tool = { kind: 'function' as const, name: 'f', schema: { type: 'object' } };

function write(request: Partial<ChatRequest>, target = OLD) {
  return anthropic.writeRequest(
    {
      dialect: 'openai-chat',
      model: 'x',
      messages: [user(text('hi'))],
      tools: [],
      stream: false,
      streamUsage: false,
      ...request,
    },
    target,
  );
}

function wireMessages(messages: Message[], target = OLD): unknown {
  return write({ messages }, target).body.messages;
}

function lossFields(request: Partial<ChatRequest>, target = OLD): string[] {
  return write(request, target).losses.map(({ field }) => field);
}

function refusal(request: Partial<ChatRequest>): { code?: string; field?: string | undefined } {
  try {
    write(request);
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, field: error.field };
  }
  return {};
}

describe('system messages', () => {
  test('leading system and developer messages become system blocks in their order', () => {
    const { body, losses } = write({
      messages: [
        { role: 'system', parts: [text('a')] },
        { role: 'developer', parts: [text('b'), text('c')] },
        user(text('hi')),
      ],
    });
    expect(body.system).toEqual(['a', 'b', 'c'].map((each) => ({ type: 'text', text: each })));
    expect(body.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]);
    expect(losses).toEqual([]);
  });

  test('a later one becomes user text in its place, and is reported', () => {
    const messages: Message[] = [user(text('a')), { role: 'system', parts: [text('b')] }, user(text('c'))];
    const { body, losses } = write({ messages });
    expect(body.messages).toEqual([
      { role: 'user', content: ['a', 'b', 'c'].map((each) => ({ type: 'text', text: each })) },
    ]);
    expect(losses).toEqual([{ field: 'messages[].role', why: 'a later system message became user text' }]);
  });

  test('where the model takes it, it stays after a user message before an assistant’s or the end', () => {
    const system: Message = { role: 'system', parts: [text('s')] };
    const assistant: Message = { role: 'assistant', parts: [text('b')] };
    const roles = (messages: Message[]) => (wireMessages(messages, NEW) as JsonObject[]).map(({ role }) => role);
    expect(roles([user(text('a')), system])).toEqual(['user', 'system']);
    expect(roles([user(text('a')), system, system, assistant, user(text('c'))])).toEqual([
      'user',
      'system',
      'assistant',
      'user',
    ]);
    expect(roles([user(text('a')), assistant, system, user(text('c'))])).toEqual(['user', 'assistant', 'user']);
    expect(lossFields({ messages: [user(text('a')), system] }, NEW)).toEqual([]);
  });

  test('alone they are sent as the user’s, and nothing at all is refused', () => {
    const { body, losses } = write({ messages: [{ role: 'system', parts: [text('a')] }] });
    expect(body).toMatchObject({ messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] });
    expect(body.system).toBeUndefined();
    expect(losses.map(({ field }) => field)).toEqual(['messages']);
    expect(refusal({ messages: [] })).toEqual({ code: 'invalid_request', field: 'messages' });
    expect(refusal({ messages: [user(text(''))] })).toEqual({ code: 'invalid_request', field: 'messages' });
  });
});

describe('turns', () => {
  test('neighbours of one role are one message', () => {
    expect(
      wireMessages([
        user(text('a')),
        user(text('b')),
        { role: 'assistant', parts: [text('c')] },
        { role: 'assistant', parts: [text('d')] },
      ]),
    ).toEqual([
      { role: 'user', content: ['a', 'b'].map((each) => ({ type: 'text', text: each })) },
      { role: 'assistant', content: ['c', 'd'].map((each) => ({ type: 'text', text: each })) },
    ]);
  });

  test('all results of a turn stand in the one user message after it, in order, before text', () => {
    const { body, losses } = write({
      messages: [
        user(text('go')),
        { role: 'assistant', parts: [call('a'), call('b')] },
        result('a', 'one'),
        result('b', 'two'),
        user(text('and?')),
      ],
    });
    expect((body.messages as JsonObject[])[2]).toEqual({
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'one' }] },
        { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: 'two' }] },
        { type: 'text', text: 'and?' },
      ],
    });
    expect(losses).toEqual([]);
  });

  test('results that stand after text move before it, and that is reported', () => {
    const messages: Message[] = [{ role: 'assistant', parts: [call('a')] }, user(text('wait')), result('a')];
    const { body, losses } = write({ messages });
    expect((body.messages as { content: JsonObject[] }[])[1]?.content.map(({ type }) => type)).toEqual([
      'tool_result',
      'text',
    ]);
    expect(losses).toEqual([{ field: 'messages[]', why: 'tool results were moved before the text of their turn' }]);
  });

  test('a failed result says so, an empty one has no content', () => {
    const failed: Message = {
      role: 'tool',
      parts: [{ type: 'toolResult', id: 'a', isError: true, parts: [text('')] }],
    };
    expect((wireMessages([{ role: 'assistant', parts: [call('a')] }, failed]) as JsonObject[])[1]).toEqual({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'a', is_error: true }],
    });
  });

  test('the image of a result stays in it', () => {
    const image: Part = { type: 'media', kind: 'image', source: { from: 'url', url: 'https://a' } };
    const message: Message = { role: 'tool', parts: [{ type: 'toolResult', id: 'a', parts: [image, call('x')] }] };
    const { body, losses } = write({ messages: [message] });
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'a',
            content: [{ type: 'image', source: { type: 'url', url: 'https://a' } }],
          },
        ],
      },
    ]);
    expect(losses.map(({ why }) => why)).toEqual(['a tool result cannot hold toolCall']);
  });

  test('names of speakers, blank text and refusals are reported', () => {
    const messages: Message[] = [
      { role: 'user', name: 'Ann', parts: [text(' \n'), text('hi')] },
      { role: 'assistant', parts: [{ type: 'refusal', text: 'No.' }] },
    ];
    const { body, losses } = write({ messages });
    expect(body.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'No.' }] },
    ]);
    expect(losses.map(({ field }) => field)).toEqual(['messages[].name', 'messages[].content', 'messages[].refusal']);
  });
});

describe('tool calls', () => {
  function input(part: Part): unknown {
    const [message] = wireMessages([{ role: 'assistant', parts: [part] }]) as { content: JsonObject[] }[];
    return message?.content[0]?.input;
  }

  test('input becomes an object, and no input an empty one', () => {
    expect(input(call('a', '{"b":[1]}'))).toEqual({ b: [1] });
    expect(input(call('a', ''))).toEqual({});
  });

  test.each(['{"cut', '[1]', '"text"'])('input %s goes out wrapped, and is reported', (words) => {
    expect(input(call('a', words))).toEqual({ invalid_json: words });
    expect(lossFields({ messages: [{ role: 'assistant', parts: [call('a', words)] }] })).toEqual([
      'messages[].tool_calls',
    ]);
  });

  test('free text of a custom tool goes out wrapped', () => {
    expect(input({ type: 'toolCall', id: 'a', name: 'f', input: 'ls', kind: 'custom' })).toEqual({ input: 'ls' });
  });

  test('ids outside the alphabet are mapped the same for a call and its result, and stay apart', () => {
    const written = wireMessages([
      { role: 'assistant', parts: [call('functions.f:0'), call('functions.f:1'), call('call_ok-1')] },
      result('functions.f:0'),
      result('functions.f:1'),
      result('call_ok-1'),
    ]) as { content: JsonObject[] }[];
    const calls = written[0]?.content.map(({ id }) => id);
    expect(written[1]?.content.map(({ tool_use_id }) => tool_use_id)).toEqual(calls);
    expect(new Set(calls).size).toBe(3);
    for (const id of calls ?? []) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(calls?.[2]).toBe('call_ok-1');
  });

  test('an id used again in a later turn is made unique there', () => {
    const turn: Message[] = [{ role: 'assistant', parts: [call('0')] }, result('0')];
    const written = wireMessages([...turn, ...turn]) as { content: JsonObject[] }[];
    expect(written.map(({ content }) => content[0]?.id ?? content[0]?.tool_use_id)).toEqual(['0', '0', '0_2', '0_2']);
  });
});

describe('media', () => {
  const media = (part: Partial<Extract<Part, { type: 'media' }>>): Part => ({
    type: 'media',
    kind: 'image',
    source: { from: 'url', url: 'https://a/b' },
    ...part,
  });
  function block(part: Part): unknown {
    return (wireMessages([user(part)]) as { content: unknown[] }[])[0]?.content[0];
  }

  test.each<[string, Partial<Extract<Part, { type: 'media' }>>, JsonObject]>([
    ['an image by URL', {}, { type: 'url', url: 'https://a/b' }],
    [
      'an image in base64',
      { source: { from: 'base64', data: 'AAAA' }, mime: 'image/webp' },
      { type: 'base64', media_type: 'image/webp', data: 'AAAA' },
    ],
    [
      'a JPEG by its other name',
      { source: { from: 'base64', data: 'AAAA' }, mime: 'image/jpg' },
      { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' },
    ],
    [
      'an image that its first bytes give away',
      { source: { from: 'base64', data: 'iVBORw0KGgoAAA' } },
      { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgoAAA' },
    ],
    [
      'a data URL',
      { source: { from: 'url', url: 'data:image/gif;base64,R0lG' } },
      { type: 'base64', media_type: 'image/gif', data: 'R0lG' },
    ],
    ['a file of Anthropic', { source: { from: 'file', id: 'f', by: 'anthropic' } }, { type: 'file', file_id: 'f' }],
    ['a PDF by URL', { kind: 'document' }, { type: 'url', url: 'https://a/b' }],
    [
      'a PDF in base64',
      { kind: 'document', source: { from: 'base64', data: 'JVBE' }, mime: 'application/pdf' },
      { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
    ],
    [
      'plain text',
      { kind: 'document', source: { from: 'text', text: 'words' } },
      { type: 'text', media_type: 'text/plain', data: 'words' },
    ],
  ])('%s is written', (_, part, source) => {
    expect(block(media(part))).toEqual({ type: part.kind ?? 'image', source });
  });

  test('a document keeps its name', () => {
    expect(block(media({ kind: 'document', name: 'T.pdf' }))).toMatchObject({ title: 'T.pdf' });
  });

  test.each<[string, Partial<Extract<Part, { type: 'media' }>>]>([
    ['audio', { kind: 'audio' }],
    ['an image of an unknown type', { source: { from: 'base64', data: 'AAAA' } }],
    ['a TIFF image', { source: { from: 'base64', data: 'AAAA' }, mime: 'image/tiff' }],
    ['a Word document', { kind: 'document', source: { from: 'base64', data: 'AAAA' }, mime: 'application/msword' }],
    ['a file of another provider', { source: { from: 'file', id: 'f', by: 'openai-chat' } }],
    ['an image of text', { source: { from: 'text', text: 'a' } }],
  ])('%s is refused by the name of its field', (_, part) => {
    expect(refusal({ messages: [user(text('a'), media(part))] })).toEqual({
      code: 'unsupported',
      field: 'messages[0].content[1]',
    });
  });

  test('the detail of an image and media of an assistant are reported', () => {
    expect(lossFields({ messages: [user(media({ detail: 'low' }))] })).toEqual(['messages[].content']);
    expect(lossFields({ messages: [user(text('a')), { role: 'assistant', parts: [media({}), text('b')] }] })).toEqual([
      'messages[].content',
    ]);
  });
});

describe('thinking parts', () => {
  test('Anthropic’s own go back as they were, others are dropped and reported', () => {
    const { body, losses } = write({
      messages: [
        user(text('a')),
        {
          role: 'assistant',
          parts: [
            { type: 'thinking', text: 'hm', signature: { by: 'anthropic', value: 's' } },
            { type: 'thinking', text: '', redacted: true, signature: { by: 'anthropic', value: 'd' } },
            { type: 'thinking', text: 'x', signature: { by: 'gemini', value: 's' } },
            { type: 'thinking', text: 'y' },
            text('b'),
          ],
        },
      ],
    });
    expect((body.messages as JsonObject[])[1]?.content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'text', text: 'b' },
    ]);
    expect(losses.map(({ why }) => why)).toEqual([
      "it is signed by gemini: only Anthropic's own goes back",
      "it has no signature: only Anthropic's own goes back",
    ]);
  });

  test('a foreign signature on a call, foreign opaque parts and foreign fields are dropped and reported', () => {
    const fields = lossFields({
      messages: [
        {
          role: 'assistant',
          parts: [
            {
              type: 'toolCall',
              id: 'a',
              name: 'f',
              input: '',
              kind: 'function',
              signature: { by: 'gemini', value: 's' },
            },
            { type: 'opaque', dialect: 'gemini', label: 'executableCode', value: {} },
            { type: 'text', text: 'a', extra: { dialect: 'openai-chat', fields: { annotations: [] } } },
          ],
          extra: { dialect: 'openai-chat', fields: { audio: {} } },
        },
      ],
      extra: { dialect: 'openai-chat', fields: { store: true } },
    });
    expect(fields).toEqual([
      'messages[].audio',
      'messages[].tool_calls',
      'messages[].executableCode',
      'messages[].annotations',
      'store',
    ]);
  });
});

describe('reasoning', () => {
  const high = { reasoning: { effort: 'high' } };

  test.each([
    ['minimal', 1024],
    ['low', 4096],
    ['medium', 10_240],
    ['high', 24_576],
    ['max', 49_152],
  ])('effort %s is a budget of %i tokens where the model takes budgets', (effort, budget) => {
    const { body, losses } = write({ reasoning: { effort } });
    expect(body.thinking).toEqual({ type: 'enabled', budget_tokens: budget });
    expect(losses).toEqual([]);
  });

  test('an effort is a word where the model thinks by itself', () => {
    const { body, losses } = write(high, ADAPTIVE);
    expect(body).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } });
    expect(losses).toEqual([]);
  });

  test.each([
    ['minimal', 'low'],
    ['xhigh', 'high'],
  ])('effort %s becomes %s where the model lacks it, and is reported', (asked, sent) => {
    const { body, losses } = write({ reasoning: { effort: asked } }, ADAPTIVE);
    expect(body.output_config).toEqual({ effort: sent });
    expect(losses.map(({ field }) => field)).toEqual(['reasoning_effort']);
  });

  test('an effort that nobody knows is left out', () => {
    expect(write({ reasoning: { effort: 'odd' } }, ADAPTIVE).body.output_config).toBeUndefined();
  });

  test('a budget yields to the output limit of the client', () => {
    const { body, losses } = write({ ...high, maxOutputTokens: 8000 });
    expect(body).toMatchObject({ max_tokens: 8000, thinking: { budget_tokens: 6976 } });
    expect(losses.map(({ field }) => field)).toEqual(['reasoning_effort']);
    expect(
      write({ dialect: 'anthropic', maxOutputTokens: 4000, reasoning: { budgetTokens: 5000 } }).body,
    ).toMatchObject({
      max_tokens: 4000,
      thinking: { budget_tokens: 2976 },
    });
    expect(write({ dialect: 'anthropic', maxOutputTokens: 4000, reasoning: { budgetTokens: 3999 } })).toMatchObject({
      body: { thinking: { budget_tokens: 3999 } },
      losses: [],
    });
  });

  test('where no budget fits the output limit, thinking is off and that is reported', () => {
    const { body, losses } = write({ ...high, maxOutputTokens: 1000 });
    expect(body.thinking).toBeUndefined();
    expect(losses[0]?.why).toContain('leaves no room');
  });

  test('where nobody knows a limit, there is room for the budget and 4096 tokens', () => {
    expect(write(high, { name: 'compatible-model' }).body).toMatchObject({ max_tokens: 28_672 });
    expect(write({}, { name: 'compatible-model' }).body).toMatchObject({ max_tokens: 4096 });
  });

  test('a budget below the smallest is raised, and one for a model without budgets is a word', () => {
    expect(write({ reasoning: { budgetTokens: 10 } })).toMatchObject({
      body: { thinking: { budget_tokens: 1024 } },
      losses: [{ field: 'reasoning_effort' }],
    });
    expect(write({ reasoning: { budgetTokens: 12_000 } }, NEW)).toMatchObject({
      body: { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } },
      losses: [{ field: 'reasoning_effort' }],
    });
    expect(write({ reasoning: { budgetTokens: 12_000 } }, ADAPTIVE).body.thinking).toEqual({
      type: 'enabled',
      budget_tokens: 12_000,
    });
  });

  test('adaptive thinking is a budget where the model takes only those, and is reported', () => {
    expect(write({ reasoning: { adaptive: true, visible: true } })).toMatchObject({
      body: { thinking: { type: 'enabled', budget_tokens: 10_240, display: 'summarized' } },
      losses: [{ field: 'reasoning_effort' }],
    });
  });

  test.each<[string, unknown]>([
    ['claude-sonnet-4-5', undefined],
    ['claude-opus-4-8', undefined],
    ['claude-sonnet-5', { type: 'disabled' }],
    ['claude-sonnet-5-5', { type: 'between_tools' }],
  ])('effort none switches thinking off for %s', (name, thinking) => {
    const { body, losses } = write({ reasoning: { effort: 'none' } }, { name });
    expect(body.thinking).toEqual(thinking);
    expect(losses).toEqual([]);
  });

  test.each(['claude-fable-5', 'claude-opus-5-5'])('%s always thinks, which is reported', (name) => {
    expect(write({ reasoning: { effort: 'none' } }, { name })).toMatchObject({
      losses: [{ field: 'reasoning_effort', why: 'this model always thinks' }],
    });
  });

  test.each<TargetModel>([{ name: 'claude-3-5-haiku-20241022' }, { name: 'other', reasoningEfforts: [] }])(
    '$name does not think, which is reported',
    (target) => {
      const { body, losses } = write(high, target);
      expect(body.thinking).toBeUndefined();
      expect(losses).toEqual([{ field: 'reasoning_effort', why: 'this model does not think' }]);
    },
  );

  test('an effort without a word on thinking stays that in Anthropic’s own dialect', () => {
    expect(write({ dialect: 'anthropic', reasoning: { effort: 'low' } }, ADAPTIVE).body).toMatchObject({
      output_config: { effort: 'low' },
    });
    expect(write({ dialect: 'anthropic', reasoning: { effort: 'low' } }, ADAPTIVE).body.thinking).toBeUndefined();
  });

  test('a forced tool switches thinking off for the turn', () => {
    for (const toolChoice of [
      { mode: 'required' as const },
      { mode: 'tool' as const, name: 'f' },
      { mode: 'allowed' as const, names: ['f'], required: true },
    ]) {
      const { body, losses } = write({ ...high, tools: [tool], toolChoice });
      expect(body.thinking).toBeUndefined();
      expect(losses).toContainEqual({
        field: 'reasoning_effort',
        why: 'thinking is off for this turn: a tool is forced',
      });
    }
  });

  test('a tool loop without its thinking block switches thinking off for the turn', () => {
    const loop = (...parts: Part[]): Message[] => [user(text('a')), { role: 'assistant', parts }, result('a')];
    const lost = write({ ...high, messages: loop(call('a')), tools: [tool] });
    expect(lost.body.thinking).toBeUndefined();
    expect(lost.losses.map(({ why }) => why)).toEqual([
      'thinking is off for this turn: the thinking block before the last tool calls is missing',
    ]);
    const kept: Part = { type: 'thinking', text: 'hm', signature: { by: 'anthropic', value: 's' } };
    expect(write({ ...high, messages: loop(kept, call('a')), tools: [tool] }).body.thinking).toBeDefined();
    const done = [...loop(call('a')), { role: 'assistant' as const, parts: [text('b')] }, user(text('c'))];
    expect(write({ ...high, messages: done, tools: [tool] }).body.thinking).toBeDefined();
    expect(
      write({ ...high, messages: loop(call('a')), tools: [tool] }, { name: 'claude-sonnet-5' }).body.thinking,
    ).toEqual({
      type: 'disabled',
    });
  });
});

describe('sampling', () => {
  test.each<[string, Partial<ChatRequest>, JsonObject, string[]]>([
    ['a temperature in range goes out', { temperature: 0.3 }, { temperature: 0.3 }, []],
    ['a higher one is held at 1', { temperature: 1.7 }, { temperature: 1 }, ['temperature']],
    ['top_p alone goes out', { topP: 0.5 }, { top_p: 0.5 }, []],
    ['temperature wins over top_p', { temperature: 0.3, topP: 0.5 }, { temperature: 0.3 }, ['top_p']],
    ['a top_p of 1 is no loss', { temperature: 0.3, topP: 1 }, { temperature: 0.3 }, []],
    ['top_k goes out', { topK: 5 }, { top_k: 5 }, []],
    [
      'thinking wins over all three',
      { temperature: 0.3, topP: 0.5, topK: 5, reasoning: { effort: 'low' } },
      {},
      ['temperature', 'top_p', 'top_k'],
    ],
    [
      'thinking leaves temperature 1 and a high top_p',
      { topP: 0.97, reasoning: { effort: 'low' } },
      { top_p: 0.97 },
      [],
    ],
  ])('%s', (_, request, expected, lost) => {
    const { body, losses } = write(request);
    const { temperature, top_p, top_k } = body;
    expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k }))).toEqual(expected);
    expect(losses.map(({ field }) => field)).toEqual(lost);
  });

  test('models that refuse sampling get none; a temperature of 1 is no loss', () => {
    const { body, losses } = write({ temperature: 0.3, topP: 0.5, topK: 5 }, NEW);
    expect(Object.keys(body)).not.toContain('temperature');
    expect(losses.map(({ field }) => field)).toEqual(['temperature', 'top_p', 'top_k']);
    expect(lossFields({ temperature: 1 }, NEW)).toEqual([]);
  });
});

describe('tools', () => {
  test('schemas go out unopened, with the type that Anthropic insists on', () => {
    const schema = { properties: { a: { minimum: 1 } } };
    const { body, losses } = write({
      tools: [
        { ...tool, schema, description: 'd' },
        { kind: 'function', name: 'g' },
      ],
    });
    expect(body.tools).toEqual([
      { name: 'f', description: 'd', input_schema: { type: 'object', ...schema } },
      { name: 'g', input_schema: { type: 'object', properties: {} } },
    ]);
    expect(losses).toEqual([]);
  });

  test('strict tools are held to the subset, and are not strict where the model knows none', () => {
    const schema = { type: 'object', properties: { a: { type: 'integer', minimum: 1 } }, additionalProperties: false };
    const { body, losses } = write({ tools: [{ ...tool, schema, strict: true }] });
    expect(body.tools).toEqual([
      {
        name: 'f',
        strict: true,
        input_schema: { type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: false },
      },
    ]);
    expect(losses).toEqual([{ field: 'tools[0].parameters', why: 'the keyword minimum is not supported' }]);
    expect(lossFields({ tools: [{ ...tool, schema, strict: true }] }, { name: 'claude-3-5-haiku-20241022' })).toEqual([
      'tools[0].strict',
    ]);
  });

  test('a hosted tool goes back to Anthropic only', () => {
    const hosted = {
      kind: 'hosted' as const,
      name: 'web_search',
      value: { type: 'web_search_20250305', name: 'web_search' },
    };
    expect(write({ dialect: 'anthropic', tools: [hosted] }).body.tools).toEqual([hosted.value]);
    expect(refusal({ tools: [hosted] })).toEqual({ code: 'unsupported', field: 'tools[0]' });
  });

  test.each(['a.b', 'x'.repeat(129)])('a tool named %s is refused by name', (name) => {
    expect(refusal({ tools: [{ kind: 'function', name }] })).toEqual({ code: 'unsupported', field: 'tools[0].name' });
  });

  test('a tool of free text is declared as one of a string, and that is said', () => {
    const { body, losses } = write({ tools: [{ kind: 'custom', name: 'shell', description: 'Runs it.' }] });
    expect(body.tools).toEqual([
      {
        name: 'shell',
        description: 'Runs it.',
        input_schema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
      },
    ]);
    expect(losses).toMatchObject([{ field: 'tools[0]' }]);
  });

  test.each<[Partial<ChatRequest>, unknown]>([
    [{}, undefined],
    [{ toolChoice: { mode: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { mode: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    [{ toolChoice: { mode: 'required' } }, { type: 'any' }],
    [
      { toolChoice: { mode: 'tool', name: 'f' }, parallelToolCalls: false },
      { type: 'tool', name: 'f', disable_parallel_tool_use: true },
    ],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ parallelToolCalls: true }, undefined],
  ])('choice %j is %j', (request, choice) => {
    expect(write({ tools: [tool], ...request }).body.tool_choice).toEqual(choice);
  });

  test('tools that are not allowed are left out, which is reported', () => {
    const { body, losses } = write({
      tools: [tool, { ...tool, name: 'g' }],
      toolChoice: { mode: 'allowed', names: ['g'], required: false },
    });
    expect(body).toMatchObject({ tools: [{ name: 'g' }], tool_choice: { type: 'auto' } });
    expect(losses.map(({ field }) => field)).toEqual(['tool_choice']);
  });

  test('a forced choice without tools is reported', () => {
    const { body, losses } = write({ toolChoice: { mode: 'required' } });
    expect(body.tool_choice).toBeUndefined();
    expect(losses.map(({ field }) => field)).toEqual(['tool_choice']);
  });
});

describe('format', () => {
  test('a schema goes out in the subset, its description with it', () => {
    const schema = {
      type: 'object',
      properties: {
        a: {
          oneOf: [
            { type: 'string', format: 'email', minLength: 1 },
            { type: 'string', format: 'odd' },
          ],
        },
        b: { type: 'array', minItems: 3, items: { type: 'object', properties: {}, additionalProperties: true } },
        minimum: { type: 'number', maximum: 2 },
      },
    };
    const { body, losses } = write({ format: { type: 'schema', name: 'n', description: 'd', schema, strict: true } });
    expect(body.output_config).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: {
            a: { anyOf: [{ type: 'string', format: 'email' }, { type: 'string' }] },
            b: { type: 'array', minItems: 1, items: { type: 'object', properties: {}, additionalProperties: false } },
            minimum: { type: 'number' },
          },
          additionalProperties: false,
          description: 'd',
        },
      },
    });
    expect(losses.map(({ field, why }) => `${field}: ${why}`)).toEqual([
      'response_format: the keyword oneOf became anyOf',
      'response_format: the keyword minLength is not supported',
      'response_format: the format odd is not supported',
      'response_format: the keyword minItems is supported up to 1',
      'response_format: objects were closed: additionalProperties must be false',
      'response_format: the keyword maximum is not supported',
    ]);
  });

  test('JSON without a schema, and a schema for a model that takes none, are reported', () => {
    expect(lossFields({ format: { type: 'json' } })).toEqual(['response_format']);
    expect(lossFields({ format: { type: 'schema', schema: {} } }, { name: 'claude-3-haiku-20240307' })).toEqual([
      'response_format',
    ]);
    expect(lossFields({ format: { type: 'text' } })).toEqual([]);
  });
});

describe('the rest', () => {
  test('the whole of a plain request', () => {
    expect(write({ stream: true, stop: ['END', '\n'], user: 'u', serviceTier: 'default' })).toEqual({
      path: '/messages',
      body: {
        model: 'claude-sonnet-4-5',
        max_tokens: 64_000,
        messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
        stop_sequences: ['END'],
        metadata: { user_id: 'u' },
        service_tier: 'standard_only',
        stream: true,
      },
      losses: [{ field: 'stop', why: 'Anthropic refuses stop sequences of white space' }],
    });
  });

  test('an output limit above the model’s is held at it', () => {
    const { body, losses } = write({ maxOutputTokens: 100_000 });
    expect(body.max_tokens).toBe(64_000);
    expect(losses.map(({ field }) => field)).toEqual(['max_completion_tokens']);
  });

  test('what Anthropic has no parameter for is reported by the client’s own names', () => {
    const request: Partial<ChatRequest> = {
      seed: 1,
      frequencyPenalty: 0.5,
      presencePenalty: 0,
      logprobs: { top: 2 },
      verbosity: 'low',
      serviceTier: 'flex',
    };
    expect(lossFields(request)).toEqual(['service_tier', 'seed', 'frequency_penalty', 'verbosity', 'logprobs']);
    expect(lossFields({ ...request, dialect: 'gemini' })).toContain('generationConfig.frequencyPenalty');
  });

  test('more than one answer is refused', () => {
    expect(refusal({ count: 2 })).toEqual({ code: 'unsupported', field: 'n' });
    expect(refusal({ count: 1 })).toEqual({});
  });

  test('unknown fields of the same dialect go out, joined with what was written', () => {
    const { body } = write({
      dialect: 'anthropic',
      user: 'u',
      extra: { dialect: 'anthropic', fields: { metadata: { more: 1 }, context_management: { edits: [] } } },
    });
    expect(body).toMatchObject({ metadata: { user_id: 'u', more: 1 }, context_management: { edits: [] } });
  });
});

describe('cache marks', () => {
  const marked = (words: string, ttl?: '5m' | '1h'): Part => ({ type: 'text', text: words, cache: ttl ? { ttl } : {} });
  const marks = (request: Partial<ChatRequest>) =>
    JSON.stringify(write(request).body).match(/"cache_control":\{[^}]*\}/g) ?? [];

  test('they become cache_control with their lifetime', () => {
    expect(marks({ messages: [user(marked('a', '1h'))] })).toEqual(['"cache_control":{"type":"ephemeral","ttl":"1h"}']);
    expect(marks({ tools: [{ ...tool, cache: {} }] })).toEqual(['"cache_control":{"type":"ephemeral"}']);
  });

  test('the last four stay, which is reported', () => {
    const messages = [user(...['a', 'b', 'c', 'd'].map((each) => marked(each)))];
    const { body, losses } = write({ tools: [{ ...tool, cache: {} }], messages });
    expect(body.tools).toEqual([{ name: 'f', input_schema: { type: 'object' } }]);
    expect(marks({ messages })).toHaveLength(4);
    expect(losses.map(({ field }) => field)).toEqual(['messages[].cache_control']);
  });

  test('a mark on the request takes one of the four places', () => {
    const extra = { dialect: 'anthropic' as const, fields: { cache_control: { type: 'ephemeral' } } };
    const messages = [user(...['a', 'b', 'c', 'd'].map((each) => marked(each)))];
    expect(marks({ dialect: 'anthropic', messages, extra })).toHaveLength(4);
  });

  test('an hour after five minutes becomes five minutes', () => {
    const { body, losses } = write({ messages: [user(marked('a', '5m'), marked('b', '1h'))] });
    expect(JSON.stringify(body)).not.toContain('1h');
    expect(losses).toHaveLength(1);
    expect(lossFields({ messages: [user(marked('a', '1h'), marked('b', '5m'))] })).toEqual([]);
  });

  test('marks inside tool results count, and one on empty text is reported', () => {
    const message: Message = {
      role: 'tool',
      parts: [{ type: 'toolResult', id: 'a', parts: [marked('x')], cache: {} }],
    };
    expect(marks({ messages: [message, user(marked('a'), marked('b'), marked('c'))] })).toHaveLength(4);
    expect(lossFields({ messages: [user(marked(''), text('a'))] })).toEqual(['messages[].cache_control']);
  });
});
