import { describe, expect, it, test } from 'vitest';
import type { ChatEvent, ClientDialect, DialectName } from '../gateway/chat.ts';
import { dialects, outbounds } from '../gateway/dialects/index.ts';
import { collect } from '../gateway/reply.ts';
import { createSseReader } from '../gateway/sse.ts';
import { loadFixture } from './fake-answers.ts';

/** How streams are framed, cut and interleaved, seen from the provider's side. */

const CONTEXT = { id: '0123456789abcdef', model: 'asked', createdAtMs: 1_760_000_000_000, streamUsage: true };
const CLIENTS = Object.keys(dialects) as ClientDialect[];

/** One stream of each provider dialect, with tools where there is a recording. */
const STREAMS: [DialectName, string][] = [
  ['openai-chat', 'openai-chat/stream-parallel-tools-empty-args.1'],
  ['openai-responses', 'authored/openai/stream-parallel-tools-responses'],
  ['anthropic', 'authored/anthropic/stream-parallel-tools'],
  ['gemini', 'authored/gemini/stream-parallel-tools'],
  ['cohere', 'authored/cohere/stream-parallel-tools'],
];

function read(dialect: DialectName, bytes: Buffer, cuts: (left: number) => number = (left) => left): ChatEvent[] {
  const reader = outbounds[dialect].createStreamReader();
  const events: ChatEvent[] = [];
  const messages = createSseReader((message) => events.push(...reader.read(message)));
  for (let at = 0; at < bytes.length; ) {
    const size = cuts(bytes.length - at);
    messages.push(bytes.subarray(at, at + size));
    at += size;
  }
  messages.end();
  return withoutMadeUpIds([...events, ...reader.end()]);
}

/** Gemini names no calls: the reader does, anew each time. */
function withoutMadeUpIds(events: ChatEvent[]): ChatEvent[] {
  return JSON.parse(JSON.stringify(events).replaceAll(/"id":"call_[0-9a-f]{24}"/g, '"id":"made-up"')) as ChatEvent[];
}

const unix = (bytes: Buffer): string => bytes.toString().replaceAll('\r\n', '\n');

/** A small generator of the same numbers each time. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

describe.each(STREAMS)('a stream of %s', (dialect, fixture) => {
  const { body } = loadFixture(fixture);
  const events = read(dialect, body);

  it('holds two calls', () => {
    const parts = collect(events).choices[0]?.parts ?? [];
    expect(parts.filter(({ type }) => type === 'toolCall')).toHaveLength(2);
  });

  it('means the same with either line ending, comments and pings between', () => {
    const plain = unix(body);
    expect(read(dialect, Buffer.from(plain.replaceAll('\n', '\r\n')))).toEqual(events);
    const noisy = plain.replaceAll('\n\n', '\n\n: keep-alive\n\n:\n\n');
    expect(read(dialect, Buffer.from(noisy))).toEqual(events);
    if (dialect !== 'anthropic') return;
    const pinged = plain.replaceAll('\n\n', '\n\nevent: ping\ndata: {"type": "ping"}\n\n');
    expect(read(dialect, Buffer.from(pinged))).toEqual(events);
  });

  it('means the same wherever the network cuts it', () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const random = createRandom(seed);
      expect(read(dialect, body, (left) => Math.min(left, 1 + Math.floor(random() * 60)))).toEqual(events);
    }
  });
});

test.each([
  'data: {"choices":[{"index":0,"delta":{"content":"',
  'data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"',
])('characters that the network cuts arrive whole: %s', (head) => {
  const text = '日本語 🦜 é'.repeat(20);
  const tail = head.includes('choices') ? '"}}]}\n\n' : '"}}}}\n\n';
  const dialect: DialectName = head.includes('choices') ? 'openai-chat' : 'cohere';
  const bytes = Buffer.from(head + text + tail);
  for (const size of [1, 2, 3, 5]) {
    const told = read(dialect, bytes, (left) => Math.min(left, size));
    expect(collect(told).choices[0]?.parts).toMatchObject([{ type: 'text', text }]);
  }
});

describe('a line of 2 MB', () => {
  const long = 'x'.repeat(2 * 1024 * 1024);
  const part = { type: 'text' } as const;
  const said: ChatEvent[] = [
    { type: 'start', id: 'a', model: 'm' },
    { type: 'open', choice: 0, index: 0, part },
    { type: 'delta', choice: 0, index: 0, text: long },
    { type: 'close', choice: 0, index: 0 },
    { type: 'finish', choice: 0, finish: { reason: 'stop' } },
  ];

  it.each(CLIENTS)('comes through %s in both directions', (name) => {
    const writer = dialects[name].createStreamWriter(CONTEXT);
    const text = said.map((event) => writer.write(event)).join('') + writer.end() + writer.terminal();
    const told = read(name, Buffer.from(text), (left) => Math.min(left, 64 * 1024));
    expect(collect(told).choices[0]?.parts).toMatchObject([{ type: 'text', text: long }]);
  });

  it('comes from Cohere', () => {
    const message = { type: 'content-delta', index: 0, delta: { message: { content: { text: long } } } };
    const bytes = Buffer.from(`event: content-delta\ndata: ${JSON.stringify(message)}\n\n`);
    const told = read('cohere', bytes, (left) => Math.min(left, 64 * 1024));
    expect(collect(told).choices[0]?.parts).toMatchObject([{ type: 'text', text: long }]);
  });
});

/** What a provider's own stream looks like when the inputs of two calls take turns. */
const INTERLEAVED: [DialectName, string][] = [
  [
    'openai-chat',
    chat(
      [0, { id: 'call_a', type: 'function', function: { name: 'f', arguments: '' } }],
      [1, { id: 'call_b', type: 'function', function: { name: 'g', arguments: '' } }],
      [0, { function: { arguments: '{"a":' } }],
      [1, { function: { arguments: '{"b":' } }],
      [0, { function: { arguments: '1}' } }],
      [1, { function: { arguments: '2}' } }],
    ),
  ],
  [
    'openai-responses',
    responses(
      [
        'output_item.added',
        0,
        { item: { type: 'function_call', id: 'fc_a', call_id: 'call_a', name: 'f', arguments: '' } },
      ],
      [
        'output_item.added',
        1,
        { item: { type: 'function_call', id: 'fc_b', call_id: 'call_b', name: 'g', arguments: '' } },
      ],
      ['function_call_arguments.delta', 0, { item_id: 'fc_a', delta: '{"a":' }],
      ['function_call_arguments.delta', 1, { item_id: 'fc_b', delta: '{"b":' }],
      ['function_call_arguments.delta', 0, { item_id: 'fc_a', delta: '1}' }],
      ['function_call_arguments.delta', 1, { item_id: 'fc_b', delta: '2}' }],
      [
        'output_item.done',
        0,
        { item: { type: 'function_call', id: 'fc_a', call_id: 'call_a', name: 'f', arguments: '{"a":1}' } },
      ],
      [
        'output_item.done',
        1,
        { item: { type: 'function_call', id: 'fc_b', call_id: 'call_b', name: 'g', arguments: '{"b":2}' } },
      ],
    ),
  ],
];

