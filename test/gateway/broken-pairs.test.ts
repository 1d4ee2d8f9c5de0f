import Anthropic from '@anthropic-ai/sdk';
import { ApiError, GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerJson, loadFixture, replay } from '../fake-answers.ts';
import { echo, type FakeHandler } from '../fake-echo.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { ask, type Started, startGateway } from './start.ts';

/** What goes wrong at any provider, told to any client. */

let started: Started;
const others: Record<string, FakeProvider> = {};
const OTHERS = ['cohere', 'openrouter', 'groq', 'deepseek', 'mistral'];
beforeAll(async () => {
  for (const id of OTHERS) others[id] = await createFakeProvider();
  started = await startGateway({
    baseUrls: Object.fromEntries(Object.entries(others).map(([id, { url }]) => [id, url])),
    settings: { retryAfterMaxMs: 0 },
  });
  for (const provider of OTHERS) await started.api('POST', '/provider-keys', { provider, key: `a-key-of-${provider}` });
});
afterAll(async () => {
  await started.close();
  for (const fake of Object.values(others)) await fake.close();
});

beforeEach(async () => {
  for (const fake of [started.openai, started.anthropic, started.gemini, ...Object.values(others)]) fake.respond(echo);
  await started.heal(['claude-haiku-4-5', ...Object.values(PROVIDERS).map(({ model }) => model)]);
});

const fakeOf = (provider: string): FakeProvider =>
  others[provider] ?? started[provider as 'openai' | 'anthropic' | 'gemini'];

/** A model of each provider dialect, and streams of that dialect that are none. */
const PROVIDERS = {
  chat: {
    provider: 'openai',
    model: 'gpt-4.1',
    broken: 'authored/openai/stream-mid-error',
    cut: 'authored/openai/stream-truncated',
  },
  responses: {
    provider: 'openai',
    model: 'gpt-5-codex',
    broken: 'authored/openai/stream-mid-error-responses',
    cut: 'authored/openai/stream-truncated-responses',
  },
  messages: {
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    broken: 'authored/anthropic/stream-mid-error',
    cut: 'authored/anthropic/stream-truncated',
  },
  gemini: {
    provider: 'gemini',
    model: 'gemini-2.5-flash',
    broken: 'authored/gemini/stream-mid-error',
    cut: 'authored/gemini/stream-truncated',
  },
  cohere: {
    provider: 'cohere',
    model: 'command-r7b-12-2024',
    broken: 'authored/cohere/stream-mid-error',
    cut: 'authored/cohere/stream-truncated',
  },
  openrouter: {
    provider: 'openrouter',
    model: 'openrouter/openai/gpt-4.1',
    broken: 'authored/openrouter/stream-mid-error',
    cut: 'authored/openai/stream-truncated',
  },
} as const;

