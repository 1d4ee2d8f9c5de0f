import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { ChatReply, ChatRequest, ClientDialect, DialectName, JsonObject, Part } from '../gateway/chat.ts';
import type { TargetModel } from '../gateway/dialects/dialect.ts';
import { dialects, outbounds } from '../gateway/dialects/index.ts';
import { GatewayError } from '../gateway/errors.ts';
import { collect, emit } from '../gateway/reply.ts';
import { createSseReader } from '../gateway/sse.ts';

/**
 * Golden cases, one file each: what the hub holds, and what every dialect makes of it. `GOLDEN=write npx vitest run test/golden.test.ts` writes
 * them anew; what has changed is then read before it is kept.
 */

const ROOT = new URL('./fixtures/golden/', import.meta.url);
const WRITES = process.env.GOLDEN === 'write';

// Replies of Responses say when they were done.
vi.useFakeTimers({ now: 1_760_000_005_000, toFake: ['Date'] });
afterAll(() => void vi.useRealTimers());

interface RequestCase {
  about: string;
  model: 'plain' | 'thinker';
  hub: ChatRequest;
  wire?: Partial<Record<DialectName, JsonObject>>;
}

interface ReplyCase {
  about: string;
  hub: ChatReply;
  wire?: Partial<Record<ClientDialect, JsonObject>>;
}

const TARGETS: Record<RequestCase['model'], Record<DialectName, TargetModel>> = {
  plain: {
    'openai-chat': { name: 'gpt-4.1', reasoningEfforts: [], reasons: false },
    'openai-responses': { name: 'gpt-4.1', reasoningEfforts: [], reasons: false },
    anthropic: { name: 'claude-sonnet-4-5', maxOutputTokens: 64_000 },
    gemini: { name: 'gemini-2.5-flash', maxOutputTokens: 65_536 },
    cohere: { name: 'command-a-03-2025', reasons: false },
  },
  thinker: {
    'openai-chat': { name: 'gpt-5.1', sampling: false, reasons: true, reasoningEfforts: ['low', 'medium', 'high'] },
    'openai-responses': {
      name: 'gpt-5.1',
      sampling: false,
      reasons: true,
      reasoningEfforts: ['low', 'medium', 'high'],
    },
    anthropic: { name: 'claude-sonnet-4-5', maxOutputTokens: 64_000 },
    gemini: { name: 'gemini-3.1-pro-preview', maxOutputTokens: 65_536 },
    cohere: { name: 'command-a-reasoning-08-2025', reasons: true },
  },
};

const CONTEXT = { id: '0123456789abcdef', model: 'asked', createdAtMs: 1_760_000_000_000, streamUsage: true };
const PROVIDERS = Object.keys(outbounds) as DialectName[];
const CLIENTS = Object.keys(dialects) as ClientDialect[];

const filesIn = (folder: string): string[] => readdirSync(new URL(`${folder}/`, ROOT)).toSorted();

/** Tells what the file says for each dialect, or writes it there. */
function golden<Case extends { wire?: object }>(
  path: string,
  make: (held: Case) => object,
): { held: Case; made: object } {
  const url = new URL(path, ROOT);
  const held = JSON.parse(readFileSync(url, 'utf8')) as Case;
  const made = JSON.parse(JSON.stringify(make(held))) as object;
  if (WRITES) writeFileSync(url, `${JSON.stringify({ ...held, wire: made }, null, 2)}\n`);
  return { held: WRITES ? { ...held, wire: made } : held, made };
}

function writeRequest(dialect: DialectName, { hub, model }: RequestCase): JsonObject {
  try {
    const { path, body, losses } = outbounds[dialect].writeRequest(hub, TARGETS[model][dialect]);
    return { path, body, losses: losses.map(({ field, why }) => `${field}: ${why}`) };
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    return { refused: thrown.message, code: thrown.code };
  }
}

