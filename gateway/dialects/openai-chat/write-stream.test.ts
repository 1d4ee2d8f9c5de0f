import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChatEvent, ChatReply, Choice, JsonObject, Part } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { collect, emit } from '../../reply.ts';
import { createSseReader } from '../../sse.ts';
import type { ReplyContext } from '../dialect.ts';
import { openaiChat } from './index.ts';

const definitions = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/schemas/openai.sdk-types.json', import.meta.url), 'utf8'),
) as JsonObject;
const schemaOf = (name: string): z.ZodType =>
  z.fromJSONSchema({
    ...definitions,
    $schema: 'http://json-schema.org/draft-07/schema#',
    $ref: `#/definitions/${name}`,
  } as Parameters<typeof z.fromJSONSchema>[0]);
const completion = schemaOf('ChatCompletion');
const chunkSchema = schemaOf('ChatCompletionChunk');

const context: ReplyContext = {
  id: 'chatcmpl-ours',
  model: 'asked',
  createdAtMs: 1_700_000_000_999,
  streamUsage: true,
};

/** A provider's reply in another dialect, with one of everything that has a place here. */
const choice: Choice = {
  index: 0,
  parts: [
    { type: 'thinking', text: 'hm' },
    { type: 'text', text: 'Hello ' },
    { type: 'text', text: 'wörld\n"' },
    { type: 'media', kind: 'image', source: { from: 'base64', data: 'AA' }, mime: 'image/png' },
    { type: 'toolCall', id: 'a', name: 'f', input: '{"a":1}', kind: 'function' },
    { type: 'toolCall', id: 'b', name: 'g', input: '', kind: 'function' },
    { type: 'toolCall', id: 'c', name: 'h', input: 'free', kind: 'custom' },
  ],
  finish: { reason: 'stop' },
};
const reply: ChatReply = {
  id: 'msg_1',
  choices: [choice],
  usage: { input: 10, output: 5, cacheRead: 4, serviceTier: 'default' },
};

const message = {
  role: 'assistant',
  content: 'Hello wörld\n"',
  refusal: null,
  reasoning_content: 'hm',
  images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }],
  tool_calls: [
    { id: 'a', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
    { id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } },
    { id: 'c', type: 'custom', custom: { name: 'h', input: 'free' } },
  ],
};

interface Written {
  chunks: JsonObject[];
  text: string;
  lost: string[];
}

function stream(events: ChatEvent[], more: Partial<ReplyContext> = {}): Written {
  const writer = openaiChat.createStreamWriter({ ...context, ...more });
  const text = events.map((event) => writer.write(event)).join('') + writer.end() + writer.terminal();
  const chunks: JsonObject[] = [];
  createSseReader(({ data }) => data !== '[DONE]' && chunks.push(JSON.parse(data) as JsonObject)).push(
    Buffer.from(text),
  );
  return { chunks, text, lost: writer.losses().map(({ field }) => field) };
}

const rereadStream = ({ chunks }: Written): ChatReply => {
  const reader = openaiChat.createStreamReader();
  return collect([...chunks.flatMap((chunk) => reader.read({ data: JSON.stringify(chunk) })), ...reader.end()]);
};

