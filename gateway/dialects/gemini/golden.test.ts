import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatReply, JsonObject, Part } from '../../chat.ts';
import { collect, emit } from '../../reply.ts';
import { createSseReader, type SseMessage } from '../../sse.ts';
import { gemini } from './index.ts';

interface Fixture {
  id: string;
  tags: string[];
  op?: string;
  request?: { path: string; body: JsonObject };
  response: { status: number; json?: JsonObject; bodyFile?: string };
}

const ROOT = new URL('../../../test/fixtures/providers/', import.meta.url).pathname;
const CONTEXT = { id: 'resp_1', model: 'gemini-x', createdAtMs: 0, streamUsage: true };

const fixtures = ['gemini', 'gemini-vertex', 'authored/gemini'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const fixture = JSON.parse(readFileSync(join(ROOT, folder, name), 'utf8')) as Fixture;
      const { bodyFile } = fixture.response;
      return { ...fixture, sse: bodyFile === undefined ? undefined : readFileSync(join(ROOT, folder, bodyFile)) };
    }),
);
const generated = fixtures.filter(({ op }) => op === undefined || op === 'generate');
const wholes = generated.filter(({ response }) => response.status === 200 && response.json !== undefined);
const streams = generated.filter(({ sse }) => sse !== undefined);
const refusals = generated.filter(({ response }) => response.status >= 400);
const requests = generated.filter(({ request }) => request?.body !== undefined);

/** What a Gemini answer says, counted by hand from the wire. */
function meaningOf(chunks: JsonObject[]): {
  text: string;
  thoughts: string;
  calls: string[];
  signatures: string[];
  finish?: unknown;
  total?: unknown;
} {
  const meaning = { text: '', thoughts: '', calls: [] as string[], signatures: [] as string[] };
  let finish: unknown;
  let total: unknown;
  for (const chunk of chunks) {
    const candidate = (chunk.candidates as JsonObject[] | undefined)?.[0];
    for (const part of ((candidate?.content as JsonObject | undefined)?.parts as JsonObject[] | undefined) ?? []) {
      if (typeof part.text === 'string') meaning[part.thought === true ? 'thoughts' : 'text'] += part.text;
      const name = (part.functionCall as JsonObject | undefined)?.name;
      if (typeof name === 'string') meaning.calls.push(name);
      const carries = typeof part.text === 'string' || part.functionCall !== undefined;
      if (typeof part.thoughtSignature === 'string' && carries) meaning.signatures.push(part.thoughtSignature);
    }
    finish = candidate?.finishReason ?? finish;
    total = (chunk.usageMetadata as JsonObject | undefined)?.totalTokenCount ?? total;
  }
  return { ...meaning, finish, total };
}

function meaningOfReply(reply: ChatReply): ReturnType<typeof meaningOf> {
  const parts = reply.choices[0]?.parts ?? [];
  const textOf = (type: Part['type']): string =>
    parts.map((part) => (part.type === type && 'text' in part ? part.text : '')).join('');
  return {
    text: textOf('text'),
    thoughts: textOf('thinking'),
    calls: parts.flatMap((part) => (part.type === 'toolCall' ? [part.name] : [])),
    signatures: parts.flatMap((part) =>
      (part.type === 'thinking' || part.type === 'toolCall') && part.signature !== undefined
        ? [part.signature.value]
        : [],
    ),
    finish: reply.choices[0]?.finish?.raw,
    total: reply.usage === undefined ? undefined : reply.usage.input + reply.usage.output,
  };
}

function readStream(bytes: Uint8Array, size: number): ChatEvent[] {
  const events: ChatEvent[] = [];
  const reader = gemini.createStreamReader();
  const messages = createSseReader((message) => events.push(...reader.read(message)));
  for (let start = 0; start < bytes.length; start += size) messages.push(bytes.subarray(start, start + size));
  messages.end();
  return [...events, ...reader.end()];
}

function chunksOf(text: string): JsonObject[] {
  const chunks: JsonObject[] = [];
  const messages = createSseReader((message: SseMessage) => chunks.push(JSON.parse(message.data) as JsonObject));
  messages.push(Buffer.from(text));
  messages.end();
  return chunks;
}

/** Made up where the model gave none. */
const withoutIds = (events: ChatEvent[]): unknown =>
  JSON.parse(JSON.stringify(events).replaceAll(/"call_[0-9a-f]{24}"/g, '"call"'));

function writeStream(events: ChatEvent[]): JsonObject[] {
  const writer = gemini.createStreamWriter(CONTEXT);
  return chunksOf(events.map((event) => writer.write(event)).join('') + writer.end());
}

it('finds recorded and authored exchanges to replay', () => {
  expect(wholes.length).toBeGreaterThan(40);
  expect(streams.length).toBeGreaterThan(10);
  expect(refusals.length).toBeGreaterThan(8);
});