describe.each(filesIn('requests'))('the request %s', (file) => {
  const { held, made } = golden<RequestCase>(`requests/${file}`, (each) =>
    Object.fromEntries(PROVIDERS.map((dialect) => [dialect, writeRequest(dialect, each)])),
  );

  it.each(PROVIDERS)('is what the file says for %s', (dialect) => {
    expect((made as NonNullable<RequestCase['wire']>)[dialect]).toEqual(held.wire?.[dialect]);
  });

  it.each(CLIENTS)('means the same when %s is read, written and read again', (dialect) => {
    const written = held.wire?.[dialect];
    if (written?.body === undefined) return;
    const first = dialects[dialect].readRequest({ ...(written.body as JsonObject), ...modelOf(dialect) });
    const { body } = dialects[dialect].writeRequest(first, TARGETS[held.model][dialect]);
    const again = dialects[dialect].readRequest({ ...body, ...modelOf(dialect) });
    expect(messagesOf(again)).toEqual(messagesOf(first));
    expect(again.tools).toEqual(first.tools);
    expect([again.toolChoice, again.format]).toEqual([first.toolChoice, first.format]);
  });
});

/** The model of a Gemini request stands in its path. */
const modelOf = (dialect: ClientDialect): JsonObject => (dialect === 'gemini' ? {} : { model: 'asked' });

const messagesOf = ({ messages }: ChatRequest): unknown => messages.map(({ role, parts }) => ({ role, parts }));

function readStream(dialect: ClientDialect, text: string): ChatReply {
  const reader = outbounds[dialect].createStreamReader();
  const events: ReturnType<typeof reader.read> = [];
  const messages = createSseReader((message) => events.push(...reader.read(message)));
  messages.push(Buffer.from(text));
  messages.end();
  return collect([...events, ...reader.end()]);
}

function writeReply(dialect: ClientDialect, { hub }: ReplyCase): JsonObject {
  const { body, losses } = dialects[dialect].writeReply(hub, CONTEXT);
  const writer = dialects[dialect].createStreamWriter(CONTEXT);
  const text = emit(hub)
    .map((event) => writer.write(event))
    .join('');
  const stream = (text + writer.end() + writer.terminal()).split('\n');
  return { body, losses: losses.map(({ field, why }) => `${field}: ${why}`), stream };
}

/** Words and calls: what a client cannot do without. */
function meaningOf({ choices }: ChatReply): object {
  const parts = choices[0]?.parts ?? [];
  const textOf = (part: Part): string => (part.type === 'text' || part.type === 'refusal' ? part.text : '');
  const calls = parts.flatMap((part) => (part.type === 'toolCall' ? [[part.name, part.input || '{}']] : []));
  return { text: parts.map(textOf).join(''), calls };
}

/** The end of a stream of Anthropic has no place for the lifetimes of what was written to a cache. */
function usageOf({ usage }: ChatReply): object {
  const { cacheWrite5m = 0, cacheWrite1h = 0, ...rest } = usage ?? {};
  return { ...rest, cacheWrite: cacheWrite5m + cacheWrite1h };
}

describe.each(filesIn('replies'))('the reply %s', (file) => {
  const { held, made } = golden<ReplyCase>(`replies/${file}`, (each) =>
    Object.fromEntries(CLIENTS.map((dialect) => [dialect, writeReply(dialect, each)])),
  );

  it.each(CLIENTS)('is what the file says for %s', (dialect) => {
    expect((made as NonNullable<ReplyCase['wire']>)[dialect]).toEqual(held.wire?.[dialect]);
  });

  it.each(CLIENTS)('is read out of %s again, whole and streamed', (dialect) => {
    const { body, stream } = held.wire?.[dialect] ?? {};
    const whole = outbounds[dialect].readReply(body as JsonObject);
    const streamed = readStream(dialect, (stream as string[]).join('\n'));
    expect(meaningOf(streamed)).toEqual(meaningOf(whole));
    expect([usageOf(streamed), streamed.choices[0]?.finish]).toEqual([usageOf(whole), whole.choices[0]?.finish]);
    expect(meaningOf(whole)).toMatchObject({ text: (meaningOf(held.hub) as { text: string }).text });
  });
});