describe('a whole reply', () => {
  test('has everything in its place, by the schema of the official SDK', () => {
    const { body, losses } = openaiChat.writeReply(reply, context);
    expect(body).toEqual({
      id: 'chatcmpl-ours',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'asked',
      service_tier: 'default',
      choices: [{ index: 0, message, logprobs: null, finish_reason: 'tool_calls' }],
      usage: expect.objectContaining({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }),
    });
    expect(completion.safeParse(body)).toMatchObject({ success: true });
    expect(losses).toEqual([]);
  });

  test('without text the content is null beside calls and refusals, else empty', () => {
    const contentOf = (...parts: Part[]): unknown =>
      openaiChat.writeReply({ choices: [{ index: 0, parts }] }, context).body.choices;
    expect(contentOf({ type: 'refusal', text: 'no' })).toMatchObject([{ message: { content: null, refusal: 'no' } }]);
    expect(contentOf()).toMatchObject([{ message: { content: '', refusal: null }, finish_reason: 'stop' }]);
  });

  test('fields that its own dialect kept stand where they stood', () => {
    const body = {
      id: 'chatcmpl-theirs',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'asked',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'x', refusal: null, annotations: [{ type: 'url_citation' }] },
          logprobs: { content: [], refusal: null },
          finish_reason: 'stop',
          native_finish_reason: 'END',
        },
      ],
      system_fingerprint: 'fp',
      metadata: { own: true },
    };
    expect(openaiChat.writeReply(openaiChat.readReply(body), context)).toEqual({ body, losses: [] });
  });

  test('what has no place is said', () => {
    const parts: Part[] = [
      { type: 'thinking', text: 'hm', signature: { by: 'anthropic', value: 's' } },
      { type: 'opaque', dialect: 'anthropic', label: 'server_tool_use', value: {} },
      { type: 'toolResult', id: 'x', parts: [] },
      { type: 'media', kind: 'audio', source: { from: 'base64', data: 'A' } },
    ];
    const other: ChatReply = {
      choices: [{ index: 0, parts, logprobs: { dialect: 'gemini', value: {} }, finish: { reason: 'refusal' } }],
      extra: { dialect: 'gemini', fields: { promptFeedback: 1 } },
    };
    const fields = [
      'choices[0].signature',
      'choices[0].server_tool_use',
      'choices[0].toolResult',
      'choices[0].audio',
      'choices[0].logprobs',
      'promptFeedback',
    ];
    const { body, losses } = openaiChat.writeReply(other, context);
    expect(losses.map(({ field }) => field)).toEqual(fields);
    expect(body.choices).toMatchObject([{ finish_reason: 'content_filter' }]);
    expect(stream(emit(other)).lost.sort()).toEqual(fields.sort());
  });
});

