import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, hang, hangAfterHeaders, loadFixture } from '../fake-answers.ts';
import { echo, type FakeHandler } from '../fake-echo.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { post, STREAMS } from './clients.ts';
import { ask, type Row, SOON, type Started, startGateway } from './start.ts';

/** A client that leaves, in every dialect, at providers of every dialect. */

let started: Started;
const others: Record<string, FakeProvider> = {};
beforeAll(async () => {
  for (const id of ['cohere', 'mistral']) others[id] = await createFakeProvider();
  started = await startGateway({
    baseUrls: Object.fromEntries(Object.entries(others).map(([id, { url }]) => [id, url])),
    settings: { timeouts: { keepAliveMs: 100 } },
  });
  for (const provider of Object.keys(others))
    await started.api('POST', '/provider-keys', { provider, key: `a-key-of-${provider}` });
});
beforeEach(async () => {
  for (const fake of Object.values(others)) {
    fake.requests.length = 0;
    fake.respond(echo);
  }
  await started.forget();
});
afterAll(async () => {
  await started.close();
  for (const fake of Object.values(others)) await fake.close();
});

interface Served {
  provider: string;
  model: string;
  stream: string;
  /** Prompt tokens that the provider has told by the middle of the stream; undefined: it tells them at the end alone. */
  toldInput?: number;
}

const SERVED: Record<string, Served> = {
  Chat: { provider: 'openai', model: 'gpt-4.1', stream: 'openai-chat/stream-text.1' },
  Responses: { provider: 'openai', model: 'gpt-5-codex', stream: 'openai-responses/stream-text.1' },
  Anthropic: { provider: 'anthropic', model: 'claude-haiku-4-5', stream: 'anthropic/stream-text.1', toldInput: 43 },
  Gemini: { provider: 'gemini', model: 'gemini-2.5-flash', stream: 'gemini/stream-text.1', toldInput: 18 },
  Cohere: { provider: 'cohere', model: 'command-r7b-12-2024', stream: 'cohere/stream-cached.1' },
  Mistral: { provider: 'mistral', model: 'mistral/mistral-medium-2604', stream: 'mistral/stream-text.1' },
};

const fakeOf = ({ provider }: Served): FakeProvider =>
  others[provider] ?? started[provider as 'openai' | 'anthropic' | 'gemini'];

/** The same question for an answer in one piece. */
const WHOLE: typeof STREAMS = {
  ...Object.fromEntries(
    Object.entries(STREAMS).map(([name, make]) => [
      name,
      (model: string): [string, object] => {
        const [path, body] = make(model);
        return [path, { ...body, stream: false }];
      },
    ]),
  ),
  gemini: (model) => [
    `/v1beta/models/${model}:generateContent`,
    { contents: [{ role: 'user', parts: [{ text: ask('').messages[0]?.content }] }] },
  ],
};

/** Says the first half of its stream, and then nothing. */
function half(fixture: string): FakeHandler {
  const { body } = loadFixture(fixture);
  const events = Math.ceil(body.toString().split(/\r?\n\r?\n/).length / 2);
  return answerBytes(body, { events, ending: 'hang' });
}

interface Moment {
  asks: typeof STREAMS;
  answer(served: Served): FakeHandler;
  /** Whether the client has begun to read, and whether it has stayed until the provider was silent for so long that it got a sign of life. */
  reads: 'nothing' | 'the beginning' | 'signs of life';
}

const MOMENTS: Record<string, Moment> = {
  'before a whole answer': { asks: WHOLE, answer: () => hang, reads: 'nothing' },
  'before a stream': { asks: STREAMS, answer: () => hang, reads: 'nothing' },
  'after the head of a stream': { asks: STREAMS, answer: () => hangAfterHeaders, reads: 'nothing' },
  'in the middle of a stream': { asks: STREAMS, answer: ({ stream }) => half(stream), reads: 'the beginning' },
  'while it gets signs of life': { asks: STREAMS, answer: ({ stream }) => half(stream), reads: 'signs of life' },
};

const SIGN = /^: keep-alive$|^event: ping$|\n\n\n$/m;

async function read(response: Response, { reads }: Moment): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; text === '' || (reads === 'signs of life' && !SIGN.test(text)); ) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) throw new Error('The answer ended too early.');
    text += value;
  }
}

/** Asks, leaves at that moment, and answers with the milliseconds until the provider saw its connection close. */
async function leave(client: string, served: Served, moment: string): Promise<number> {
  const kind = MOMENTS[moment] as Moment;
  const fake = fakeOf(served);
  const calls = fake.calls().length;
  const closed = Promise.withResolvers<number>();
  fake.respond((request, response) => {
    response.on('close', () => closed.resolve(performance.now()));
    return kind.answer(served)(request, response);
  });
  const [path, body] = kind.asks[client]?.(served.model) ?? ['', {}];
  const leaving = new AbortController();
  const response = post(started, path, body, { signal: leaving.signal });
  if (kind.reads === 'nothing') response.catch(() => {});
  else await read(await response, kind);
  await expect.poll(() => fake.calls().length, SOON).toBe(calls + 1);
  const leftAt = performance.now();
  leaving.abort();
  return (await closed.promise) - leftAt;
}

/** A busy machine may hold up one try, hardly most of them. */
const TRIES = 3;
const LIMIT_MS = 100;

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const cells = Object.keys(STREAMS).flatMap((client) => Object.keys(SERVED).map((server) => ({ client, server })));

describe.each(Object.keys(MOMENTS))('a client that leaves %s', (moment) => {
  // Signs of life know nothing of the provider.
  const told = cells.filter(({ server }) => server === 'Anthropic' || MOMENTS[moment]?.reads !== 'signs of life');
  it.each(told)('of $client is gone for $server within 100 ms, and pays for what came', async ({ client, server }) => {
    // A client of Responses meets OpenAI in its own dialect, whatever the model.
    const served = SERVED[client === 'responses' && server === 'Chat' ? 'Responses' : server] as Served;
    const took: number[] = [];
    for (let attempt = 0; attempt < TRIES; attempt += 1) took.push(await leave(client, served, moment));
    expect(median(took)).toBeLessThan(LIMIT_MS);
    await expect.poll(() => started.rows(), SOON).toHaveLength(TRIES);
    for (const row of await started.rows()) expectCancelled(row, served, moment);
  });
});

function expectCancelled(row: Row, { provider, toldInput }: Served, moment: string): void {
  expect(row).toMatchObject({ status: 'cancelled', httpStatus: 499, provider, costKind: 'estimated' });
  expect(row.costNano).toBeGreaterThan(0);
  const began = MOMENTS[moment]?.reads !== 'nothing';
  expect(row.outputTokens).toEqual(began ? expect.any(Number) : 0);
  if (began) expect(row.outputTokens).toBeGreaterThan(0);
  if (began && toldInput !== undefined) expect(row.inputTokens).toBe(toldInput);
  else expect(row.inputTokens).toBeGreaterThan(0);
}
