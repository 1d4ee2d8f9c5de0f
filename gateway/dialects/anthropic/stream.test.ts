import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatEvent, JsonObject, OpeningPart } from '../../chat.ts';
import { collect } from '../../reply.ts';
import { createSseReader } from '../../sse.ts';
import { anthropic } from './index.ts';

const CONTEXT = { id: 'own', model: 'claude-x', createdAtMs: 0, streamUsage: true };

function read(...messages: JsonObject[]): ChatEvent[] {
  const reader = anthropic.createStreamReader();
  return [...messages.flatMap((message) => reader.read({ data: JSON.stringify(message) })), ...reader.end()];
}

function write(...events: ChatEvent[]) {
  const writer = anthropic.createStreamWriter(CONTEXT);
  const text = events.map((event) => writer.write(event)).join('') + writer.end() + writer.terminal();
  const frames: JsonObject[] = [];
  const sse = createSseReader(({ data }) => frames.push(JSON.parse(data)));
  sse.push(Buffer.from(text));
  sse.end();
  return { text, frames, losses: writer.losses(), types: frames.map(({ type }) => type) };
}

const open = (index: number, part: OpeningPart): ChatEvent => ({ type: 'open', choice: 0, index, part });
const delta = (index: number, text: string): ChatEvent => ({ type: 'delta', choice: 0, index, text });
const close = (index: number): ChatEvent => ({ type: 'close', choice: 0, index });
const stop: ChatEvent = { type: 'finish', choice: 0, finish: { reason: 'stop' } };
const call = (id: string): OpeningPart => ({ type: 'toolCall', id, name: 'f', kind: 'function' });

const START = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', usage: { input_tokens: 5, output_tokens: 1 } },
};
const blockStart = (index: number, content_block: JsonObject) => ({
  type: 'content_block_start',
  index,
  content_block,
});
const blockDelta = (index: number, value: JsonObject) => ({ type: 'content_block_delta', index, delta: value });
const blockStop = (index: number) => ({ type: 'content_block_stop', index });
const END = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } };
const STOP = { type: 'message_stop' };

