import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatRequest } from '../chat.ts';
import { collect, emit } from '../reply.ts';
import { createUnwrap, unwrapReply } from './custom-tools.ts';

const request = {
  tools: [
    { kind: 'custom', name: 'shell' },
    { kind: 'function', name: 'look' },
  ],
} as ChatRequest;

const call = (index: number, name: string, ...texts: string[]): ChatEvent[] => [
  { type: 'open', choice: 0, index, part: { type: 'toolCall', id: `c${index}`, name, kind: 'function' } },
  ...texts.map((text): ChatEvent => ({ type: 'delta', choice: 0, index, text })),
  { type: 'close', choice: 0, index },
];

describe('calls of a tool that takes free text', () => {
  const events = [...call(0, 'shell', '{"inp', 'ut":"ls \\"a\\""}'), ...call(1, 'look', '{"a":', '1}')];
  const parts = [
    { type: 'toolCall', id: 'c0', name: 'shell', kind: 'custom', input: 'ls "a"' },
    { type: 'toolCall', id: 'c1', name: 'look', kind: 'function', input: '{"a":1}' },
  ];

  it('come back as free text, in a stream', () => {
    const unwrap = createUnwrap(request);
    const told = events.flatMap((event) => unwrap?.read(event) ?? []);
    expect(collect(told).choices[0]?.parts).toEqual(parts);
    expect(told).toHaveLength(3 + 4);
  });

  it('come back as free text, whole', () => {
    const reply = unwrapReply(request, collect(events));
    expect(reply.choices[0]?.parts).toEqual(parts);
    expect(emit(reply)).toContainEqual({ type: 'delta', choice: 0, index: 0, text: 'ls "a"' });
  });

  it.each(['not json', '{"other":1}', 'null', ''])(
    'go to the tool as the model wrote them where that is %j',
    (text) => {
      expect(unwrapReply(request, collect(call(0, 'shell', text))).choices[0]?.parts).toMatchObject([{ input: text }]);
    },
  );

  it('cost nothing where the client has none', () => {
    expect(createUnwrap({ ...request, tools: [] })).toBeUndefined();
  });
});
