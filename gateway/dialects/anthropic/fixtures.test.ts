import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ChatEvent, ChatReply, JsonObject } from '../../chat.ts';
import { collect, emit } from '../../reply.ts';
import { createSseReader } from '../../sse.ts';
import { anthropic } from './index.ts';

const FIXTURES = new URL('../../../test/fixtures/', import.meta.url);
const CONTEXT = { id: 'msg_own', model: 'claude-x', createdAtMs: 0, streamUsage: true };

interface Fixture {
  name: string;
  request?: { path: string; body: JsonObject };
  response: { status: number; json?: JsonObject; bodyFile?: string };
  stream: Buffer;
}

const fixtures: Fixture[] = ['anthropic', 'authored/anthropic'].flatMap((folder) => {
  const path = new URL(`providers/${folder}/`, FIXTURES);
  return readdirSync(path)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const fixture = JSON.parse(readFileSync(new URL(file, path), 'utf8')) as Omit<Fixture, 'name' | 'stream'>;
      const { bodyFile } = fixture.response;
      const stream = bodyFile ? readFileSync(new URL(bodyFile, path)) : Buffer.alloc(0);
      return { ...fixture, name: `${folder}/${file}`, stream };
    });
});

const messages = fixtures.filter(({ response }) => response.json?.type === 'message');
const streams = fixtures.filter(({ response }) => response.bodyFile);
const wholeStreams = streams.filter(({ name }) => !/truncated|mid-error/.test(name) && !isCutShort(name));
const requests = fixtures.filter(({ request }) => Array.isArray(request?.body?.messages));

/** Some recordings of others end before the message does. */
function isCutShort(name: string): boolean {
  const fixture = fixtures.find((each) => each.name === name);
  return !fixture?.stream.includes('"message_stop"');
}