/** How each client asks, how it is told of an error in mid-stream, and what would look like a good end. */
const CLIENTS = {
  chat: {
    body: (model: string) => ['/v1/chat/completions', { ...ask(model), stream: true }],
    error: /^data: \{"error":\{"message":"/m,
    end: '[DONE]',
  },
  responses: {
    body: (model: string) => ['/v1/responses', { model, input: question(), stream: true }],
    error: /^event: (error|response\.failed)\ndata: \{/m,
    end: 'response.completed',
  },
  messages: {
    body: (model: string) => ['/v1/messages', { ...ask(model), max_tokens: 99, stream: true }],
    error: /^event: error\ndata: \{"type": ?"error"/m,
    end: 'message_stop',
  },
  gemini: {
    body: (model: string) => [
      `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
      { contents: [{ role: 'user', parts: [{ text: question() }] }] },
    ],
    error: /^data: ?\{"error":/m,
    end: 'finishReason',
  },
} satisfies Record<string, { body(model: string): [string, object] | (string | object)[]; error: RegExp; end: string }>;

const question = (): string => ask('').messages[0]?.content ?? '';

async function stream(client: keyof typeof CLIENTS, model: string): Promise<{ status: number; text: string }> {
  const [path, body] = CLIENTS[client].body(model);
  const response = await fetch(started.url + String(path), {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const pairs = (Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]).flatMap((client) =>
  (Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[]).map((served) => ({ client, served })),
);

describe('a stream that breaks is never a success', () => {
  it.each(pairs)('for a client of $client at a provider of $served', async ({ client, served }) => {
    // A client of Responses meets OpenAI in its own dialect, whatever the model.
    const { broken, cut } = PROVIDERS[client === 'responses' && served === 'chat' ? 'responses' : served];
    const { provider, model } = PROVIDERS[served];
    for (const fixture of [broken, cut]) {
      fakeOf(provider).respond(replay(fixture));
      const { status, text } = await stream(client, model);
      expect(status).toBe(200);
      expect(text.replaceAll('\r', '')).toMatch(CLIENTS[client].error);
      expect(text).not.toContain(CLIENTS[client].end);
      expect(await started.row()).toMatchObject({ status: 'error', stream: true, errorMessage: expect.any(String) });
    }
  });
});

it('an error inside 200 is an error with its own status, whole and streamed', async () => {
  const { json } = loadFixture('authored/openrouter/json-200-error');
  for (const client of ['chat', 'messages', 'responses', 'gemini'] as const) {
    others.openrouter?.respond(echo);
    await started.heal(['openrouter/openai/gpt-4.1']);
    others.openrouter?.respond(answerJson(json));
    const { status, text } = await stream(client, 'openrouter/openai/gpt-4.1');
    expect([client, status]).toEqual([client, 504]);
    expect(text).toContain('Provider returned error');
  }
  expect(await started.row()).toMatchObject({ status: 'error', provider: 'openrouter' });
});

/** What each official SDK throws. */
const SDKS: Record<string, (model: string) => Promise<unknown>> = {
  chat: (model) => started.sdk().chat.completions.create(ask(model)),
  responses: (model) => started.sdk().responses.create({ model, input: question() }),
  messages: (model) =>
    new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 }).messages.create({
      ...ask(model),
      max_tokens: 9,
    }),
  gemini: (model) =>
    new GoogleGenAI({ apiKey: started.key, httpOptions: { baseUrl: started.url } }).models.generateContent({
      model,
      contents: question(),
    }),
};

type Thrown = Record<'openai' | 'anthropic', new (...args: never[]) => Error> & { status: number };
const AUTH: Thrown = { openai: OpenAI.AuthenticationError, anthropic: Anthropic.AuthenticationError, status: 401 };
const RATE: Thrown = { openai: OpenAI.RateLimitError, anthropic: Anthropic.RateLimitError, status: 429 };
const GONE: Thrown = { openai: OpenAI.NotFoundError, anthropic: Anthropic.NotFoundError, status: 404 };
const BAD: Thrown = { openai: OpenAI.BadRequestError, anthropic: Anthropic.BadRequestError, status: 400 };
const BUSY: Thrown = { openai: OpenAI.InternalServerError, anthropic: Anthropic.InternalServerError, status: 503 };

const REFUSALS: [provider: string, model: string, fixture: string, thrown: Thrown, words: RegExp][] = [
  ['openai', 'gpt-4.1', 'openai/error-401', AUTH, /Incorrect API key/],
  ['openai', 'gpt-4.1', 'openai/error-429-rate', RATE, /Rate limit/],
  ['openai', 'gpt-4.1', 'openai/error-400-context-length', BAD, /context length/],
  ['anthropic', 'claude-haiku-4-5', 'anthropic/error-404', GONE, /model/],
  ['anthropic', 'claude-haiku-4-5', 'anthropic/error-529', BUSY, /Overloaded/i],
  ['gemini', 'gemini-2.5-flash', 'gemini/error-400-bad-key', AUTH, /API key not valid/],
  ['gemini', 'gemini-2.5-flash', 'gemini/error-429', RATE, /quota/i],
  ['cohere', 'command-r7b-12-2024', 'cohere/error-401', AUTH, /invalid api token/],
  ['groq', 'groq/llama-3.1-8b-instant', 'groq/error-413', RATE, /too large/i],
  ['mistral', 'mistral/mistral-medium-2604', 'mistral/error-429', RATE, /.{5}/],
];

/** Who speaks the provider's dialect gets its status as it came. */
const VERBATIM: Record<string, string> = { openai: 'chat', anthropic: 'messages', gemini: 'gemini' };

describe.each(REFUSALS)('%s refuses %s with %s', (provider, model, fixture, thrown, words) => {
  const recorded = loadFixture(`authored/${fixture}`);
  const refuse: FakeHandler = replay(`authored/${fixture}`);

  it.each(Object.keys(SDKS))('and the SDK of %s throws what it means', async (client) => {
    fakeOf(provider).respond(refuse);
    const error = (await SDKS[client]?.(model).catch((error: unknown) => error)) as Error & { status: number };
    expect(error.message).toMatch(words);
    const isOwn = VERBATIM[provider] === client || (provider === 'openai' && client === 'responses');
    const expected = isOwn ? recorded.status : thrown.status;
    expect(error.status).toBe(client === 'messages' && thrown === BUSY ? 529 : expected);
    if (client === 'gemini') expect(error).toBeInstanceOf(ApiError);
    else if (!isOwn) expect(error).toBeInstanceOf(client === 'messages' ? thrown.anthropic : thrown.openai);
    expect(await started.row()).toMatchObject({ status: 'error', provider, httpStatus: error.status });
  });
});

it('says when to come back', async () => {
  fakeOf('gemini').respond(replay('authored/gemini/error-429'));
  const response = await started.chat(ask('gemini-2.5-flash'));
  expect([response.status, Number(response.headers.get('retry-after')) > 0]).toEqual([429, true]);
});
