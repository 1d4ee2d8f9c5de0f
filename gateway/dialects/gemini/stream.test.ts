import { describe, expect, it } from 'vitest';
import type { ChatEvent, JsonObject } from '../../chat.ts';
import { collect } from '../../reply.ts';
import { gemini } from './index.ts';

const CONTEXT = { id: 'resp_1', model: 'm', createdAtMs: 0, streamUsage: true };

function read(...chunks: JsonObject[]): ChatEvent[] {
  const reader = gemini.createStreamReader();
  return [...chunks.flatMap((chunk) => reader.read({ data: JSON.stringify(chunk) })), ...reader.end()];
}

const chunk = (...parts: JsonObject[]): JsonObject => ({ candidates: [{ content: { parts }, index: 0 }] });

describe('a stream from Gemini', () => {
  it('joins text and thoughts into parts, a signature ending its part', () => {
    const events = read(
      chunk({ text: 'h', thought: true }),
      chunk({ text: 'm', thought: true, thoughtSignature: 'S' }),
      chunk({ text: 'a' }),
      chunk({ text: 'b' }),
      chunk({ text: '', thoughtSignature: 'T' }),
    );
    expect(collect(events).choices[0]?.parts).toEqual([
      { type: 'thinking', text: 'hm', signature: { by: 'gemini', value: 'S' } },
      { type: 'text', text: 'ab' },
      { type: 'thinking', text: '', signature: { by: 'gemini', value: 'T' } },
    ]);
  });

  it('joins the arguments of a call that come in pieces', () => {
    const events = read(
      chunk({ functionCall: { id: 'c', name: 'f', willContinue: true }, thoughtSignature: 'S' }),
      chunk({
        functionCall: {
          partialArgs: [{ jsonPath: '$.a.b[1]', stringValue: 'x', willContinue: true }],
          willContinue: true,
        },
      }),
      chunk({ functionCall: { partialArgs: [{ jsonPath: '$.a.b[1]', stringValue: 'y' }], willContinue: true } }),
      chunk({
        functionCall: {
          partialArgs: [
            { jsonPath: '$.n', numberValue: 3 },
            { jsonPath: "$['t u']", boolValue: true },
            { jsonPath: '$.z' },
          ],
          willContinue: true,
        },
      }),
      chunk({
        functionCall: {
          partialArgs: [{ jsonPath: '$.__proto__.p', stringValue: 'data' }, { jsonPath: '$' }, 3],
          willContinue: true,
        },
      }),
      chunk({ functionCall: {} }),
      chunk({ functionCall: {} }),
    );
    const [part] = collect(events).choices[0]?.parts ?? [];
    expect(part).toMatchObject({ type: 'toolCall', id: 'c', signature: { value: 'S' } });
    expect(part?.type === 'toolCall' ? part.input : '').toBe(
      '{"a":{"b":[null,"xy"]},"n":3,"t u":true,"z":null,"__proto__":{"p":"data"}}',
    );
    expect(({} as JsonObject).p).toBeUndefined();
  });

  it('tells running totals of tokens, the last being whole', () => {
    const events = read(
      { ...chunk({ text: 'a' }), usageMetadata: { promptTokenCount: 9 } },
      {
        candidates: [{ finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 2, thoughtsTokenCount: 1 },
      },
    );
    expect(events.filter((event) => event.type === 'usage').map(({ usage }) => usage)).toEqual([
      { input: 9, output: 0 },
      { input: 9, output: 3, reasoning: 1 },
    ]);
  });

  it('that is cut short has no finish, but closes its parts', () => {
    const events = read(chunk({ text: 'a' }));
    expect(events.map(({ type }) => type)).toEqual(['start', 'open', 'delta', 'close']);
  });

  it('ends by the filter where the prompt was blocked', () => {
    expect(read({ promptFeedback: { blockReason: 'OTHER' } })).toContainEqual({
      type: 'finish',
      choice: 0,
      finish: { reason: 'contentFilter', raw: 'OTHER' },
    });
  });

  it('says once how it ended, though old models said so in each chunk', () => {
    const stopped = { candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' }] };
    expect(read(stopped, stopped).filter((event) => event.type === 'finish')).toHaveLength(1);
  });

  it('turns an error frame and nonsense into error events', () => {
    expect(read({ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } })).toEqual([
      { type: 'error', error: { status: 503, code: 'UNAVAILABLE', message: 'busy' } },
    ]);
    for (const data of ['{', '[]', '3']) {
      expect(gemini.createStreamReader().read({ data })).toMatchObject([
        { type: 'error', error: { code: 'bad_chunk' } },
      ]);
    }
  });

  it('keeps grounding that comes in several chunks', () => {
    const extra = collect(
      read(
        { candidates: [{ index: 0, content: { parts: [{ text: 'a' }] }, citationMetadata: { citations: [1] } }] },
        {
          candidates: [{ index: 0, finishReason: 'STOP', groundingMetadata: { webSearchQueries: ['q'] } }],
          sdkField: 1,
        },
      ),
    ).extra;
    expect(extra?.fields).toEqual({
      sdkField: 1,
      candidates: [{ index: 0, citationMetadata: { citations: [1] }, groundingMetadata: { webSearchQueries: ['q'] } }],
    });
  });
});

describe('a stream to a Gemini client', () => {
  const events: ChatEvent[] = [
    { type: 'start', id: 'up_1' },
    { type: 'open', choice: 0, index: 0, part: { type: 'thinking' } },
    { type: 'delta', choice: 0, index: 0, text: 'hm' },
    { type: 'signature', choice: 0, index: 0, signature: { by: 'anthropic', value: 'S' } },
    { type: 'close', choice: 0, index: 0 },
    { type: 'open', choice: 0, index: 1, part: { type: 'refusal' } },
    { type: 'delta', choice: 0, index: 1, text: 'hi' },
    { type: 'open', choice: 0, index: 2, part: { type: 'toolCall', id: '1', name: 'a', kind: 'function' } },
    { type: 'open', choice: 0, index: 3, part: { type: 'toolCall', id: '2', name: 'b', kind: 'function' } },
    { type: 'delta', choice: 0, index: 2, text: '{"x"' },
    { type: 'delta', choice: 0, index: 3, text: '' },
    { type: 'delta', choice: 0, index: 2, text: ':1}' },
    { type: 'close', choice: 0, index: 3 },
    { type: 'close', choice: 0, index: 2 },
    {
      type: 'open',
      choice: 0,
      index: 4,
      part: {
        type: 'whole',
        part: { type: 'media', kind: 'image', mime: 'image/png', source: { from: 'base64', data: 'AA' } },
      },
    },
    { type: 'logprobs', choice: 0, dialect: 'openai-chat', value: {} },
    { type: 'extra', extra: { dialect: 'openai-chat', fields: { system_fingerprint: 'x' } } },
    { type: 'usage', usage: { input: 1, output: 2 } },
    { type: 'finish', choice: 0, finish: { reason: 'toolCalls', raw: 'tool_calls' } },
    { type: 'usage', usage: { input: 1, output: 3, cacheWrite5m: 1 } },
  ];

  const parts = [
    { text: 'hm', thought: true },
    { text: '', thought: true, thoughtSignature: 'llmgateway/signature/anthropic//S' },
    { text: 'hi' },
    { functionCall: { id: '2', name: 'b', args: {} } },
    { functionCall: { id: '1', name: 'a', args: { x: 1 } } },
    { inlineData: { mimeType: 'image/png', data: 'AA' } },
  ];
  const chunks = [
    ...parts.map((part) => ({
      candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }],
      modelVersion: 'm',
      responseId: 'up_1',
    })),
    {
      candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 3, totalTokenCount: 4 },
      modelVersion: 'm',
      responseId: 'up_1',
    },
  ];

  it('sends text as it comes, calls whole, and the end last', () => {
    const writer = gemini.createStreamWriter(CONTEXT);
    const text = events.map((event) => writer.write(event)).join('') + writer.end() + writer.terminal();
    expect(text).toBe(chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`).join(''));
    expect(writer.losses().map(({ field }) => field)).toEqual([
      'candidates[].content.parts[].refusal',
      'logprobs',
      'system_fingerprint',
      'usage.cacheWrite',
    ]);
  });

  it('without a finish has no last chunk, and ignores what was never opened', () => {
    const writer = gemini.createStreamWriter(CONTEXT);
    expect(writer.write({ type: 'delta', choice: 0, index: 9, text: 'x' })).toBe('');
    expect(writer.write({ type: 'close', choice: 0, index: 9 })).toBe('');
    expect(writer.write({ type: 'error', error: { message: 'x' } })).toBe('');
    expect(writer.end()).toBe('');
  });

  it('carries an encrypted thought and Gemini’s own fields', () => {
    const writer = gemini.createStreamWriter(CONTEXT);
    const text = (
      [
        { type: 'open', choice: 0, index: 0, part: { type: 'thinking', redacted: true } },
        { type: 'signature', choice: 0, index: 0, signature: { by: 'anthropic', value: 'C' } },
        { type: 'close', choice: 0, index: 0 },
        { type: 'extra', extra: { dialect: 'gemini', fields: { candidates: [{ index: 0, groundingMetadata: {} }] } } },
        { type: 'logprobs', choice: 0, dialect: 'gemini', value: { chosenCandidates: [] } },
        { type: 'finish', choice: 0, finish: { reason: 'stop' } },
      ] satisfies ChatEvent[]
    )
      .map((event) => writer.write(event))
      .join('');
    expect(text).toContain('{"text":"","thought":true,"thoughtSignature":"llmgateway/encrypted/anthropic//C"}');
    const [, last = ''] = /^data: (.*)\n\n$/.exec(writer.end()) ?? [];
    expect(JSON.parse(last)).toMatchObject({
      candidates: [{ index: 0, finishReason: 'STOP', groundingMetadata: {}, logprobsResult: { chosenCandidates: [] } }],
    });
  });
});
