import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadFixture } from '../../../test/fake-answers.ts';
import type { ChatEvent, ChatReply, JsonObject } from '../../chat.ts';
import { collect, emit } from '../../reply.ts';
import { createSseReader } from '../../sse.ts';
import { openaiChat } from './index.ts';
import { isObject } from './wire.ts';

interface Listed {
  id: string;
  api: string;
  status: number;
  stream: boolean;
}

const list = (path: string, prefix: string): Listed[] =>
  (JSON.parse(readFileSync(new URL(`../../../test/fixtures/providers/${path}`, import.meta.url), 'utf8')) as Listed[])
    .filter(({ api }) => api === 'chat')
    .map((each) => ({ ...each, id: prefix + each.id }));
const fixtures = [...list('index.json', ''), ...list('authored/index.json', 'authored/')];

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const object = (value: unknown): JsonObject => (isObject(value) ? value : {});
const string = (value: unknown): string => (typeof value === 'string' ? value : '');

function readStream(bytes: Buffer, size = bytes.length): ChatEvent[] {
  const reader = openaiChat.createStreamReader();
  const events: ChatEvent[] = [];
  const messages = createSseReader((message) => events.push(...reader.read(message)));
  for (let at = 0; at < bytes.length; at += size) messages.push(bytes.subarray(at, at + size));
  messages.end();
  return [...events, ...reader.end()];
}

/** What an exchange says, read off its JSON in the plainest way: all chunks or the one body. */
function meaning(chunks: JsonObject[]): JsonObject {
  const choices = chunks.flatMap((chunk) => objects(chunk.choices));
  const messages = choices.map((choice) => object(choice.delta ?? choice.message));
  const calls = messages.flatMap((message) => objects(message.tool_calls)).map((call) => object(call.function));
  const usages = chunks
    .map((chunk) => object(chunk.usage ?? object(chunk.x_groq).usage))
    .filter((usage) => 'prompt_tokens' in usage);
  const usage = usages.at(-1);
  return {
    text: messages.map((message) => string(message.content)).join(''),
    thinking: messages.map((message) => string(message.reasoning_content ?? message.reasoning)).join(''),
    refusal: messages.map((message) => string(message.refusal)).join(''),
    tools: calls.map((call) => string(call.name)).filter((name) => name !== ''),
    argumentLength: calls.reduce((length, call) => length + string(call.arguments).length, 0),
    // OpenRouter may say it twice.
    finish: [...new Set(choices.map((choice) => choice.finish_reason))].filter(
      (reason) => typeof reason === 'string' && reason !== 'error',
    ),
    input: usage?.prompt_tokens,
    total: usage?.total_tokens,
  };
}

function meaningOf(reply: ChatReply): JsonObject {
  const parts = reply.choices.flatMap((choice) => choice.parts);
  const texts = (type: string): string =>
    parts.map((part) => (part.type === type && 'text' in part ? part.text : '')).join('');
  const calls = parts.filter((part) => part.type === 'toolCall');
  const words = { stop: 'stop', length: 'length', toolCalls: 'tool_calls', contentFilter: 'content_filter' } as Record<
    string,
    string
  >;
  return {
    text: texts('text'),
    thinking: texts('thinking'),
    refusal: texts('refusal'),
    tools: calls.map((call) => call.name),
    argumentLength: calls.reduce((length, call) => length + call.input.length, 0),
    finish: reply.choices.flatMap(({ finish }) => (finish === undefined ? [] : [words[finish.reason]])),
    input: reply.usage?.input,
    total: reply.usage && reply.usage.input + reply.usage.output,
  };
}

describe('whole replies', () => {
  test.each(
    fixtures
      .filter(({ status, stream, id }) => status === 200 && !stream && !/stream|embeddings/.test(id))
      .map(({ id }) => id),
  )('%s', (id) => {
    const { json } = loadFixture(id);
    const reply = openaiChat.readReply(json ?? {});
    expect(meaningOf(reply)).toEqual(meaning([json ?? {}]));
    expect(collect(emit(reply))).toEqual(reply);
    if (id.includes('200-error')) expect(reply.error).toEqual({ status: 504, message: 'Provider returned error' });
    else expect(reply).toMatchObject({ model: expect.any(String), createdAtMs: expect.any(Number) });
  });
});

