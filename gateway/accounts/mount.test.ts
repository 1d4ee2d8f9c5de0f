import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { mountSession } from './mount.ts';
import { createSessions } from './sessions.ts';
import { type Accounts, createAccounts } from './store.ts';

let host: ReturnType<typeof createMemoryHost>;
let database: Database;
let accounts: Accounts;
let fastify: FastifyInstance;

beforeAll(() => {
  host = createMemoryHost();
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  accounts = createAccounts(database);
  fastify = Fastify();
  mountSession(fastify, {
    accounts,
    sessions: createSessions({ ownerToken: 'the-owner-of-this-gateway', accounts, database }),
  });
});
afterAll(async () => {
  await fastify.close();
  database.close();
  host.remove();
});

describe('signing in over HTTP', () => {
  const post = (payload: string) =>
    fastify.inject({ method: 'POST', url: '/rpc/session', headers: { 'content-type': 'application/json' }, payload });

  it('answers the right token with a cookie', async () => {
    const { statusCode, headers } = await post('{"token":"the-owner-of-this-gateway"}');
    expect(statusCode).toBe(204);
    expect(headers['set-cookie']).toMatch(/^gateway_session=/);
  });

  it.each(['{"token":"wrong"}', '{"token":7}', '{"email":"a"}', 'not json'])(
    'answers %j with 401 and no cookie',
    async (payload) => {
      const { statusCode, headers } = await post(payload);
      expect(statusCode).toBe(401);
      expect(headers['set-cookie']).toBeUndefined();
    },
  );

  it('makes the browser forget the cookie', async () => {
    const { headers } = await fastify.inject({ method: 'DELETE', url: '/rpc/session' });
    expect(headers['set-cookie']).toContain('Max-Age=0');
  });

  it('tells a stranger whether there is an account, and takes its address and password', async () => {
    const hasAccount = async () => (await fastify.inject('/rpc/session')).json();
    expect(await hasAccount()).toEqual({ hasAccount: false });
    await accounts.setOwner('me@example.org', 'correct horse battery');
    expect(await hasAccount()).toEqual({ hasAccount: true });
    const right = await post('{"email":"ME@example.org","password":"correct horse battery"}');
    expect([right.statusCode, right.headers['set-cookie']]).toEqual([
      204,
      expect.stringMatching(/^gateway_session=ey/),
    ]);
    const wrong = await post('{"email":"me@example.org","password":"correct horse"}');
    expect([wrong.statusCode, wrong.headers['set-cookie']]).toEqual([401, undefined]);
  });
});

describe('taking an invitation over HTTP', () => {
  const ask = (method: 'POST' | 'PUT', body: object) =>
    fastify.inject({ method, url: '/rpc/invitation', headers: { 'content-type': 'application/json' }, payload: body });

  it('tells whom it is for, takes address and password, and signs in', async () => {
    const { code, endsAtMs } = accounts.invite('Ana');
    expect((await ask('POST', { code })).json()).toEqual({ name: 'Ana', email: null, endsAtMs });
    const taken = await ask('PUT', { code, email: ' ana@example.org', password: 'correct horse battery' });
    expect([taken.statusCode, taken.headers['set-cookie']]).toEqual([
      204,
      expect.stringMatching(/^gateway_session=ey/),
    ]);
    expect((await ask('POST', { code })).statusCode).toBe(404);
    expect((await ask('PUT', { code, email: 'x@example.org', password: 'correct horse battery' })).statusCode).toBe(
      404,
    );
  });

  it.each([
    ['email', { email: 'ana', password: 'correct horse battery' }],
    ['email', { email: '', password: 'correct horse battery' }],
    ['password', { email: 'bo@example.org', password: 'short' }],
    ['password', { email: 'bo@example.org' }],
  ])('refuses a malformed %s and leaves the link as it is', async (_field, body) => {
    const { code } = accounts.invite('Bo');
    const refused = await ask('PUT', { code, ...body });
    expect([refused.statusCode, refused.headers['set-cookie']]).toEqual([400, undefined]);
    expect((await ask('POST', { code })).statusCode).toBe(200);
  });

  it('knows nobody by a code that is none', async () => {
    expect((await ask('POST', {})).statusCode).toBe(404);
    expect((await ask('POST', { code: 'x' })).statusCode).toBe(404);
  });
});
