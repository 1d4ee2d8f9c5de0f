import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatEvent, ChatReply, Choice, Part } from './chat.ts';
import { collect, createCollector, emit } from './reply.ts';

const text = fc.string({ unit: 'grapheme' });
const signature = fc.record({ by: fc.constantFrom('anthropic' as const, 'gemini' as const), value: text });
const extra = fc.record({ dialect: fc.constant('gemini' as const), fields: fc.dictionary(text, fc.jsonValue()) });
const partOfKind = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text, extra }, { requiredKeys: ['type', 'text'] }),
  fc.record({ type: fc.constant('refusal' as const), text }),
  fc.record(
    { type: fc.constant('thinking' as const), text, signature, redacted: fc.boolean() },
    { requiredKeys: ['type', 'text'] },
  ),
  fc.record(
    {
      type: fc.constant('toolCall' as const),
      id: text,
      name: text,
      input: text,
      kind: fc.constantFrom('function' as const, 'custom' as const),
      signature,
    },
    { requiredKeys: ['type', 'id', 'name', 'input', 'kind'] },
  ),
  fc.record({
    type: fc.constant('media' as const),
    kind: fc.constant('image' as const),
    source: fc.record({ from: fc.constant('url' as const), url: text }),
  }),
  fc.record({
    type: fc.constant('opaque' as const),
    dialect: fc.constant('gemini' as const),
    label: text,
    value: fc.jsonValue(),
  }),
);
const choice = fc.record(
  {
    parts: fc.array(partOfKind as fc.Arbitrary<Part>),
    finish: fc.record(
      { reason: fc.constantFrom('stop' as const, 'length' as const, 'toolCalls' as const), raw: text },
      { requiredKeys: ['reason'] },
    ),
    logprobs: fc.record({
      dialect: fc.constant('openai-chat' as const),
      value: fc.dictionary(text, fc.array(fc.jsonValue())) as fc.Arbitrary<unknown>,
    }),
  },
  { requiredKeys: ['parts', 'finish'] },
);
const usage = fc.record(
  { input: fc.nat(), output: fc.nat(), cacheRead: fc.nat(), billedUsd: fc.double({ noNaN: true }) },
  { requiredKeys: ['input', 'output'] },
);
const reply: fc.Arbitrary<ChatReply> = fc
  .record(
    {
      id: text,
      model: text,
      createdAtMs: fc.nat(),
      choices: fc.array(choice),
      usage,
      error: fc.record({ message: text, status: fc.nat() }, { requiredKeys: ['message'] }),
      extra,
    },
    { requiredKeys: ['choices'] },
  )
  .map((made) => ({ ...made, choices: made.choices.map((each, index): Choice => ({ index, ...each })) }));

describe('laws', () => {
  test('collect is the inverse of emit', () => {
    fc.assert(
      fc.property(reply, (made) => {
        expect(collect(emit(made))).toEqual(made);
      }),
      { numRuns: 300 },
    );
  });

  test('how deltas are cut does not matter', () => {
    const cut = (event: ChatEvent): ChatEvent[] =>
      event.type === 'delta' ? [...event.text].map((each) => ({ ...event, text: each })) : [event];
    fc.assert(
      fc.property(reply, (made) => {
        expect(collect(emit(made).flatMap(cut))).toEqual(made);
      }),
    );
  });

  test('collecting leaves the events as they were', () => {
    fc.assert(
      fc.property(reply, (made) => {
        const events = [...emit(made), ...emit(made)];
        const before = JSON.stringify(events);
        collect(events);
        expect(JSON.stringify(events)).toBe(before);
      }),
    );
  });
});

describe('collecting a stream', () => {
  test('parts that are open at the same time end up in the order of their opening', () => {
    const open = (index: number): ChatEvent => ({
      type: 'open',
      choice: 0,
      index,
      part: { type: 'toolCall', id: `id${index}`, name: 'f', kind: 'function' },
    });
    const delta = (index: number, piece: string): ChatEvent => ({ type: 'delta', choice: 0, index, text: piece });
    const { choices } = collect([open(0), open(1), delta(1, '{'), delta(0, '['), delta(1, '}'), delta(0, ']')]);
    expect(choices[0]?.parts.map((part) => part.type === 'toolCall' && part.input)).toEqual(['[]', '{}']);
  });

  test('usage is the last value of each field, never a sum', () => {
    const events: ChatEvent[] = [
      { type: 'usage', usage: { input: 10, output: 1, cacheRead: 4 } },
      { type: 'usage', usage: { input: 10, output: 7 } },
    ];
    expect(collect(events).usage).toEqual({ input: 10, output: 7, cacheRead: 4 });
  });

  test('pieces of log probabilities are joined', () => {
    const piece = (value: unknown): ChatEvent => ({ type: 'logprobs', choice: 0, dialect: 'openai-chat', value });
    const { choices } = collect([piece({ content: [1], refusal: null }), piece({ content: [2, 3], refusal: null })]);
    expect(choices[0]?.logprobs).toEqual({ dialect: 'openai-chat', value: { content: [1, 2, 3], refusal: null } });
  });

  test('choices are told apart and sorted, and one without a finish has none', () => {
    const { choices } = collect([
      { type: 'open', choice: 1, index: 0, part: { type: 'text' } },
      { type: 'finish', choice: 0, finish: { reason: 'stop' } },
      { type: 'delta', choice: 1, index: 0, text: 'b' },
    ]);
    expect(choices).toEqual([
      { index: 0, parts: [], finish: { reason: 'stop' } },
      { index: 1, parts: [{ type: 'text', text: 'b' }] },
    ]);
  });

  test('the first error stays, and text for a part that is not open changes nothing', () => {
    const made = collect([
      { type: 'error', error: { message: 'first' } },
      { type: 'error', error: { message: 'second' } },
      { type: 'delta', choice: 0, index: 9, text: 'x' },
      { type: 'signature', choice: 0, index: 9, signature: { by: 'gemini', value: 'x' } },
    ]);
    expect(made.error).toEqual({ message: 'first' });
    expect(made.choices).toEqual([{ index: 0, parts: [] }]);
  });

  test('a reply can be read while it grows', () => {
    const collector = createCollector();
    collector.add({ type: 'start', id: 'a' });
    collector.add({ type: 'extra', extra: { dialect: 'gemini', fields: { one: 1 } } });
    expect(collector.reply()).toEqual({ id: 'a', extra: { dialect: 'gemini', fields: { one: 1 } }, choices: [] });
    collector.add({ type: 'extra', extra: { dialect: 'gemini', fields: { two: 2 } } });
    expect(collector.reply().extra?.fields).toEqual({ one: 1, two: 2 });
  });
});
