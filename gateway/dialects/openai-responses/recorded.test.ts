import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadFixture } from '../../../test/fake-answers.ts';
import type { ChatEvent, ChatReply, JsonObject } from '../../chat.ts';
import { collect, emit } from '../../reply.ts';
import { createSseReader } from '../../sse.ts';
import { openaiResponses } from './index.ts';
import { isObject, objectsIn } from './wire.ts';

interface Listed {
  id: string;
  api: string;
  status: number;
  stream: boolean;
}

const FIXTURES = new URL('../../../test/fixtures/', import.meta.url);
const CONTEXT = { id: 'req_0af9', model: 'gpt-x', createdAtMs: 1_760_000_000_000, streamUsage: true };

const list = (path: string, prefix: string): Listed[] =>
  (JSON.parse(readFileSync(new URL(`providers/${path}`, FIXTURES), 'utf8')) as Listed[])
    .filter(({ api }) => api === 'responses')
    .map((each) => ({ ...each, id: prefix + each.id }));
const fixtures = [...list('index.json', ''), ...list('authored/index.json', 'authored/')];

const replies = fixtures
  .filter(({ id, stream }) => !stream && isObject(loadFixture(id).json) && loadFixture(id).json?.output !== undefined)
  .map(({ id }) => id);
const streams = fixtures.filter(({ stream }) => stream).map(({ id }) => id);
/** Their project shortened the recordings: of one the last event is cut, of the other most deltas are gone. */
const CUT = 'openai-responses/stream-tool.1';
const SPARSE = 'openai-responses/stream-cached.1';
const wholeStreams = streams.filter((id) => id !== CUT && !/mid-error|truncated|failed/.test(id));

const definitions = (
  JSON.parse(readFileSync(new URL('schemas/openai.sdk-types.json', FIXTURES), 'utf8')) as {
    definitions: Record<string, JsonObject>;
  }
).definitions;

/** The first violation of the part of JSON Schema that the SDK's types use; undefined where there is none. */
function violation(value: unknown, schema: JsonObject, path = '$'): string | undefined {
  if (typeof schema.$ref === 'string') {
    return violation(value, definitions[decodeURIComponent(schema.$ref.slice('#/definitions/'.length))] ?? {}, path);
  }
  if (Array.isArray(schema.anyOf)) {
    const found = schema.anyOf.map((each: JsonObject) => violation(value, each, path));
    return found.includes(undefined) ? undefined : `${path}: ${found.join(' | ')}`;
  }
  if ('const' in schema && value !== schema.const) return `${path} is not ${schema.const}`;
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return `${path} is none of ${schema.enum.join()}`;
  const types = [schema.type ?? []].flat();
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (types.length > 0 && !types.includes(type)) return `${path} is ${type}, not ${types.join()}`;
  if (Array.isArray(value) && schema.items) {
    return value.map((item, i) => violation(item, schema.items as JsonObject, `${path}[${i}]`)).find((each) => each);
  }
  if (type !== 'object') return undefined;
  const object = value as JsonObject;
  for (const key of (schema.required ?? []) as string[]) if (!(key in object)) return `${path}.${key} is missing`;
  const properties = (schema.properties ?? {}) as Record<string, JsonObject>;
  return Object.entries(properties)
    .filter(([key]) => key in object)
    .map(([key, inner]) => violation(object[key], inner, `${path}.${key}`))
    .find((each) => each);
}

/** The SDK makes `output_text` itself. Recorded items of hosted tools came before the newest SDK, and go back as they came. */
function plainResponse(response: unknown): JsonObject {
  const body = isObject(response) ? response : {};
  return { ...body, output_text: '', output: objectsIn(body.output).filter(isOurs) };
}

const isOurs = ({ type }: JsonObject): boolean =>
  /^(message|reasoning|function_call|custom_tool_call)$/.test(String(type));

function wrongWith(event: JsonObject): string | undefined {
  if (isObject(event.item) && !isOurs(event.item)) return undefined;
  const seen = event.response === undefined ? event : { ...event, response: plainResponse(event.response) };
  return violation(seen, definitions.ResponseStreamEvent ?? {});
}

function readStream(bytes: Buffer, size = bytes.length): ChatEvent[] {
  const reader = openaiResponses.createStreamReader();
  const events: ChatEvent[] = [];
  const messages = createSseReader((message) => events.push(...reader.read(message)));
  for (let at = 0; at < bytes.length; at += size) messages.push(bytes.subarray(at, at + size));
  messages.end();
  return [...events, ...reader.end()];
}

