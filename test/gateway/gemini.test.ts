import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError, GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, answerJson, loadFixture, replay } from '../fake-answers.ts';
import { createEcho } from '../fake-echo.ts';
import { readEvents, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway({ settings: { retryAfterMaxMs: 0 } });
});
beforeEach(() => started.forget());
afterAll(() => started.close());

const MODELS = ['gemini-2.5-flash', 'gpt-4.1', 'anthropic/claude-haiku-4-5', 'gpt-5-codex'];

const sdk = (apiKey = started.key) =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: started.url, retryOptions: { attempts: 1 } } });

let questions = 0;
const contents = () => [{ role: 'user', parts: [{ text: `Question ${++questions}` }] }];

const post = (path: string, init: { key?: string; body?: object } = {}) =>
  fetch(started.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(init.key !== '' && { 'x-goog-api-key': init.key ?? started.key }),
    },
    body: JSON.stringify(init.body ?? { contents: contents() }),
  });

describe.each(MODELS)('the Gemini SDK asking for %s', (model) => {
  const name = model.split('/').at(-1);

  it('gets an answer with its usage', async () => {
    const reply = await sdk().models.generateContent({ model, contents: contents() });
    expect(reply.text).toBe(`Answer of ${name}.`);
    expect(reply.candidates?.[0]?.finishReason).toBe('STOP');
    expect(reply.usageMetadata).toMatchObject({ promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 });
    expect(await started.row()).toMatchObject({ status: 'ok', model: name, stream: false, inputTokens: 11 });
  });

  it('gets a stream', async () => {
    const stream = await sdk().models.generateContentStream({ model, contents: contents() });
    let text = '';
    let finish: string | undefined;
    for await (const chunk of stream) {
      text += chunk.text ?? '';
      finish = chunk.candidates?.[0]?.finishReason ?? finish;
    }
    expect([text, finish]).toEqual([`Answer of ${name}.`, 'STOP']);
    expect(await started.row()).toMatchObject({ status: 'ok', model: name, stream: true, outputTokens: 7 });
  });

  it('calls a tool and hands its result back', async () => {
    const tools = [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: { type: 'object' } }] }];
    const first = await sdk().models.generateContent({ model, contents: contents(), config: { tools } });
    expect(first.functionCalls).toMatchObject([{ name: 'look', args: {} }]);
    const history = [
      ...contents(),
      { role: 'model', parts: first.candidates?.[0]?.content?.parts ?? [] },
      { role: 'user', parts: [{ functionResponse: { name: 'look', response: { result: 'a cat' } } }] },
    ];
    const second = await sdk().models.generateContent({ model, contents: history, config: { tools } });
    expect(second.text).toBe(`Answer of ${name}.`);
  });

  it('gets a stream as one JSON array where it does not ask for SSE', async () => {
    const response = await post(`/v1beta/models/${model}:streamGenerateContent`);
    expect(response.headers.get('content-type')).toContain('application/json');
    const chunks = (await response.json()) as { candidates?: { content?: { parts?: { text?: string }[] } }[] }[];
    expect(chunks.length).toBeGreaterThan(1);
    const text = chunks.map((chunk) => chunk.candidates?.[0]?.content?.parts?.[0]?.text ?? '').join('');
    expect(text).toBe(`Answer of ${name}.`);
  });
});