describe('a stream', () => {
  test('says the same as the whole reply, by the schema of the official SDK', () => {
    const written = stream(emit(reply));
    const { id: _, createdAtMs, ...reread } = rereadStream(written);
    const { id: __, createdAtMs: ___, ...whole } = openaiChat.readReply(openaiChat.writeReply(reply, context).body);
    const plain = (made: typeof reread): Part[] =>
      [...(made.choices[0]?.parts ?? [])].sort((one, other) => one.type.localeCompare(other.type));
    expect(plain(reread)).toEqual(plain(whole));
    expect(reread.usage).toEqual(whole.usage);
    expect(createdAtMs).toBe(1_700_000_000_000);
    for (const chunk of written.chunks) expect(chunkSchema.safeParse(chunk)).toMatchObject({ success: true });
    expect(written.text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('the role comes first, the finish last but for the usage', () => {
    const { chunks } = stream(
      emit({ ...reply, choices: [{ ...choice, parts: [{ type: 'text', text: 'x' }], finish: { reason: 'length' } }] }),
    );
    expect(chunks.map(({ choices }) => choices)).toEqual([
      [{ index: 0, delta: { role: 'assistant', content: '', refusal: null }, logprobs: null, finish_reason: null }],
      [{ index: 0, delta: { content: 'x' }, logprobs: null, finish_reason: null }],
      [{ index: 0, delta: {}, logprobs: null, finish_reason: 'length' }],
      [],
    ]);
    expect(chunks.map(({ usage }) => usage)).toEqual([null, null, null, expect.objectContaining({ total_tokens: 15 })]);
  });

  test('usage is left out where nobody asked for it', () => {
    expect(stream(emit(reply), { streamUsage: false }).text).not.toContain('usage');
  });

  test('an id of the dialect is kept, any other is replaced', () => {
    expect(stream(emit({ ...reply, id: 'chatcmpl-theirs' })).chunks[0]?.id).toBe('chatcmpl-theirs');
    expect(stream(emit(reply)).chunks[0]?.id).toBe('chatcmpl-ours');
  });

  test('choices have roles, calls and finishes of their own', () => {
    const one = (index: number): Choice => ({
      index,
      parts: [{ type: 'toolCall', id: `${index}`, name: 'f', input: '{}', kind: 'function' }],
      finish: { reason: 'toolCalls' },
    });
    const { chunks } = stream(emit({ choices: [one(0), one(1)] }), { streamUsage: false });
    const flat = chunks.flatMap(({ choices }) => choices as { index: number; delta: JsonObject }[]);
    expect(flat.map(({ index }) => index)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(flat.filter(({ delta }) => delta.role === 'assistant')).toHaveLength(2);
    expect(flat[5]?.delta).toEqual({
      tool_calls: [{ index: 0, id: '1', type: 'function', function: { name: 'f', arguments: '' } }],
    });
  });

  test('blocks of reasoning are set apart, as in the whole reply', () => {
    const parts: Part[] = [
      { type: 'thinking', text: 'a' },
      { type: 'thinking', text: '' },
      { type: 'thinking', text: 'b' },
    ];
    expect(rereadStream(stream(emit({ choices: [{ index: 0, parts }] }))).choices[0]?.parts).toEqual([
      { type: 'thinking', text: 'a\n\nb' },
    ]);
  });

  test('parts that arrive whole are written whole', () => {
    const whole = (part: Part): ChatEvent => ({ type: 'open', choice: 0, index: 0, part: { type: 'whole', part } });
    const partsOf = (part: Part): unknown => rereadStream(stream([whole(part)])).choices[0]?.parts;
    const call: Part = { type: 'toolCall', id: 'a', name: 'f', input: '{}', kind: 'function' };
    for (const part of [
      call,
      { type: 'text', text: 'x' } satisfies Part,
      { type: 'refusal', text: 'x' } satisfies Part,
    ])
      expect(partsOf(part)).toEqual([part]);
  });

  test('its own log probabilities and unknown fields go along', () => {
    const own: ChatReply = {
      choices: [
        {
          index: 0,
          parts: [{ type: 'text', text: 'x' }],
          logprobs: { dialect: 'openai-chat', value: { content: [1] } },
          finish: { reason: 'stop' },
        },
      ],
      extra: {
        dialect: 'openai-chat',
        fields: { citations: ['1'], choices: [{ index: 0, message: { annotations: [1] } }] },
      },
    };
    const { id: _, model: __, createdAtMs: ___, ...reread } = rereadStream(stream(emit(own), { streamUsage: false }));
    expect(reread).toEqual(own);
  });

  test('an error is a message that the official SDK throws on', () => {
    const { chunks } = stream([{ type: 'error', error: { message: 'broke', code: 'x' } }]);
    expect(chunks).toEqual([{ error: { message: 'broke', type: 'server_error', param: null, code: 'x' } }]);
  });

  test('text for a part that never opened changes nothing', () => {
    expect(stream([{ type: 'delta', choice: 0, index: 3, text: 'x' }]).text).not.toContain('"x"');
  });
});

describe('errors to the client', () => {
  test.each([
    ['invalid_request', 'invalid_request_error'],
    ['invalid_key', 'authentication_error'],
    ['forbidden_host', 'permission_error'],
    ['provider_rate_limited', 'rate_limit_error'],
    ['provider_failed', 'server_error'],
  ] as const)('%s is of type %s', (code, type) => {
    const error = new GatewayError(code, 'Do this.', { field: 'messages[0]' });
    const body = { error: { message: 'Do this.', type, param: 'messages[0]', code } };
    expect(openaiChat.writeError(error)).toEqual(body);
    expect(openaiChat.writeStreamError(error)).toBe(`data: ${JSON.stringify(body)}\n\n`);
  });

  test('without a field there is no param', () => {
    expect(openaiChat.writeError(new GatewayError('internal', 'x'))).toMatchObject({ error: { param: null } });
  });

  test('a text, an empty body and a list are read too', () => {
    expect(openaiChat.readError(500, 'plain words')).toEqual({ status: 500, message: 'plain words' });
    expect(openaiChat.readError(500, '').message).toBe(
      'The provider answered 500 and said nothing in place of a reason.',
    );
    expect(openaiChat.readError(200, { error: { message: 'm', code: 504 } })).toEqual({ status: 504, message: 'm' });
    expect(openaiChat.readError(400, [{ error: { message: 'm', code: 400 } }])).toEqual({ status: 400, message: 'm' });
    expect(openaiChat.readError(422, { detail: [{ msg: 'm' }] }).message).toBe('[{"msg":"m"}]');
  });
});