describe('reading', () => {
  test('a start, a text and an end', () => {
    expect(
      read(
        START,
        { type: 'ping' },
        blockStart(0, { type: 'text', text: '' }),
        blockDelta(0, { type: 'text_delta', text: 'hi' }),
        blockStop(0),
        END,
        STOP,
      ),
    ).toEqual([
      { type: 'start', id: 'msg_1', model: 'm' },
      { type: 'usage', usage: { input: 5, output: 1 } },
      open(0, { type: 'text' }),
      delta(0, 'hi'),
      close(0),
      { type: 'usage', usage: { input: 5, output: 7 } },
      stop,
    ]);
  });

  test('counts are cumulative, and null keeps what was said before', () => {
    const usage = { input_tokens: null, output_tokens: 9, cache_creation_input_tokens: 30, cache_read_input_tokens: 4 };
    const start = {
      ...START,
      message: { usage: { input_tokens: 5, output_tokens: 1, cache_creation: { ephemeral_1h_input_tokens: 10 } } },
    };
    expect(collect(read(start, { ...END, usage })).usage).toEqual({
      input: 39,
      output: 9,
      cacheRead: 4,
      cacheWrite5m: 20,
      cacheWrite1h: 10,
    });
  });

  test('a stream without message_stop, or without a stop reason, has no finish', () => {
    const text = [START, blockStart(0, { type: 'text', text: 'a' })];
    for (const events of [read(...text), read(...text, blockStop(0), END), read(...text, STOP)]) {
      expect(events.some(({ type }) => type === 'finish')).toBe(false);
      expect(events.filter(({ type }) => type === 'close')).toHaveLength(1);
    }
  });

  test('an error event becomes an error with the status that its type stands for', () => {
    const error = { type: 'rate_limit_error', message: 'slow down' };
    expect(read({ type: 'error', error })).toEqual([
      { type: 'error', error: { status: 429, code: 'rate_limit_error', message: 'slow down' } },
    ]);
  });

  test('what is no JSON, and a delta for no block, become errors; foreign endings and new events do not', () => {
    const reader = anthropic.createStreamReader();
    expect(reader.read({ data: '{"cut' })).toMatchObject([{ type: 'error' }]);
    expect(reader.read({ data: JSON.stringify(blockDelta(3, { type: 'text_delta', text: 'a' })) })).toMatchObject([
      { type: 'error' },
    ]);
    expect(reader.read({ data: '[DONE]' })).toEqual([]);
    expect(reader.read({ data: '{"type":"something_new"}' })).toEqual([]);
  });

  test.each([
    [[blockDelta(0, { type: 'input_json_delta', partial_json: '' })], {}, '{}'],
    [[], { a: 1 }, '{"a":1}'],
    [[blockDelta(0, { type: 'input_json_delta', partial_json: '{"b":2}' })], {}, '{"b":2}'],
  ])('a call with deltas %j and first input %j has input %s', (deltas, input, expected) => {
    const block = { type: 'tool_use', id: 't', name: 'f', input };
    const reply = collect(read(START, blockStart(0, block), ...deltas, blockStop(0)));
    expect(reply.choices[0]?.parts).toEqual([
      { type: 'toolCall', id: 't', name: 'f', kind: 'function', input: expected },
    ]);
  });

  test('thinking keeps its signature, encrypted thinking its ciphertext', () => {
    const reply = collect(
      read(
        blockStart(0, { type: 'thinking', thinking: '', signature: '' }),
        blockDelta(0, { type: 'thinking_delta', thinking: 'hm' }),
        blockDelta(0, { type: 'signature_delta', signature: 's' }),
        blockDelta(0, { type: 'signature_delta', signature: '' }),
        blockStop(0),
        blockStart(1, { type: 'redacted_thinking', data: 'd' }),
        blockStop(1),
      ),
    );
    expect(reply.choices[0]?.parts).toEqual([
      { type: 'thinking', text: 'hm', signature: { by: 'anthropic', value: 's' } },
      { type: 'thinking', text: '', redacted: true, signature: { by: 'anthropic', value: 'd' } },
    ]);
  });

  test('a block that only Anthropic understands arrives whole, put together from its deltas', () => {
    const events = read(
      blockStart(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
      blockDelta(0, { type: 'input_json_delta', partial_json: '{"q":' }),
      blockDelta(0, { type: 'input_json_delta', partial_json: '"x"}' }),
      blockStop(0),
      blockStart(1, { type: 'text', text: '', marker: 1 }),
      blockDelta(1, { type: 'text_delta', text: 'a' }),
      blockDelta(1, { type: 'citations_delta', citation: { n: 1 } }),
      blockStop(1),
    );
    expect(collect(events).choices[0]?.parts).toEqual([
      {
        type: 'opaque',
        dialect: 'anthropic',
        label: 'server_tool_use',
        value: { type: 'server_tool_use', id: 's', name: 'web_search', input: { q: 'x' } },
      },
      { type: 'text', text: 'a', extra: { dialect: 'anthropic', fields: { marker: 1, citations: [{ n: 1 }] } } },
    ]);
  });

  test('a call made by another tool keeps its caller', () => {
    const caller = { type: 'code_execution_20260120', tool_id: 'x' };
    const block = { type: 'tool_use', id: 't', name: 'f', input: {}, caller };
    expect(collect(read(blockStart(0, block), blockStop(0))).choices[0]?.parts).toEqual([
      {
        type: 'toolCall',
        id: 't',
        name: 'f',
        kind: 'function',
        input: '{}',
        extra: { dialect: 'anthropic', fields: { caller } },
      },
    ]);
  });
});

describe('writing', () => {
  test('a whole stream, with a usage that came late', () => {
    const { frames, types, text } = write(
      { type: 'start', id: 'chatcmpl-1' },
      open(0, { type: 'text' }),
      delta(0, 'hi'),
      close(0),
      stop,
      { type: 'usage', usage: { input: 12, output: 3, cacheRead: 2, reasoning: 1, hostedCalls: { webSearch: 1 } } },
    );
    expect(types).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(frames[0]?.message).toMatchObject({ id: 'msg_own', model: 'claude-x', content: [], container: null });
    expect(frames[4]).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null },
      usage: {
        input_tokens: 10,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 2,
        output_tokens: 3,
        output_tokens_details: { thinking_tokens: 1 },
        server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
      },
    });
    expect(text.endsWith('event: message_stop\ndata: {"type":"message_stop"}\n\n')).toBe(true);
  });

  test('a usage that is known before the first part stands in message_start', () => {
    const { frames } = write(
      { type: 'start' },
      { type: 'usage', usage: { input: 9, output: 0 } },
      open(0, { type: 'text' }),
    );
    expect(frames[0]).toMatchObject({ message: { usage: { input_tokens: 9 } } });
  });

  test('interleaved calls become blocks one after the other, nothing lost or mixed', () => {
    const { frames, types } = write(
      open(0, call('a')),
      delta(0, '{"x":'),
      open(1, call('b')),
      delta(1, '{"y":'),
      delta(0, '1}'),
      delta(1, '2}'),
      open(2, call('c')),
      close(0),
      close(1),
      close(2),
      stop,
    );
    const inputs: string[] = [];
    for (const { type, index, delta: value } of frames) {
      if (type === 'content_block_start') inputs.push('');
      if (type === 'content_block_delta') {
        expect(index).toBe(inputs.length - 1);
        inputs[inputs.length - 1] += String((value as JsonObject).partial_json);
      }
    }
    expect(inputs).toEqual(['{"x":1}', '{"y":2}', '{}']);
    expect(types.filter((type) => type === 'content_block_stop')).toHaveLength(3);
    expect(frames.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
  });

  test('parts that nobody closed are closed at the end', () => {
    const { types } = write(open(0, call('a')), open(1, { type: 'text' }), delta(1, 'x'), stop);
    expect(types.filter((type) => type === 'content_block_stop')).toHaveLength(2);
  });

  test('a reply of nothing is still a message', () => {
    expect(write({ type: 'start' }, { type: 'finish', choice: 0, finish: { reason: 'contentFilter' } })).toMatchObject({
      types: ['message_start', 'message_delta', 'message_stop'],
      frames: [{}, { delta: { stop_reason: 'refusal' } }, {}],
    });
  });

  test('without a finish there is no message_delta', () => {
    expect(write(open(0, { type: 'text' })).types).not.toContain('message_delta');
  });

  test('foreign proofs travel under the name of their maker, encrypted reasoning as one block', () => {
    const signature = { by: 'gemini' as const, value: 's' };
    const { frames } = write(
      open(0, { type: 'thinking' }),
      delta(0, 'hm'),
      { type: 'signature', choice: 0, index: 0, signature },
      close(0),
      open(1, { type: 'thinking', redacted: true }),
      delta(1, 'unseen'),
      { type: 'signature', choice: 0, index: 1, signature: { by: 'openai-chat', value: 'e' } },
      close(1),
      open(2, call('a')),
      { type: 'signature', choice: 0, index: 2, signature },
      close(2),
      stop,
    );
    expect(frames[1]).toMatchObject({ content_block: { type: 'thinking', thinking: '', signature: '' } });
    expect(frames[3]).toMatchObject({ delta: { type: 'signature_delta', signature: 'gemini:s' } });
    expect(frames[5]).toMatchObject({ index: 1, content_block: { type: 'redacted_thinking', data: 'openai-chat:e' } });
    expect(frames[6]).toMatchObject({ type: 'content_block_stop', index: 1 });
  });

  test('ids of calls are of Anthropic’s alphabet, free text becomes JSON', () => {
    const { frames } = write(
      open(0, { type: 'toolCall', id: 'functions.f:0', name: 'f', kind: 'custom' }),
      delta(0, 'ls "'),
      delta(0, '-l'),
      close(0),
      stop,
    );
    expect(frames[1]).toMatchObject({ content_block: { id: expect.stringMatching(/^[a-zA-Z0-9_-]+$/) } });
    expect(frames[2]).toMatchObject({ delta: { partial_json: '{"input":"ls \\"-l"}' } });
  });

  test('whole parts are told in pieces, what the dialect cannot hold is reported', () => {
    const whole = (part: Extract<OpeningPart, { type: 'whole' }>['part']): OpeningPart => ({ type: 'whole', part });
    const extra = { dialect: 'anthropic' as const, fields: { citations: [{ n: 1 }] } };
    const { frames, losses } = write(
      open(0, whole({ type: 'text', text: 'a', extra })),
      delta(0, 'never'),
      close(0),
      open(1, whole({ type: 'media', kind: 'image', source: { from: 'base64', data: 'A' } })),
      close(1),
      open(2, whole({ type: 'toolCall', id: 't', name: 'f', kind: 'function', input: '{"a":1}', cache: {} })),
      close(2),
      stop,
    );
    expect(frames.slice(1, -2).map(({ delta: value, type }) => value ?? type)).toEqual([
      'content_block_start',
      { type: 'citations_delta', citation: { n: 1 } },
      { type: 'text_delta', text: 'a' },
      'content_block_stop',
      'content_block_start',
      { type: 'input_json_delta', partial_json: '{"a":1}' },
      'content_block_stop',
    ]);
    expect(frames.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
    expect(losses).toEqual([{ field: 'content[]', why: "an answer of Anthropic's dialect cannot hold media" }]);
  });

  test('citations, stop details and the container of Anthropic’s own stream come through', () => {
    const events = read(
      START,
      blockStart(0, { type: 'text', text: '' }),
      blockDelta(0, { type: 'citations_delta', citation: { n: 1 } }),
      blockStop(0),
      {
        ...END,
        delta: { stop_reason: 'refusal', stop_details: { type: 'refusal' }, container: { id: 'c' } },
        context_management: { applied_edits: [] },
      },
      STOP,
    );
    const { frames, losses } = write(...events);
    expect(frames[2]).toMatchObject({ delta: { type: 'citations_delta', citation: { n: 1 } } });
    expect(frames.at(-2)).toMatchObject({
      delta: { stop_reason: 'refusal', stop_details: { type: 'refusal' }, container: { id: 'c', skills: null } },
      context_management: { applied_edits: [] },
    });
    expect(losses).toEqual([]);
  });

  test('other choices, log probabilities and foreign fields are reported', () => {
    const { losses } = write(
      { type: 'open', choice: 1, index: 0, part: { type: 'text' } },
      { type: 'logprobs', choice: 0, dialect: 'openai-chat', value: {} },
      { type: 'extra', extra: { dialect: 'openai-chat', fields: { system_fingerprint: 'x' } } },
      stop,
    );
    expect(losses.map(({ field }) => field)).toEqual(['choices', 'choices[].logprobs', 'system_fingerprint']);
  });

  test('an error is an error event', () => {
    expect(write({ type: 'error', error: { status: 529, message: 'busy' } }).frames[0]).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'busy' },
      request_id: null,
    });
  });

  test('events of parts that were never opened change nothing', () => {
    const signature = { by: 'gemini' as const, value: 's' };
    expect(write(delta(7, 'x'), close(7), { type: 'signature', choice: 0, index: 7, signature }, stop).types).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ]);
  });
});