describe('streams', () => {
  const streams = fixtures.filter(({ id }) => id.includes('stream')).map(({ id }) => id);
  test('there are some', () => expect(streams.length).toBeGreaterThan(20));

  test.each(streams)('%s', (id) => {
    const { body } = loadFixture(id);
    const chunks: JsonObject[] = [];
    createSseReader(({ data }) => data !== '[DONE]' && chunks.push(JSON.parse(data) as JsonObject)).push(body);
    const events = readStream(body);
    expect(meaningOf(collect(events))).toEqual(meaning(chunks));
    for (const size of [1, 7, 4096]) expect(readStream(body, size)).toEqual(events);
    const opened = events.filter((event) => event.type === 'open').length;
    expect(events.filter((event) => event.type === 'close')).toHaveLength(opened);
  });

  test.each([
    [
      'authored/openai/stream-mid-error',
      { code: 'server_error', message: 'The server had an error while processing your request.' },
    ],
    ['authored/openrouter/stream-mid-error', { code: 'server_error', message: 'Provider disconnected unexpectedly' }],
    ['groq/stream-midstream-error-reasoning.1', expect.objectContaining({ code: 'tool_use_failed', status: 400 })],
  ])('%s ends in an error and without a finish', (id, error) => {
    const reply = collect(readStream(loadFixture(id).body));
    expect(reply.error).toEqual(error);
    expect(reply.choices.every(({ finish }) => finish === undefined)).toBe(true);
  });

  test('a truncated stream has no finish', () => {
    expect(
      collect(readStream(loadFixture('authored/openai/stream-truncated').body)).choices[0]?.finish,
    ).toBeUndefined();
  });

  test('interleaved arguments go to their own calls', () => {
    const reply = collect(readStream(loadFixture('authored/openai/stream-parallel-tools').body));
    expect(reply.choices[0]?.parts).toEqual([
      { type: 'text', text: 'Let me look both up.' },
      { type: 'toolCall', id: 'call_dev1', name: 'get_weather', input: '{"city":"Paris"}', kind: 'function' },
      { type: 'toolCall', id: 'call_dev2', name: 'get_time', input: '{}', kind: 'function' },
    ]);
  });

  test('reasoning of OpenRouter keeps its signature', () => {
    const [thinking, text] =
      collect(readStream(loadFixture('openrouter/stream-reasoning.1').body)).choices[0]?.parts ?? [];
    expect(thinking).toMatchObject({
      type: 'thinking',
      signature: { by: 'openai-chat', value: expect.stringMatching(/^Et0B/) },
    });
    expect(text?.type).toBe('text');
  });
});

describe('errors', () => {
  test.each(fixtures.filter(({ status }) => status >= 400).map(({ id }) => id))('%s has a readable message', (id) => {
    const { status, json, body } = loadFixture(id);
    const error = openaiChat.readError(status, json ?? body.toString());
    expect(error.status).toBe(status);
    expect(error.message).not.toMatch(/undefined|\[object|<html/);
    expect(error.message.length).toBeGreaterThan(10);
  });

  test.each([
    ['authored/openai/error-429-quota', 'insufficient_quota', /exceeded your current quota/],
    ['authored/openai/error-400-context-length', 'context_length_exceeded', /maximum context length/],
    ['authored/openai/error-500', 'server_error', /had an error/],
    ['authored/mistral/error-429', '1300', /rate limit/],
    ['authored/mistral/error-422', 'invalid_request_message_error', /extra_forbidden/],
    ['authored/openrouter/error-502', undefined, /Provider returned error: upstream connect error/],
    ['authored/xai/error-400', 'Client specified an invalid argument', /Incorrect API key/],
    ['authored/generic/error-502-html', undefined, /answered 502 and sent a web page/],
  ])('%s: code %s', (id, code, message) => {
    const { status, json, body } = loadFixture(id);
    const error = openaiChat.readError(status, json ?? body.toString());
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe('requests', () => {
  const recorded = fixtures.map(({ id }) => loadFixture(id)).filter(({ request }) => request !== undefined);
  const quirks = ['topK', 'videoUrl', 'cacheControl', 'reasoningObject', 'reasoningContent', 'functionsOnly'];

  test.each(recorded.map(({ id }) => id))('%s means the same after a round trip', (id) => {
    const first = openaiChat.readRequest(loadFixture(id).request?.body ?? {});
    const written = openaiChat.writeRequest(first, { name: first.model, quirks });
    expect(openaiChat.readRequest(written.body)).toEqual({ ...first, streamUsage: first.stream });
    expect(written.losses).toEqual([]);
  });
});
