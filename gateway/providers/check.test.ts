import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerBytes } from '../../test/fake-answers.ts';
import { createFakeProvider, type FakeProvider } from '../../test/fake-provider.ts';
import { createCatalog } from './catalog.ts';
import { checkProvider } from './check.ts';
import { type Caller, createCaller } from './http.ts';

const proxy = { server: 'environment' as const, except: [] };
const TIMEOUTS = { connectMs: 500, firstByteMs: 300, silenceMs: 300 };

let fake: FakeProvider;
let caller: Caller;
let server: Server | undefined;
beforeEach(async () => {
  fake = await createFakeProvider({ key: 'right' });
  caller = createCaller(() => ({ timeouts: { connectMs: 500 }, proxy }));
});
afterEach(async () => {
  await caller.close();
  await fake.close();
  server?.closeAllConnections();
  server?.close();
});

function check(id: string, key: string, url = fake.url) {
  const provider = createCatalog({ [id]: url }).get(id);
  if (provider?.auth === undefined || provider.auth === null) throw new Error('No such provider.');
  const { header, prefix } = provider.auth;
  return checkProvider(caller, provider, { credentials: { [header]: prefix + key }, timeouts: TIMEOUTS });
}

it.each(['openai', 'anthropic', 'gemini', 'cohere', 'groq', 'mistral'])(
  'a key of %s is tried with the list of models, which costs nothing',
  async (id) => {
    expect([(await check(id, 'right')).result, (await check(id, 'wrong')).result]).toEqual(['works', 'refused']);
    expect((await check(id, 'right')).models).toEqual(['fake-model']);
    expect(fake.calls()).toEqual([]);
    expect(fake.requests.every(({ method, path }) => method === 'GET' && path.includes('/models'))).toBe(true);
  },
);

it.each([
  [429, 'rateLimited'],
  [500, 'unreachable'],
  [403, 'refused'],
])('an answer of %s means %s', async (status, result) => {
  server = createServer(
    (request, response) =>
      void answerBytes(
        '{}',
        {},
        status,
      )({ method: '', path: '', headers: request.headers, body: Buffer.alloc(0) }, response),
  );
  expect(await check('openai', 'right', await listen(server))).toMatchObject({
    result,
    detail: expect.stringContaining(`It answered ${status} to GET http://127.0.0.1`),
  });
});

it.each([
  [400, 'works'],
  [422, 'works'],
  [401, 'refused'],
  [404, 'unreachable'],
])('where there is no list of models, %s to an empty call means %s', async (status, result) => {
  const bodies: string[] = [];
  server = createServer(async (request, response) => {
    if (request.method === 'POST') bodies.push(await text(request));
    response.writeHead(request.method === 'GET' ? 404 : status, { 'content-type': 'application/json' }).end('{}');
  });
  expect(await check('openai', 'right', await listen(server))).toMatchObject({ result, models: null });
  expect(bodies).toEqual(['{}']);
});

it('nobody there means unreachable', async () => {
  expect(await check('openai', 'right', 'http://127.0.0.1:1')).toMatchObject({
    result: 'unreachable',
    detail: expect.stringContaining('ECONNREFUSED'),
  });
});

async function listen(started: Server): Promise<string> {
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}