test('many parts that wait for one are sent without growing the stack', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => index + 1);
  const { types } = write(
    open(0, call('a')),
    ...many.flatMap((index) => [open(index, { type: 'text' }), close(index)]),
    close(0),
    stop,
  );
  expect(types.filter((type) => type === 'content_block_stop')).toHaveLength(20_001);
});

test('whatever the order of its parts, a stream read back has the same parts', () => {
  const piece = fc.record({
    kind: fc.constantFrom('text', 'thinking', 'toolCall'),
    words: fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat()), (pieces, random) => {
      const events: ChatEvent[] = [{ type: 'start', id: 'msg_1' }];
      // A random interleaving in which parts open in order and each keeps the order of its own deltas.
      const queues = pieces.map(({ kind, words }, index): ChatEvent[] => {
        const json = kind === 'toolCall' ? [JSON.stringify({ words })] : words;
        const part = kind === 'toolCall' ? call(`t${index}`) : { type: kind as 'text' };
        return [open(index, part), ...json.map((word) => delta(index, word)), close(index)];
      });
      let opened = 0;
      while (queues.some((queue) => queue.length > 0)) {
        const ready = queues.filter((queue, index) => queue.length > 0 && index <= opened);
        const queue = ready[(random.next().value ?? 0) % ready.length] ?? [];
        const event = queue.shift();
        if (event?.type === 'open') opened = event.index + 1;
        if (event) events.push(event);
      }
      events.push({ type: 'finish', choice: 0, finish: { reason: 'length' } });
      const again = collect(read(...write(...events).frames));
      expect(again.choices).toEqual(collect(events).choices);
    }),
  );
});
