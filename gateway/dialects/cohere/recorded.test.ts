import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadFixture } from '../../../test/fake-answers.ts';
import type { ChatEvent, ChatReply, JsonObject } from '../../chat.ts';
import { collect, emit } from '../../reply.ts';
import { createSseReader } from '../../sse.ts';
import { cohere } from './index.ts';
import { isObject } from './wire.ts';

const listed = (path: string, prefix: string): string[] =>
  (
    JSON.parse(readFileSync(new URL(`../../../test/fixtures/providers/${path}`, import.meta.url), 'utf8')) as {
      id: string;
      api: string;
    }[]
  )
    .filter(({ api, id }) => api === 'cohere' && !id.includes('embeddings'))
    .map(({ id }) => prefix + id);
const fixtures = [...listed('index.json', ''), ...listed('authored/index.json', 'authored/')];
const streams = fixtures.filter((id) => id.includes('stream'));
const wholes = fixtures.filter((id) => !/stream|error/.test(id));

function readStream(bytes: Buffer, size = bytes.length): ChatEvent[] {
  const reader = cohere.createStreamReader();
  const events: ChatEvent[] = [];
  const messages = createSseReader((message) => events.push(...reader.read(message)));
  for (let at = 0; at < bytes.length; at += size) messages.push(bytes.subarray(at, at + size));
  messages.end();
  return [...events, ...reader.end()];
}

/** All values under a name, wherever it stands: the plainest way to read what an exchange says. */
function find(value: unknown, key: string, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const each of value) find(each, key, found);
  else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'citations') continue;
      if (name === key && typeof inner === 'string') found.push(inner);
      else find(inner, key, found);
    }
  }
  return found;
}

const meaning = (messages: JsonObject[]): JsonObject => ({
  text: find(messages, 'text').join(''),
  thinking: find(messages, 'tool_plan').join('') + find(messages, 'thinking').join(''),
  tools: find(messages, 'name'),
  input: find(messages, 'arguments').join(''),
});

function meaningOf(reply: ChatReply): JsonObject {
  const parts = reply.choices.flatMap((choice) => choice.parts);
  const texts = (type: string): string =>
    parts.map((part) => (part.type === type && 'text' in part ? part.text : '')).join('');
  const calls = parts.filter((part) => part.type === 'toolCall');
  return {
    text: texts('text'),
    thinking: texts('thinking'),
    tools: calls.map(({ name }) => name),
    input: calls.map(({ input }) => input).join(''),
  };
}

test('there are recordings', () => expect([wholes.length, streams.length]).toEqual([6, 5]));

test.each(wholes)('%s means what it says', (id) => {
  const { json } = loadFixture(id);
  const reply = cohere.readReply(json ?? {});
  expect(meaningOf(reply)).toEqual(meaning([json?.message as JsonObject]));
  expect(reply.choices[0]?.finish).toEqual({
    reason: id.includes('length') ? 'length' : id.includes('tools') ? 'toolCalls' : 'stop',
  });
  expect(collect(emit(reply))).toEqual(reply);
});

test.each(streams)('%s means what it says, however it is cut', (id) => {
  const { body } = loadFixture(id);
  const messages: JsonObject[] = [];
  createSseReader(({ data }) => messages.push(JSON.parse(data) as JsonObject)).push(body);
  const events = readStream(body);
  expect(meaningOf(collect(events))).toEqual(meaning(messages));
  for (const size of [1, 7, 4096]) expect(readStream(body, size)).toEqual(events);
  const opened = events.filter(({ type }) => type === 'open').length;
  expect(events.filter(({ type }) => type === 'close')).toHaveLength(opened);
});

describe('what is not a success', () => {
  test('a stream cut short has no finish', () => {
    expect(
      collect(readStream(loadFixture('authored/cohere/stream-truncated').body)).choices[0]?.finish,
    ).toBeUndefined();
  });

  test('a stream that ends with ERROR has an error and no finish', () => {
    const reply = collect(readStream(loadFixture('authored/cohere/stream-mid-error').body));
    expect(reply.error).toEqual({ code: 'ERROR', message: 'internal error' });
    expect(reply.choices[0]?.finish).toBeUndefined();
  });

  test('a whole reply without a message is an error in its own words', () => {
    expect(cohere.readReply({ id: 'x', message: 'too many tokens' }).error).toEqual({ message: 'too many tokens' });
  });
});

test('citations travel whole, as a part that only Cohere knows', () => {
  const { json } = loadFixture('cohere/json-cached.1');
  const whole = cohere.readReply(json ?? {}).choices[0]?.parts.at(-1);
  expect(whole).toMatchObject({
    type: 'opaque',
    dialect: 'cohere',
    label: 'citations',
    value: [{ start: 52 }, {}, {}],
  });
  const cite = (start: number): string =>
    `data: ${JSON.stringify({ type: 'citation-start', index: 0, delta: { message: { citations: { start } } } })}\n\n`;
  const body = `${cite(1)}${cite(2)}data: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}\n\n`;
  expect(collect(readStream(Buffer.from(body))).choices[0]?.parts).toMatchObject([
    { label: 'citations', value: [{ start: 1 }, { start: 2 }] },
  ]);
});

test('two calls open one after the other, each with its own input', () => {
  const parts = collect(readStream(loadFixture('authored/cohere/stream-parallel-tools').body)).choices[0]?.parts;
  expect(parts).toMatchObject([
    { type: 'thinking', text: 'Let me look both up.' },
    { type: 'toolCall', id: 'call_dev1', name: 'get_weather', input: '{"city":"Paris"}' },
    { type: 'toolCall', id: 'call_dev2', name: 'get_time', input: '{}' },
  ]);
});