const definitions = (
  JSON.parse(readFileSync(new URL('schemas/anthropic.sdk-types.json', FIXTURES), 'utf8')) as {
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

function readStream(bytes: Buffer, cut: number): ChatEvent[] {
  const reader = anthropic.createStreamReader();
  const events: ChatEvent[] = [];
  const sse = createSseReader((message) => events.push(...reader.read(message)));
  for (let start = 0; start < bytes.length; start += cut) sse.push(bytes.subarray(start, start + cut));
  sse.end();
  return [...events, ...reader.end()];
}

function framesOf(text: string): JsonObject[] {
  const frames: JsonObject[] = [];
  const sse = createSseReader((message) => {
    const data = JSON.parse(message.data) as JsonObject;
    expect(message.event).toBe(data.type);
    frames.push(data);
  });
  sse.push(Buffer.from(text));
  sse.end();
  return frames;
}

/** A stream put together the way the official SDK does it: the oracle for the reader and the writer. */
function accumulate(frames: JsonObject[]): JsonObject {
  let message: JsonObject = {};
  const content: JsonObject[] = [];
  const input = new Map<JsonObject, string>();
  // Some recordings hold the messages of several steps, each with indices from 0: the latest block is meant.
  let block: JsonObject | undefined;
  for (const frame of frames) {
    const delta = (frame.delta ?? {}) as JsonObject;
    if (frame.type === 'message_start') message = structuredClone(frame.message) as JsonObject;
    else if (frame.type === 'content_block_start') {
      block = structuredClone(frame.content_block) as JsonObject;
      content.push(block);
    } else if (frame.type === 'message_delta') {
      const counts = Object.entries(frame.usage as JsonObject).filter(([, value]) => value !== null);
      message = { ...message, ...delta, usage: { ...(message.usage as JsonObject), ...Object.fromEntries(counts) } };
    } else if (frame.type === 'content_block_delta' && block) {
      if (typeof delta.text === 'string') block.text = `${block.text}${delta.text}`;
      if (typeof delta.thinking === 'string') block.thinking = `${block.thinking}${delta.thinking}`;
      if (typeof delta.signature === 'string') block.signature = delta.signature;
      if (typeof delta.partial_json === 'string') input.set(block, `${input.get(block) ?? ''}${delta.partial_json}`);
    }
  }
  for (const [each, json] of input) if (json !== '') each.input = JSON.parse(json);
  return { ...message, content };
}

/** What a reply means, without what one of its two forms (JSON, stream) has no place for. */
function meaning({ choices, usage, id, model }: ChatReply): unknown {
  const { serviceTier: _, ...counts } = usage ?? { input: 0, output: 0 };
  const parts = choices.flatMap((choice) => choice.parts);
  const parsed = parts.map((part) => (part.type === 'toolCall' ? { ...part, input: JSON.parse(part.input) } : part));
  return { finish: choices[0]?.finish, parsed, counts, id, model };
}

/** A content block without the fields that the newest SDK adds where there is nothing to say. */
function plain(block: JsonObject): JsonObject {
  const { citations, caller, ...rest } = block;
  return {
    ...rest,
    ...(citations ? { citations } : {}),
    ...(caller && (caller as JsonObject).type !== 'direct' ? { caller } : {}),
  };
}

describe('recorded messages', () => {
  test.each(messages)('$name is written back as it was read', ({ response }) => {
    const wire = response.json as JsonObject;
    const reply = anthropic.readReply(wire);
    const { body, losses } = anthropic.writeReply(reply, CONTEXT);
    expect(losses).toEqual([]);
    // Blocks of server tools go back as they came, and these came before the newest SDK.
    const known = (body.content as JsonObject[]).filter(({ type }) => !/server_tool|mcp|result/.test(String(type)));
    expect(violation({ ...body, content: known }, definitions.Message ?? {})).toBeUndefined();
    expect((body.content as JsonObject[]).map(plain)).toEqual((wire.content as JsonObject[]).map(plain));
    expect(body.id).toBe(wire.id);
    expect([body.stop_reason, body.stop_sequence]).toEqual([wire.stop_reason, wire.stop_sequence]);
    const counts = body.usage as JsonObject;
    const said = wire.usage as JsonObject;
    for (const key of ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']) {
      expect(counts[key], key).toBe(said[key]);
    }
    expect(counts.service_tier).toBe(said.service_tier);
  });

  test.each(messages)('$name is the same reply as a stream', ({ response }) => {
    const reply = anthropic.readReply(response.json as JsonObject);
    const writer = anthropic.createStreamWriter(CONTEXT);
    const text = emit(reply).map((event) => writer.write(event));
    const again = collect(readStream(Buffer.from(text.join('') + writer.end() + writer.terminal()), 4096));
    expect(meaning(again)).toEqual({ ...(meaning(reply) as JsonObject), model: 'claude-x' });
  });
});

describe('recorded streams', () => {
  test.each(wholeStreams)('$name means what its pieces put together mean', ({ stream }) => {
    const message = accumulate(framesOf(stream.toString()));
    expect(meaning(collect(readStream(stream, 4096)))).toEqual(meaning(anthropic.readReply(message)));
  });

  test.each(streams)('$name gives the same events however it is cut', ({ stream }) => {
    const whole = readStream(stream, stream.length);
    expect(whole.length).toBeGreaterThan(2);
    for (const cut of [1, 7, 4096]) expect(readStream(stream, cut)).toEqual(whole);
  });

  test.each(wholeStreams)(
    '$name is written as a stream that the SDK puts together to the same message',
    ({ stream }) => {
      const events = readStream(stream, 4096);
      const writer = anthropic.createStreamWriter(CONTEXT);
      const frames = framesOf(events.map((event) => writer.write(event)).join('') + writer.end() + writer.terminal());
      const schema = definitions.RawMessageStreamEvent ?? {};
      for (const frame of frames) {
        const { type } = (frame.content_block ?? {}) as JsonObject;
        if (!/server_tool|mcp|result/.test(String(type))) expect(violation(frame, schema)).toBeUndefined();
      }
      const [was, is] = [accumulate(framesOf(stream.toString())), accumulate(frames)];
      expect((is.content as JsonObject[]).map(plain)).toEqual((was.content as JsonObject[]).map(plain));
      // Where a recording holds several messages, the calls of the first have been answered by the last.
      if (stream.toString().split('event: message_stop').length === 2) expect(is.stop_reason).toBe(was.stop_reason);
      expect(writer.losses()).toEqual([]);
    },
  );

  test.each(wholeStreams)('$name is written with one block open at a time', ({ stream }) => {
    const writer = anthropic.createStreamWriter(CONTEXT);
    const text = readStream(stream, 4096).map((event) => writer.write(event));
    let open: unknown;
    let next = 0;
    for (const { type, index } of framesOf(text.join('') + writer.end() + writer.terminal())) {
      if (type === 'content_block_start') {
        expect([open, index]).toEqual([undefined, next++]);
        open = index;
      } else if (type === 'content_block_stop') {
        expect(index).toBe(open);
        open = undefined;
      } else if (type === 'content_block_delta') expect(index).toBe(open);
    }
  });

  test.each(['truncated', 'mid-error'])('the %s stream has no finish', (kind) => {
    const fixture = streams.find(({ name }) => name.includes(kind));
    const reply = collect(readStream(fixture?.stream ?? Buffer.alloc(0), 4096));
    expect(reply.choices[0]?.parts).toEqual([{ type: 'text', text: 'The quick brown fox j' }]);
    expect(reply.choices[0]?.finish).toBeUndefined();
    const overloaded = { status: 529, code: 'overloaded_error', message: 'Overloaded' };
    expect(reply.error).toEqual(kind === 'mid-error' ? overloaded : undefined);
  });
});

/** A request body with the shorthands written out, so that two spellings of one request are equal. */
function spelled(body: JsonObject): JsonObject {
  const blocks = (content: unknown) => (typeof content === 'string' ? [{ type: 'text', text: content }] : content);
  return JSON.parse(
    JSON.stringify(body, (key, value) => {
      if (key === 'content' || key === 'system') return blocks(value);
      return (key === 'stream' || key === 'is_error') && value === false ? undefined : value;
    }),
  );
}

describe('recorded requests', () => {
  test.each(requests)('$name comes back as it was sent, with nothing lost', ({ request }) => {
    const body = request?.body as JsonObject;
    const model = { name: String(body.model), maxOutputTokens: 200_000 };
    const written = anthropic.writeRequest(anthropic.readRequest(body), model);
    const expected = spelled({ max_tokens: 200_000, ...body });
    expect(spelled(written.body)).toEqual(expected);
    expect(written.losses).toEqual([]);
    expect(violation(written.body, definitions.MessageCreateParams ?? {}) ?? '').not.toMatch(/messages|max_tokens/);
  });
});

test('there are as many fixtures as there should be', () => {
  expect([messages.length, streams.length, requests.length]).toEqual([38, 16, 36]);
});