function chat(...pieces: [index: number, call: object][]): string {
  const chunk = (choice: object): string =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', model: 'm', created: 1, choices: [{ index: 0, ...choice }] })}\n\n`;
  const calls = pieces.map(([index, call]) => chunk({ delta: { tool_calls: [{ index, ...call }] } }));
  return `${calls.join('')}${chunk({ delta: {}, finish_reason: 'tool_calls' })}data: [DONE]\n\n`;
}

function responses(...events: [type: string, place: number, rest: object][]): string {
  const sse = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;
  const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'completed', output: [] };
  return [
    sse({ type: 'response.created', response: { ...response, status: 'in_progress' } }),
    ...events.map(([type, place, rest]) => sse({ type: `response.${type}`, output_index: place, ...rest })),
    sse({ type: 'response.completed', response }),
  ].join('');
}

describe.each(INTERLEAVED)('inputs of two calls that take turns in a stream of %s', (dialect, text) => {
  it.each(CLIENTS)('are whole for a client of %s, one after the other where it wants that', (client) => {
    const writer = dialects[client].createStreamWriter(CONTEXT);
    const written =
      read(dialect, Buffer.from(text))
        .map((event) => writer.write(event))
        .join('') + writer.end();
    const told = read(client, Buffer.from(written + writer.terminal()));
    const calls = collect(told).choices[0]?.parts.filter((part) => part.type === 'toolCall');
    expect(calls?.map(({ name, input }) => [name, JSON.parse(input)])).toEqual([
      ['f', { a: 1 }],
      ['g', { b: 2 }],
    ]);
    if (client !== 'anthropic') return;
    const order = [...written.matchAll(/"type":"content_block_(start|stop)","index":(\d)/g)].map(
      ([, word, at]) => `${word} ${at}`,
    );
    expect(order).toEqual(['start 0', 'stop 0', 'start 1', 'stop 1']);
  });
});

describe('a call without arguments', () => {
  const call: ChatEvent[] = [
    { type: 'start', id: 'a', model: 'm' },
    { type: 'open', choice: 0, index: 0, part: { type: 'toolCall', id: 'call_a', name: 'f', kind: 'function' } },
    { type: 'close', choice: 0, index: 0 },
    { type: 'finish', choice: 0, finish: { reason: 'toolCalls' } },
  ];

  it.each(CLIENTS)('has the arguments {} for a client of %s', (client) => {
    const { body } = dialects[client].writeReply(collect(call), CONTEXT);
    const whole = dialects[client].readReply(JSON.parse(JSON.stringify(body)));
    const writer = dialects[client].createStreamWriter(CONTEXT);
    const text = call.map((event) => writer.write(event)).join('') + writer.end() + writer.terminal();
    const inputs = [whole, collect(read(client, Buffer.from(text)))].map(
      (reply) => reply.choices[0]?.parts.find((part) => part.type === 'toolCall')?.input,
    );
    // Messages sends no piece at all, and its SDK makes {} of that.
    expect(inputs).toEqual(client === 'anthropic' ? ['{}', expect.stringMatching(/^(\{\})?$/)] : ['{}', '{}']);
  });

  it.each(Object.keys(outbounds) as DialectName[])('goes back to a provider of %s with {}', (dialect) => {
    const { body } = outbounds[dialect].writeRequest(
      {
        dialect: 'openai-chat',
        model: 'm',
        tools: [],
        stream: false,
        streamUsage: false,
        messages: [
          { role: 'user', parts: [{ type: 'text', text: 'Go' }] },
          { role: 'assistant', parts: [{ type: 'toolCall', id: 'call_a', name: 'f', input: '', kind: 'function' }] },
          { role: 'tool', parts: [{ type: 'toolResult', id: 'call_a', parts: [{ type: 'text', text: 'x' }] }] },
        ],
      },
      { name: 'some-model' },
    );
    expect(JSON.stringify(body)).toMatch(/"(arguments|input|args)":("\{\}"|\{\})/);
  });
});

test('there is a stream of each dialect here', () => {
  expect(STREAMS.map(([dialect]) => dialect).sort()).toEqual(Object.keys(outbounds).sort());
});
