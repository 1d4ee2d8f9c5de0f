import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { ChatEvent, ChatReply, ClientDialect, DialectName, Part } from '../gateway/chat.ts';
import type { Outbound, ReplyContext } from '../gateway/dialects/dialect.ts';
import { dialects, outbounds } from '../gateway/dialects/index.ts';
import { collect, emit } from '../gateway/reply.ts';
import { createSseReader } from '../gateway/sse.ts';
import { loadFixture } from './fake-answers.ts';

/** Every recorded answer, read as its provider's dialect and told in every client's, means the same to that client. */

interface Listed {
  id: string;
  api: string;
  status: number;
}

const APIS: Record<string, DialectName> = {
  chat: 'openai-chat',
  responses: 'openai-responses',
  anthropic: 'anthropic',
  gemini: 'gemini',
  cohere: 'cohere',
};
const CONTEXT: ReplyContext = {
  id: '0123456789abcdef',
  model: 'asked',
  createdAtMs: 1_760_000_000_000,
  streamUsage: true,
};
const CLIENTS = Object.keys(dialects) as ClientDialect[];

const recordings = ['', 'authored/'].flatMap((prefix) =>
  (
    JSON.parse(readFileSync(new URL(`fixtures/providers/${prefix}index.json`, import.meta.url), 'utf8')) as Listed[]
  ).map((each) => ({ ...each, id: prefix + each.id })),
);

function readBytes(dialect: Outbound, bytes: Buffer): ChatEvent[] {
  const reader = dialect.createStreamReader();
  const events: ChatEvent[] = [];
  const messages = createSseReader((message) => events.push(...reader.read(message)));
  messages.push(bytes);
  messages.end();
  return [...events, ...reader.end()];
}

/** Undefined for what is no answer: an error, an embedding, a count, a stream that broke off. */
function readRecording({ id, api, status }: Listed): ChatReply | undefined {
  const name = APIS[api];
  if (name === undefined || status !== 200 || /embeddings|count_tokens/.test(id)) return undefined;
  const { json, body } = loadFixture(id);
  const reply = json === undefined ? collect(readBytes(outbounds[name], body)) : outbounds[name].readReply(json);
  return reply.error === undefined && reply.choices[0]?.finish !== undefined ? reply : undefined;
}

const answers = recordings.flatMap((each) => {
  const reply = readRecording(each);
  return reply === undefined ? [] : [{ id: each.id, reply }];
});

const CLASSES: Record<string, string> = {
  stop: 'ended',
  stopSequence: 'ended',
  pause: 'ended',
  other: 'ended',
  contentFilter: 'blocked',
  refusal: 'blocked',
};

/** What a client acts upon. Blank space between two blocks is the dialect's own; empty arguments and `{}` are the same. */
function meaning({ choices, usage }: ChatReply) {
  const { parts = [], finish } = choices[0] ?? {};
  const joined = (...types: Part['type'][]): string =>
    parts
      .map((part) => (types.includes(part.type) && 'text' in part ? part.text : ''))
      .join('')
      .replaceAll(/\s+/g, '');
  const calls = parts.flatMap((part) =>
    part.type === 'toolCall' ? [{ name: part.name, input: readInput(part.input) }] : [],
  );
  const reason = finish?.reason ?? 'none';
  // Clients run tools on that word alone, so a reply that called some and ended plainly says it.
  const end = calls.length > 0 && CLASSES[reason] === 'ended' ? 'toolCalls' : (CLASSES[reason] ?? reason);
  return {
    text: joined('text', 'refusal'),
    thinking: joined('thinking'),
    calls,
    end,
    usage: usage && { input: usage.input, output: usage.output },
  };
}

function readInput(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    return text;
  }
}

test('there are hundreds of answers, of every dialect', () => {
  expect(answers.length).toBeGreaterThan(250);
});

describe.each(CLIENTS)('a client of %s', (client) => {
  const dialect = dialects[client];

  it.each(answers)('is told what $id says, whole', ({ reply }) => {
    const { body } = dialect.writeReply(reply, CONTEXT);
    expect(meaning(dialect.readReply(JSON.parse(JSON.stringify(body))))).toEqual(meaning(reply));
  });

  it.each(answers)('is told what $id says, as a stream', ({ reply }) => {
    const writer = dialect.createStreamWriter(CONTEXT);
    const text = emit(reply)
      .map((event) => writer.write(event))
      .join('');
    const events = readBytes(dialect, Buffer.from(text + writer.end() + writer.terminal()));
    expect(meaning(collect(events))).toEqual(meaning(reply));
  });
});
