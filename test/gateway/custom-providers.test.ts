import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { ask, OWNER_TOKEN, type Started, startGateway } from './start.ts';

const KEY = 'custom-key-0123456789';
const SECRET = 'static-header-SECRET';

let started: Started;
let fake: FakeProvider;
beforeAll(async () => {
  started = await startGateway({ keys: ['openai'] });
  fake = await createFakeProvider({ key: KEY, models: ['one', 'meta/two', 'gpt-4.1'] });
});
afterEach(async () => {
  for (const { id } of await listed()) if (id.startsWith('mine')) await started.api('DELETE', `/providers/${id}`);
  fake.requests.length = 0;
});
afterAll(async () => {
  await started.close();
  await fake.close();
});

interface Shown {
  id: string;
  kind: string;
  hasKey: boolean;
  custom: { headers: string[]; listedModels: string[] } | null;
}

const listed = async () => ((await started.api('GET', '/providers')) as { providers: Shown[] }).providers;

const add = (more: object = {}) =>
  started.api('POST', '/providers', {
    id: 'mine',
    baseUrl: fake.url,
    dialect: 'openai-chat',
    key: KEY,
    headers: { 'X-Team': SECRET },
    ...more,
  });

const modelIds = async () => {
  const response = await fetch(`${started.url}/v1/models`, { headers: { authorization: `Bearer ${started.key}` } });
  return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
};