function eventsOf(text: string): JsonObject[] {
  const events: JsonObject[] = [];
  const messages = createSseReader(({ event, data }) => {
    const json = JSON.parse(data) as JsonObject;
    if (event !== undefined) expect(event).toBe(json.type);
    events.push(json);
  });
  messages.push(Buffer.from(text));
  messages.end();
  return events;
}

function write(events: Iterable<ChatEvent>): { wire: JsonObject[]; losses: unknown } {
  const writer = openaiResponses.createStreamWriter(CONTEXT);
  let text = '';
  for (const event of events) text += writer.write(event);
  text += writer.end();
  return { wire: eventsOf(text + writer.terminal()), losses: writer.losses() };
}

/** What a response says, read off its JSON in the plainest way. */
function meaning(response: JsonObject): JsonObject {
  const items = objectsIn(response.output);
  const content = items.filter(({ type }) => type === 'message').flatMap((item) => objectsIn(item.content));
  const reasoning = items.filter(({ type }) => type === 'reasoning');
  const texts = (parts: JsonObject[]): string => parts.map(({ text }) => String(text ?? '')).join('\n\n');
  const usage = isObject(response.usage) ? response.usage : {};
  return {
    text: content.map(({ text }) => String(text ?? '')).join(''),
    refusal: content.map(({ refusal }) => String(refusal ?? '')).join(''),
    annotations: content.flatMap(({ annotations }) => objectsIn(annotations)),
    reasoning: reasoning
      .map((item) => texts(objectsIn(objectsIn(item.content).length > 0 ? item.content : item.summary)))
      .filter((text) => text !== ''),
    // OpenAI encrypts anew for each event that repeats it.
    encrypted: reasoning.filter(({ encrypted_content }) => encrypted_content).length,
    calls: items
      .filter(({ type }) => type === 'function_call' || type === 'custom_tool_call')
      .map((item) => [item.call_id, item.name, item.arguments ?? item.input]),
    hosted: items.filter((item) => !isOurs(item)).map(({ fingerprint: _, ...item }) => item),
    status: response.status,
    reason: response.incomplete_details ?? null,
    counts: [usage.input_tokens, usage.output_tokens, usage.total_tokens],
  };
}

/** The last response of a stream; where a provider says no items there, those that it said on the way. */
function responseOf(events: JsonObject[]): JsonObject {
  const last = events.at(-1)?.response as JsonObject;
  if (objectsIn(last.output).length > 0) return last;
  return { ...last, output: events.flatMap((event) => (event.type === 'response.output_item.done' ? event.item : [])) };
}

/** Without what the client is told in the gateway's own words, or not at all. */
const sayings = (reply: ChatReply): unknown => ({
  ...reply,
  id: '',
  model: '',
  usage: { ...reply.usage, serviceTier: '', billedUsd: 0 },
});

test('there are as many fixtures as there should be', () => {
  expect([fixtures.length, replies.length, streams.length]).toEqual([83, 51, 27]);
});

describe('whole replies', () => {
  test.each(replies)('%s is written back as it was read', (id) => {
    const body = loadFixture(id).json as JsonObject;
    const reply = openaiResponses.readReply(body);
    expect(collect(emit(reply))).toEqual(reply);
    const written = openaiResponses.writeReply(reply, CONTEXT);
    expect(written.losses).toEqual([]);
    const { status } = body;
    expect(meaning(written.body)).toEqual({ ...meaning(body), status: status === 'complete' ? 'completed' : status });
    expect(violation(plainResponse(written.body), definitions.Response ?? {})).toBeUndefined();
    expect(sayings(openaiResponses.readReply(written.body))).toEqual(sayings(reply));
  });

  test.each(replies)('%s is the same reply as a stream', (id) => {
    const reply = openaiResponses.readReply(loadFixture(id).json as JsonObject);
    const { wire } = write(emit(reply));
    const { body } = openaiResponses.writeReply(reply, CONTEXT);
    expect({ ...(wire.at(-1)?.response as JsonObject), completed_at: 0 }).toEqual({ ...body, completed_at: 0 });
  });
});

