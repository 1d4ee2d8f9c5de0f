import { expect, it } from 'vitest';
import type { ChatEvent, ChatRequest, Message, Part } from '../chat.ts';
import { createCatalog } from '../providers/catalog.ts';
import { createThoughts, type Thoughts } from './thoughts.ts';

const catalog = createCatalog({});

function owner(provider: string, client = 'key-1') {
  const row = catalog.get(provider);
  if (row === undefined) throw new Error(`No provider ${provider}.`);
  return { client, provider: row };
}

function answer(thoughts: Thoughts, whose: ReturnType<typeof owner>, events: ChatEvent[]): void {
  const listener = thoughts.listen(whose);
  for (const event of events) listener.hear(event);
  listener.keep();
}

const thought = (index: number, text: string, signature?: string): ChatEvent[] => [
  { type: 'open', choice: 0, index, part: { type: 'thinking' } },
  { type: 'delta', choice: 0, index, text },
  ...(signature === undefined
    ? []
    : [{ type: 'signature' as const, choice: 0, index, signature: { by: 'anthropic' as const, value: signature } }]),
];
const call = (index: number, id: string, name = 'look'): ChatEvent[] => [
  { type: 'open', choice: 0, index, part: { type: 'toolCall', id, name, kind: 'function' } },
  { type: 'delta', choice: 0, index, text: '{}' },
];

const calls = (...ids: string[]): Part[] =>
  ids.map((id) => ({ type: 'toolCall', id, name: 'look', input: '{}', kind: 'function' }));
const request = (...parts: Part[]): ChatRequest =>
  ({
    messages: [
      { role: 'user', parts: [] },
      { role: 'assistant', parts },
    ] as Message[],
  }) as ChatRequest;
const recalled = (thoughts: Thoughts, asked: ChatRequest, whose: ReturnType<typeof owner>) =>
  thoughts.recall(asked, whose).messages[1]?.parts;

it('puts each thought before its call, the first one before all that was said', () => {
  const thoughts = createThoughts();
  answer(thoughts, owner('anthropic'), [
    ...thought(0, 'one', 's1'),
    ...call(1, 'a'),
    ...thought(2, 'two', 's2'),
    ...call(3, 'b'),
    ...call(4, 'c'),
  ]);
  const parts = recalled(
    thoughts,
    request({ type: 'text', text: 'Well' }, ...calls('a', 'b', 'c')),
    owner('anthropic'),
  );
  expect(parts?.map((part) => ('signature' in part ? part.signature?.value : part.type))).toEqual([
    's1',
    'text',
    'toolCall',
    's2',
    'toolCall',
    'toolCall',
  ]);
});

it('puts what was signed in the place of what the client could carry of it', () => {
  const thoughts = createThoughts();
  answer(thoughts, owner('anthropic'), [...thought(0, 'one', 's1'), ...call(1, 'a')]);
  const asked = request({ type: 'thinking', text: 'one' }, ...calls('a'));
  expect(recalled(thoughts, asked, owner('anthropic'))).toMatchObject([
    { type: 'thinking', text: 'one', signature: { value: 's1' } },
    { id: 'a' },
  ]);
});

it('leaves alone what the client carried', () => {
  const thoughts = createThoughts();
  answer(thoughts, owner('anthropic'), [...thought(0, 'one', 's1'), ...call(1, 'a')]);
  const signed = { type: 'thinking', text: 'x', signature: { by: 'anthropic', value: 'own' } } as const;
  const asked = request(signed, ...calls('a'));
  expect(thoughts.recall(asked, owner('anthropic'))).toBe(asked);
});

it('keeps readable reasoning for those alone who want it back', () => {
  const thoughts = createThoughts();
  for (const provider of ['deepseek', 'gemini'])
    answer(thoughts, owner(provider), [...thought(0, 'why', undefined), ...call(1, `call-of-${provider}`)]);
  expect(recalled(thoughts, request(...calls('call-of-deepseek')), owner('deepseek'))).toMatchObject([
    { text: 'why' },
    {},
  ]);
  expect(recalled(thoughts, request(...calls('call-of-gemini')), owner('gemini'))).toHaveLength(1);
  const carried = request({ type: 'thinking', text: 'why' }, ...calls('call-of-deepseek'));
  expect(recalled(thoughts, carried, owner('deepseek'))).toEqual(carried.messages[1]?.parts);
});

it.each([
  ['another gateway key', owner('anthropic', 'key-2'), 'a'],
  ['another provider', owner('gemini'), 'a'],
  ['a call of another id', owner('anthropic'), 'b'],
  ['a call of another tool', owner('anthropic'), 'other'],
])('knows nothing for %s', (_, whose, id) => {
  const thoughts = createThoughts();
  answer(thoughts, owner('anthropic'), [
    ...thought(0, 'one', 's1'),
    ...call(1, 'a'),
    ...thought(2, '', 's2'),
    ...call(3, 'other', 'x'),
  ]);
  const asked = request(...calls(id));
  expect(thoughts.recall(asked, whose)).toBe(asked);
});

it('forgets the oldest where it grows over its bound, and never holds what is larger than the bound', () => {
  const thoughts = createThoughts(5000);
  for (let turn = 0; turn < 20; turn += 1)
    answer(thoughts, owner('anthropic'), [...thought(0, 'x'.repeat(1000), 's'), ...call(1, `call-${turn}`)]);
  const known = (turn: number) =>
    recalled(thoughts, request(...calls(`call-${turn}`)), owner('anthropic'))?.length === 2;
  expect([known(19), known(16), known(15), known(0)]).toEqual([true, true, false, false]);
  answer(thoughts, owner('anthropic'), [...thought(0, 'x'.repeat(9000), 's'), ...call(1, 'long')]);
  expect(recalled(thoughts, request(...calls('long')), owner('anthropic'))).toHaveLength(1);
});
