import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { createOwnerAccount, type OwnerAccount } from './account.ts';
import { mountSession } from './mount.ts';
import { createOwnerSessions } from './sessions.ts';

let host: ReturnType<typeof createMemoryHost>;
let database: Database;
let account: OwnerAccount;
let fastify: FastifyInstance;

beforeAll(() => {
  host = createMemoryHost();
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  account = createOwnerAccount(database);
  fastify = Fastify();
  mountSession(fastify, {
    account,
    sessions: createOwnerSessions({ ownerToken: 'the-owner-of-this-gateway', account }),
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
    await account.set('me@example.org', 'correct horse battery');
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