const refused = async (body: object) => {
  const response = await fetch(`${started.url}/api/providers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${OWNER_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'mine', baseUrl: fake.url, dialect: 'openai-chat', ...body }),
  });
  return { status: response.status, answer: await response.json() };
};

describe('a custom provider', () => {
  it('is tried when it is added, and offers what it lists', async () => {
    const answer = await add();
    expect(answer).toMatchObject({
      provider: {
        kind: 'custom',
        hasKey: true,
        custom: { headers: ['x-team'], listedModels: ['one', 'meta/two', 'gpt-4.1'] },
      },
      check: { result: 'works', models: ['one', 'meta/two', 'gpt-4.1'] },
    });
    expect(JSON.stringify([answer, await listed()])).not.toMatch(/SECRET|custom-key/);
    expect(fake.requests.map(({ method, path, headers }) => [method, path, headers['x-team']])).toEqual([
      ['GET', '/v1/models', SECRET],
    ]);
    expect(await modelIds()).toEqual(expect.arrayContaining(['mine/one', 'mine/meta/two', 'openai/gpt-4.1']));
  });

  it.each([
    ['mine/one', 'one'],
    ['mine/no/such-thing', 'no/such-thing'],
    ['one', 'one'],
    ['meta/two', 'meta/two'],
  ])('%s is sent as asked, its cost unknown', async (model, name) => {
    await add();
    const response = await started.chat(ask(model));
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: `Answer of ${name}.` } }] });
    expect(fake.calls()[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'x-team': SECRET });
    expect(await started.row()).toMatchObject({ provider: 'mine', model: name, costKind: 'unknown', costNano: null });
  });

  it('does not take a known model from the provider that is known for it, nor part in auto', async () => {
    await add();
    await (await started.chat(ask('gpt-4.1'))).text();
    await (await started.chat(ask('auto'))).text();
    expect((await started.rows()).slice(0, 2).map(({ provider }) => provider)).toEqual(['openai', 'openai']);
  });

  it('offers only its own list where there is one', async () => {
    await add({ models: ['three'] });
    const ids = await modelIds();
    expect(ids).toContain('mine/three');
    expect(ids).not.toContain('mine/one');
  });

  it('may want no key, and may speak another dialect', async () => {
    const open = await createFakeProvider();
    await add({ baseUrl: open.url, dialect: 'anthropic', auth: null, key: undefined });
    await (await started.chat(ask('mine/claude'))).json();
    expect(open.calls()[0]).toMatchObject({ path: '/v1/messages' });
    expect(open.calls()[0]?.headers).not.toHaveProperty('x-api-key');
    expect(open.calls()[0]?.headers['anthropic-version']).toBe('2023-06-01');
    await open.close();
  });

  it('may speak the dialect of Cohere, at the base of both its paths', async () => {
    const open = await createFakeProvider();
    await add({ baseUrl: open.url, dialect: 'cohere', key: KEY });
    await (await started.chat(ask('mine/command-x'))).text();
    expect(open.calls()[0]).toMatchObject({ path: '/v2/chat', headers: { authorization: `Bearer ${KEY}` } });
    await open.close();
  });

  it('is gone once it is removed, with its key, and comes back whole', async () => {
    await add();
    await started.api('DELETE', '/providers/mine');
    expect((await started.chat(ask('mine/one'))).status).toBe(404);
    expect(await modelIds()).not.toContain('mine/one');
    expect(JSON.stringify(await started.api('GET', '/provider-keys'))).not.toContain('mine');
    expect(await started.api('POST', '/providers/mine/restore')).toMatchObject({ id: 'mine', hasKey: true });
    expect((await started.chat(ask('mine/one'))).status).toBe(200);
    expect(fake.calls()[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'x-team': SECRET });
  });

  it('moves to another address with what it says from now on', async () => {
    await add();
    const other = await createFakeProvider({ models: ['four'] });
    const answer = await started.api('PATCH', '/providers/mine', {
      baseUrl: `${other.url}/api/v3`,
      headers: { 'x-team': null },
    });
    expect(answer).toMatchObject({ provider: { custom: { headers: [], listedModels: ['four'] } } });
    await (await started.chat(ask('mine/four'))).json();
    expect(other.calls()[0]).toMatchObject({ path: '/api/v3/chat/completions' });
    expect(other.calls()[0]?.headers).not.toHaveProperty('x-team');
    await other.close();
  });

  it('is kept though its key is refused or nobody answers, and says which', async () => {
    expect(await add({ key: 'wrong' })).toMatchObject({ provider: { hasKey: false }, check: { result: 'refused' } });
    expect(await add({ id: 'mine-too', baseUrl: 'http://127.0.0.1:1' })).toMatchObject({
      provider: { hasKey: true },
      check: { result: 'unreachable', detail: expect.stringContaining('ECONNREFUSED') },
    });
    expect(await started.api('POST', '/providers/mine/check')).toMatchObject({ check: { result: 'refused' } });
  });

  it.each([
    [{ baseUrl: 'http://llm.example/v1' }, 400, 'allowPlainHttp'],
    [{ baseUrl: 'ftp://llm.example' }, 400, ''],
    [{ id: 'Not An Id' }, 400, ''],
    [{ id: 'openai' }, 409, 'taken'],
    [{ dialect: 'morse' }, 400, ''],
    [{ headers: { 'x-a': 'two\nlines' } }, 400, ''],
  ])('%j is refused', async (body, status, message) => {
    const { status: got, answer } = await refused(body);
    expect(got).toBe(status);
    expect(JSON.stringify(answer)).toContain(message);
    expect((await listed()).some(({ kind }) => kind === 'custom')).toBe(false);
  });
});

it('takes part in auto once its model has a price and a rating of the owner’s', async () => {
  await add();
  const price = { input: 0.001, output: 0.001 };
  await started.api('POST', '/models', { provider: 'mine', name: 'one', contextTokens: 100_000, price, rating: 5 });
  await (await started.chat(ask('auto'))).text();
  expect(await started.row()).toMatchObject({ provider: 'mine', model: 'one', costKind: 'exact' });
  expect((await modelIds()).filter((id) => id === 'mine/one')).toHaveLength(1);
  await started.api('DELETE', '/providers/mine');
  await (await started.chat(ask('auto'))).text();
  expect(await started.row()).toMatchObject({ provider: 'openai' });
  await started.api('POST', '/providers/mine/restore');
  await (await started.chat(ask('mine/one'))).text();
  expect(await started.row()).toMatchObject({ provider: 'mine', costKind: 'exact' });
});