describe('a client of Gemini and Gemini itself', () => {
  it('speak with each other: bytes go untouched in both directions', async () => {
    const body = '{ "contents":[{"parts":[{"text":"Spaces  stay"}]}],\n "x_unheard_of": {"a":[1,2]}}';
    started.gemini.respond(replay('gemini/json-text.1'));
    const response = await fetch(`${started.url}/v1beta/models/gemini-2.5-flash:generateContent`, {
      method: 'POST',
      headers: { 'x-goog-api-key': started.key, 'content-type': 'application/json' },
      body,
    });
    expect(await response.text()).toBe(loadFixture('gemini/json-text.1').body.toString());
    const [call] = started.gemini.calls();
    expect([call?.path, call?.body.toString()]).toEqual(['/v1beta/models/gemini-2.5-flash:generateContent', body]);
  });

  it.each([1, 7, 4096])('stream untouched, and as an array of the same elements, cut every %i bytes', async (cut) => {
    const { body } = loadFixture('gemini/stream-reasoning.1');
    started.gemini.respond(answerBytes(body, { cut }));
    const sse = await post('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
    expect(await sse.text()).toBe(body.toString());
    const array = await post('/v1beta/models/gemini-2.5-flash:streamGenerateContent');
    expect(await array.json()).toEqual(readEvents(body.toString()));
    expect(await started.row()).toMatchObject({ status: 'ok', costKind: 'exact' });
  });
});

describe('a name in the URL', () => {
  it.each([
    'models/gemini-2.5-flash',
    'gemini-2.5-flash',
    'models/gemini/gemini-2.5-flash',
    'models/gemini%2Fgemini-2.5-flash',
    'models/auto',
  ])('may be %s', async (name) => {
    expect((await post(`/v1beta/${name}:generateContent`)).status).toBe(200);
  });
});

describe('a key in the URL', () => {
  it('opens the gateway, and is in no row, log, file, error or call to a provider', async () => {
    const path = `/v1beta/models/gemini-2.5-flash:generateContent?key=`;
    const seen: string[] = [];
    const see = async (response: Response) => {
      seen.push(JSON.stringify([...response.headers]), await response.text());
      return response.status;
    };
    expect(await see(await post(path + started.key, { key: '' }))).toBe(200);
    expect(await see(await fetch(`${started.url}/v1beta/models?key=${started.key}`))).toBe(200);
    expect(await see(await post(`/v1beta/nothing?key=${started.key}`, { key: '' }))).toBe(404);
    expect(await see(await post(path + started.key, { key: '', body: { contents: 5 } }))).toBe(400);
    expect(await see(await post(`${path}gw_wrong`, { key: '' }))).toBe(401);
    seen.push(JSON.stringify(await started.rows()), JSON.stringify(started.host.lines));
    seen.push(...started.gemini.requests.map(({ path, headers }) => path + JSON.stringify(headers)));
    const cwd = started.host.paths.data;
    for (const name of globSync('*', { cwd })) seen.push(readFileSync(join(cwd, name), 'latin1'));
    expect(seen.join('\n')).not.toContain(started.key);
    expect(seen.join('\n')).not.toContain('gw_wrong');
  });
});

describe('an error for a client of Gemini', () => {
  it.each([
    ['a provider of its own dialect', 'gemini-2.5-flash', 'authored/gemini/error-429', 429, 'RESOURCE_EXHAUSTED'],
    ['a provider of another dialect', 'gpt-4.1', 'authored/openai/error-429-rate', 429, 'RESOURCE_EXHAUSTED'],
    ['an overloaded Anthropic', 'claude-haiku-4-5', 'authored/anthropic/error-529', 529, 'UNAVAILABLE'],
  ])('from %s is an ApiError with the status that it means', async (_, model, fixture, status, word) => {
    for (const fake of [started.openai, started.anthropic, started.gemini])
      fake.respond(answerJson(loadFixture(fixture).json, status, { 'retry-after': '60' }));
    const asking = sdk().models.generateContent({ model, contents: contents() });
    const error: unknown = await asking.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    // Only Anthropic has a status of its own for being overloaded.
    const told = status === 529 ? 503 : status;
    expect(error).toMatchObject({ status: told, message: expect.stringContaining(word) });
  });

  it('of the gateway itself is in the same shape, outside an exchange as well', async () => {
    const known = { error: { code: 404, status: 'NOT_FOUND', message: expect.any(String) } };
    for (const path of ['/v1beta/models/no-such-model:generateContent', '/v1beta/models/gemini-2.5-flash:predict']) {
      const response = await post(path);
      expect([response.status, await response.json()]).toEqual([
        404,
        expect.objectContaining({ error: expect.objectContaining(known.error) }),
      ]);
      expect(response.headers.get('x-gateway-request-id')).toMatch(/^req_/);
      expect(response.headers.get('x-gateway-error')).toMatch(/unknown_model|not_found/);
    }
    const refused = await post('/v1beta/models/gemini-2.5-flash:generateContent', { key: 'gw_wrong' });
    expect(await refused.json()).toMatchObject({ error: { code: 401, details: [{ reason: 'API_KEY_INVALID' }] } });
  });

  it('in the middle of a stream is thrown, in either form of it', async () => {
    started.openai.respond(replay('authored/openai/stream-mid-error'));
    const stream = await sdk().models.generateContentStream({ model: 'gpt-4.1', contents: contents() });
    const read = async () => {
      for await (const chunk of stream) void chunk;
    };
    await expect(read()).rejects.toThrow();
    const chunks = (await (await post('/v1beta/models/gpt-4.1:streamGenerateContent')).json()) as { error?: object }[];
    expect(chunks.at(-1)).toMatchObject({ error: { code: expect.any(Number), message: expect.any(String) } });
    expect(await started.row()).toMatchObject({ status: 'error' });
  });
});

it('answers the same question anew from the cache, but not in the other form', async () => {
  started.gemini.respond(createEcho({ text: 'Kept.' }));
  const body = { contents: contents() };
  const path = '/v1beta/models/gemini-2.5-flash:streamGenerateContent';
  const first = await post(path, { body });
  const again = await post(path, { body });
  const sse = await post(`${path}?alt=sse`, { body });
  expect(await again.text()).toBe(await first.text());
  expect(await sse.text()).toContain('data: ');
  expect([first, again, sse].map(({ headers }) => headers.get('x-gateway-cache'))).toEqual(['miss', 'hit', 'miss']);
  expect(started.gemini.calls()).toHaveLength(2);
});