describe.each(wholes.map((fixture) => [fixture.id, fixture.response.json ?? {}, fixture.tags] as const))(
  '%s',
  (_, json, tags) => {
    const reply = gemini.readReply(json);

    it('is read with every text, thought, call, signature and token', () => {
      const wire = meaningOf([json]);
      if (wire.finish === undefined) wire.finish = (json.promptFeedback as JsonObject | undefined)?.blockReason;
      expect(meaningOfReply(reply)).toEqual(wire);
    });

    it('ends the way its tags say', () => {
      const reason = reply.choices[0]?.finish?.reason;
      if (tags.includes('finish-content_filter')) expect(reason).toBe('contentFilter');
      else if (tags.includes('finish-other')) expect(reason).toBe('other');
      else if (reply.choices[0]?.parts.some((part) => part.type === 'toolCall')) expect(reason).toBe('toolCalls');
      else expect(reason).toBe('stop');
    });

    it('comes back the same after it was written for a client', () => {
      const written = gemini.writeReply(reply, { ...CONTEXT, model: reply.model ?? 'gemini-x' });
      expect(written.losses).toEqual([]);
      const again = gemini.readReply(written.body);
      expect(again.choices).toEqual(reply.choices);
      expect(again.usage).toEqual({ ...reply.usage, serviceTier: undefined });
      expect(again.extra).toEqual(reply.extra);
    });

    it('says the same as a stream', () => {
      const chunks = writeStream(emit(reply));
      expect(meaningOf(chunks)).toMatchObject({ ...meaningOfReply(reply), finish: expect.any(String) });
    });
  },
);

describe.each(streams.map((fixture) => [fixture.id, fixture.sse ?? Buffer.alloc(0), fixture.tags] as const))(
  '%s',
  (_, sse, tags) => {
    const events = readStream(sse, sse.length);

    it('is read with every text, thought, call, signature and token', () => {
      const chunks = chunksOf(sse.toString()).filter((chunk) => chunk.error === undefined);
      expect(meaningOfReply(collect(events))).toEqual(meaningOf(chunks));
    });

    it.each([1, 7, 4096])('reads the same when cut every %d bytes', (size) => {
      expect(withoutIds(readStream(sse, size))).toEqual(withoutIds(events));
    });

    it('announces its end, or does not', () => {
      const finish = events.find((event) => event.type === 'finish');
      const error = events.find((event) => event.type === 'error');
      const whole = !tags.includes('truncated') && !tags.includes('midstream-error');
      expect(finish !== undefined).toBe(whole);
      expect(error !== undefined).toBe(tags.includes('midstream-error'));
    });

    it('closes each part that it opened, once', () => {
      const keys = (type: 'open' | 'close'): string[] =>
        events.flatMap((event) => (event.type === type ? [`${event.choice}:${event.index}`] : [])).sort();
      expect(keys('close')).toEqual(keys('open'));
      expect(new Set(keys('open')).size).toBe(keys('open').length);
    });

    it('says the same after it was written for a client', () => {
      const chunks = writeStream(events);
      const reply = collect(events);
      const finish = reply.choices[0]?.finish?.raw;
      const meaning = { ...meaningOfReply(reply), ...(finish === undefined ? { total: undefined } : {}) };
      expect(meaningOf(chunks)).toEqual(meaning);
      if (finish !== undefined)
        expect(chunks.at(-1)).toMatchObject({ candidates: [{ finishReason: finish }], usageMetadata: {} });
    });
  },
);

describe.each(refusals.map((fixture) => [fixture.id, fixture.response] as const))('%s', (_, response) => {
  it('keeps the message and the status', () => {
    const error = (response.json?.error ?? {}) as JsonObject;
    const read = gemini.readError(response.status, response.json);
    expect(read.message).toBe(error.message);
    expect(read.status).toBe(String(error.message).startsWith('API key not valid') ? 401 : response.status);
    expect(read.code).toMatch(/^[A-Z_]+$/);
  });
});

describe.each(
  requests.map((fixture) => [fixture.id, fixture.request?.body ?? {}, fixture.request?.path ?? ''] as const),
)('the request of %s', (_, body, path) => {
  const model = /models\/([^:]+):/.exec(path)?.[1] ?? '';

  it('means the same when it is read, written and read again', () => {
    const request = gemini.readRequest(body);
    const written = gemini.writeRequest({ ...request, model }, { name: model });
    const again = gemini.readRequest(written.body);
    expect(flat(again.messages)).toEqual(flat(request.messages));
    expect({ ...again, messages: [] }).toEqual({ ...request, messages: [] });
  });

  it('is written with the roles of its contents taking turns', () => {
    const written = gemini.writeRequest({ ...gemini.readRequest(body), model }, { name: model }).body;
    const roles = (written.contents as JsonObject[]).map(({ role }) => role);
    expect(roles.every((role, index) => role !== roles[index - 1])).toBe(true);
    expect(written.contents).not.toEqual([]);
  });
});

/** Parts of neighbours with one role stand together on the wire; signatures that nobody made are no part of the meaning. */
function flat(messages: { role: string; parts: Part[] }[]): unknown {
  const sides = messages.flatMap(({ role, parts }) =>
    parts.map((part) => ({ side: role === 'tool' ? 'user' : role, part: withoutStandIn(part) })),
  );
  return sides.filter(({ part }) => !(part.type === 'text' && part.text === ''));
}

function withoutStandIn(part: Part): Part {
  if (part.type !== 'toolCall' || part.signature?.value !== 'skip_thought_signature_validator') return part;
  const { signature: _, ...rest } = part;
  return rest;
}
