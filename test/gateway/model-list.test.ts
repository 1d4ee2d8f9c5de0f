import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterAll(() => started.close());

const anthropic = () => new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 });
const gemini = () => new GoogleGenAI({ apiKey: started.key, httpOptions: { baseUrl: started.url } });

async function idsOf<T>(pages: AsyncIterable<T>, idOf: (model: T) => string | undefined): Promise<unknown[]> {
  const ids: unknown[] = [];
  for await (const model of pages) ids.push(idOf(model));
  return ids;
}

describe('the list of models', () => {
  it('is the same to the SDKs of all three, whole or paged', async () => {
    const all = await idsOf(started.sdk().models.list(), ({ id }) => id);
    expect(all).toEqual(expect.arrayContaining(['auto', 'openai/gpt-4.1', 'anthropic/claude-haiku-4-5']));
    for (const limit of [1000, 7]) {
      expect(await idsOf(await anthropic().models.list({ limit }), ({ id }) => id)).toEqual(all);
      const named = await idsOf(await gemini().models.list({ config: { pageSize: limit } }), ({ name }) => name);
      expect(named).toEqual(all.map((id) => `models/${id}`));
    }
    expect(await idsOf(await anthropic().models.list(), ({ id }) => id)).toEqual(all);
  });

  it('can be read backwards by clients of Anthropic', async () => {
    const all = await idsOf(started.sdk().models.list(), ({ id }) => id);
    const page = await anthropic().models.list({ before_id: String(all[5]), limit: 3 });
    expect(page.data.map(({ id }) => id)).toEqual(all.slice(2, 5));
    expect(page.has_more).toBe(true);
  });

  it('says what each dialect says of a model', async () => {
    expect(await started.sdk().models.retrieve('openai/gpt-4.1')).toMatchObject({
      object: 'model',
      owned_by: 'openai',
    });
    expect(await anthropic().models.retrieve('claude-haiku-4-5')).toMatchObject({
      type: 'model',
      id: 'anthropic/claude-haiku-4-5',
      display_name: expect.stringContaining('Haiku'),
      created_at: expect.stringMatching(/^20\d\d-/),
      max_input_tokens: expect.any(Number),
    });
    expect(await gemini().models.get({ model: 'gemini-2.5-flash' })).toMatchObject({
      name: 'models/gemini/gemini-2.5-flash',
      inputTokenLimit: expect.any(Number),
      supportedActions: expect.arrayContaining(['generateContent']),
    });
    expect(await gemini().models.get({ model: 'gemini-embedding-001' })).toMatchObject({
      supportedActions: expect.arrayContaining(['embedContent']),
    });
    await expect(started.sdk().models.retrieve('nothing')).rejects.toMatchObject({ status: 404 });
    await expect(anthropic().models.retrieve('nothing')).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    await expect(gemini().models.get({ model: 'nothing' })).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    ['/v1/models?limit=x', 'anthropic-version', '1'],
    ['/v1beta/models?pageSize=-1', 'x-any', '1'],
    ['/v1beta/models?pageToken=z', 'x-any', '1'],
  ])('refuses %s in words', async (path, name, value) => {
    const headers = { 'x-api-key': started.key, [name]: value };
    const response = await fetch(started.url + path, { headers });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('whole number');
  });

  it.each(['/v1/models', '/v1beta/models', '/v1/models/auto'])('takes any of the three headers at %s', async (path) => {
    for (const [name, value] of [
      ['authorization', `Bearer ${started.key}`],
      ['x-api-key', started.key],
      ['x-goog-api-key', started.key],
    ]) {
      const response = await fetch(started.url + path, { headers: { [String(name)]: String(value) } });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-gateway-request-id')).toMatch(/^req_/);
    }
    expect((await fetch(started.url + path)).status).toBe(401);
  });
});

describe('any of the three key headers', () => {
  const chats: [string, object][] = [
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }],
    ['/v1/responses', { input: 'Hi' }],
    ['/v1/messages?beta=true', { max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }],
    ['/v1beta/models/auto:generateContent', { contents: [{ parts: [{ text: 'Hi' }] }] }],
  ];
  it.each(chats)('opens %s', async (path, body) => {
    for (const headers of [
      { authorization: `Bearer ${started.key}` },
      { 'x-api-key': started.key },
      { 'x-goog-api-key': started.key },
    ] as Record<string, string>[]) {
      const response = await fetch(started.url + path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'auto', ...body }),
      });
      expect(response.status).toBe(200);
      await response.text();
    }
  });
});

it('answers HEAD / without a key, as Claude Code asks first', async () => {
  const response = await fetch(`${started.url}/`, { method: 'HEAD' });
  expect(response.status).toBe(200);
});

describe('an error outside an exchange', () => {
  it.each([
    ['GET', '/v1/chat/completions', (body: object) => expect(body).toMatchObject({ error: { code: 'not_found' } })],
    ['GET', '/v1/responses/resp_1', (body: object) => expect(body).toMatchObject({ error: { code: 'not_found' } })],
    [
      'GET',
      '/v1/messages/batches',
      (body: object) => expect(body).toMatchObject({ type: 'error', error: { type: 'not_found_error' } }),
    ],
    ['POST', '/v1beta/files', (body: object) => expect(body).toMatchObject({ error: { status: 'NOT_FOUND' } })],
  ] as const)('of %s %s is in the shape of its path', async (method, path, expectShape) => {
    const response = await fetch(started.url + path, { method, headers: { 'x-api-key': started.key } });
    expect(response.status).toBe(404);
    expect(response.headers.get('x-gateway-error')).toBe('not_found');
    expect(response.headers.get('x-gateway-request-id')).toMatch(/^req_/);
    expectShape((await response.json()) as object);
  });
});