describe('streams', () => {
  test.each(streams)('%s gives the same events however it is cut', (id) => {
    const { body } = loadFixture(id);
    const events = readStream(body);
    expect(events.length).toBeGreaterThan(2);
    for (const size of [1, 7, 4096]) expect(readStream(body, size)).toEqual(events);
    const opened = events.filter((event) => event.type === 'open').length;
    expect(events.filter((event) => event.type === 'close')).toHaveLength(opened);
  });

  test.each(wholeStreams.filter((id) => id !== SPARSE))('%s means what its last event says', (id) => {
    const { body } = loadFixture(id);
    const response = responseOf(eventsOf(body.toString().replaceAll('data: [DONE]', '')));
    const reply = collect(readStream(body));
    expect(meaning(openaiResponses.writeReply(reply, CONTEXT).body)).toEqual(meaning(response));
    expect(reply.choices[0]?.finish).toBeDefined();
  });

  test.each(wholeStreams)('%s is written in the order and the shape that the SDK knows', (id) => {
    const { wire, losses } = write(readStream(loadFixture(id).body));
    expect(losses).toEqual([]);
    expect(wire.map(({ sequence_number }) => sequence_number)).toEqual(wire.map((_, at) => at));
    expect(wire.map(wrongWith).filter((each) => each !== undefined)).toEqual([]);
    expect(wire.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress']);
    expectSequential(wire);
  });

  test.each([
    ['authored/openai/stream-mid-error-responses', /had an error/],
    ['authored/openai/stream-responses-failed', /failed to generate/],
    ['authored/openai/stream-truncated-responses', undefined],
    [CUT, /not a JSON object/],
  ])('%s has no finish', (id, message) => {
    const reply = collect(readStream(loadFixture(id).body));
    expect(reply.choices.every(({ finish }) => finish === undefined)).toBe(true);
    if (message === undefined) expect(reply.error).toBeUndefined();
    else expect(reply.error?.message).toMatch(message);
  });
});

/** One item at a time, numbered as they come; what is added is done, and says in the end what its deltas said. */
function expectSequential(wire: JsonObject[]): void {
  let open: unknown;
  let next = 0;
  let told = '';
  for (const event of wire) {
    if (event.type === 'response.output_item.added') {
      expect([open, event.output_index]).toEqual([undefined, next]);
      open = (event.item as JsonObject).id;
      next += 1;
      told = '';
    } else if (event.type === 'response.output_item.done') {
      expect((event.item as JsonObject).id).toBe(open);
      open = undefined;
    } else if (event.item_id !== undefined) {
      expect([event.item_id, event.output_index]).toEqual([open, next - 1]);
      if (/added$/.test(String(event.type)) && event.part !== undefined) told = '';
      if (typeof event.delta === 'string') told += event.delta;
      const end = event.text ?? event.arguments ?? event.input ?? event.refusal;
      if (end !== undefined) expect(told).toBe(end);
    }
  }
  expect(open).toBeUndefined();
}

describe('errors', () => {
  test.each(fixtures.filter(({ status }) => status >= 400).map(({ id }) => id))('%s has a readable message', (id) => {
    const { status, json, body } = loadFixture(id);
    const error = openaiResponses.readError(status, json ?? body.toString());
    expect(error.status).toBe(status);
    expect(error.code).toMatch(/^[a-z_]+$/);
    expect(error.message.length).toBeGreaterThan(10);
  });
});

/** A request body with the shorthands written out and what no other server could use left out. */
function spelled(body: JsonObject): JsonObject {
  const { stream, store, include, instructions, ...rest } = body;
  const wishes = (Array.isArray(include) ? include : []).filter((each) => each !== 'reasoning.encrypted_content');
  const input = typeof rest.input === 'string' ? [{ role: 'user', content: rest.input }] : objectsIn(rest.input);
  const items = input.map(({ id, status, ...item }) => {
    const known = item.type ?? 'message';
    if (!/^(message|reasoning|function_call|function_call_output)$/.test(String(known)))
      return { ...item, id, ...(status !== undefined && { status }) };
    const isMade = item.role === 'assistant';
    const content =
      typeof item.content === 'string'
        ? [{ type: isMade ? 'output_text' : 'input_text', text: item.content }]
        : item.content;
    return { ...item, type: known, ...(content !== undefined && { content }) };
  });
  const cleaned = {
    ...(instructions !== '' && { instructions }),
    ...rest,
    input: items,
    ...(wishes.length > 0 && { include: wishes }),
    ...(stream === true && { stream }),
  };
  const plain = JSON.stringify(cleaned, (_, value: unknown) => (value === null ? undefined : value));
  return JSON.parse(plain) as JsonObject;
}

describe('requests', () => {
  const recorded = fixtures.filter(({ id }) => loadFixture(id).request?.body.input !== undefined).map(({ id }) => id);
  test('there are some', () => expect(recorded.length).toBe(60));

  test.each(recorded)('%s comes back as it was sent, with nothing lost', (id) => {
    const body = loadFixture(id).request?.body ?? {};
    const first = openaiResponses.readRequest(body);
    const written = openaiResponses.writeRequest(first, { name: first.model });
    expect(written.losses).toEqual([]);
    expect(spelled(written.body)).toEqual(spelled(body));
    expect(openaiResponses.readRequest(written.body)).toEqual(first);
  });
});
