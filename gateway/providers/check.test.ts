import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerBytes } from '../../test/fake-answers.ts';
import { createFakeProvider, type FakeProvider } from '../../test/fake-provider.ts';
import { createCatalog } from './catalog.ts';
import { checkKey } from './check.ts';
import { type Caller, createCaller } from './http.ts';

const TIMEOUTS = { connectMs: 500, firstByteMs: 300, silenceMs: 300 };

let fake: FakeProvider;
let caller: Caller;
let server: Server | undefined;
beforeEach(async () => {
  fake = await createFakeProvider({ key: 'right' });
  caller = createCaller(() => 500);
});
afterEach(async () => {
  await caller.close();
  await fake.close();
  server?.closeAllConnections();
  server?.close();
});

function check(id: string, key: string, url = fake.url) {
  const provider = createCatalog({ [id]: url }).get(id);
  if (provider === undefined) throw new Error('No such provider.');
  return checkKey(caller, provider, { key, timeouts: TIMEOUTS });
}

it.each(['openai', 'anthropic', 'gemini'])(
  'a key of %s is tried with the list of models, which costs nothing',
  async (id) => {
    expect([await check(id, 'right'), await check(id, 'wrong')]).toEqual(['works', 'refused']);
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
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  expect(await check('openai', 'right', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toBe(result);
});

it('nobody there means unreachable', async () => {
  expect(await check('openai', 'right', 'http://127.0.0.1:1')).toBe('unreachable');
});
