import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { createSessions } from './sessions.ts';
import type { Account } from './store.ts';

const TOKEN = 'the-owner-of-this-gateway';
const MINUTE = 60_000;
const ownPage = { host: '127.0.0.1:4556', origin: 'http://127.0.0.1:4556' };

function scene() {
  const clock = { nowMs: Date.UTC(2026, 10, 25) };
  const disabled = new Set<string>();
  const accounts = {
    active: (id: string) => (disabled.has(id) ? undefined : ({ id } as Account)),
    verify: async (email: string, password: string) => {
      const id = { me: 'owner', ana: 'ana' }[email];
      return password === 'right' && id !== undefined ? accounts.active(id) : undefined;
    },
  };
  const restart = (ownerToken = TOKEN) => createSessions({ ownerToken, accounts, database, now: () => clock.nowMs });
  const sessions = restart();
  const isIn = async (headers: Record<string, string>) => (await sessions.authorize(headers)).caller !== undefined;
  return { clock, sessions, isIn, restart, disabled };
}

let host: ReturnType<typeof createMemoryHost>;
let database: Database;
beforeEach(() => {
  host = createMemoryHost();
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
});
afterEach(() => {
  database.close();
  host.remove();
});

const cookieOf = (setCookie: string | undefined) => setCookie?.split(';', 1)[0] ?? '';

describe('sessions of the owner', () => {
  it('takes the owner token from any program', async () => {
    const { isIn } = scene();
    expect(await isIn({ authorization: `Bearer ${TOKEN}` })).toBe(true);
    expect(await isIn({ authorization: 'Bearer another' })).toBe(false);
    expect(await isIn({ authorization: TOKEN })).toBe(false);
    expect(await isIn({})).toBe(false);
  });

  it('signs a browser in with a code, once', async () => {
    const { sessions, isIn } = scene();
    const code = sessions.createCode();
    const cookie = cookieOf(await sessions.signIn({ code }));
    expect(await isIn({ ...ownPage, cookie })).toBe(true);
    expect(await sessions.signIn({ code })).toBeUndefined();
  });

  it('lets a code go after ten minutes and a session after twelve hours', async () => {
    const { sessions, clock, isIn } = scene();
    const code = sessions.createCode();
    const cookie = cookieOf(await sessions.signIn({ token: TOKEN }));
    clock.nowMs += 10 * MINUTE;
    expect(await sessions.signIn({ code })).toBeUndefined();
    expect(await isIn({ ...ownPage, cookie })).toBe(true);
    clock.nowMs += 12 * 60 * MINUTE;
    expect(await isIn({ ...ownPage, cookie })).toBe(false);
  });

  it('keeps the cookie from scripts, from other sites and from other paths', async () => {
    const setCookie = await scene().sessions.signIn({ token: TOKEN });
    expect(setCookie).toMatch(
      /^gateway_session=ey[\w-]+\.[\w-]+\.[\w-]+; Path=\/rpc; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
  });

  it('renews its token each quarter of an hour, and for a minute takes the one before', async () => {
    const { sessions, clock, isIn } = scene();
    const first = cookieOf(await sessions.signIn({ token: TOKEN }));
    clock.nowMs += 14 * MINUTE;
    expect(await sessions.authorize({ ...ownPage, cookie: first })).toEqual({
      caller: { id: 'owner', role: 'owner', sessionId: expect.any(String) },
    });
    clock.nowMs += 2 * MINUTE;
    const second = cookieOf((await sessions.authorize({ ...ownPage, cookie: first })).cookie);
    expect(second).toMatch(/^gateway_session=ey/);
    expect(await isIn({ ...ownPage, cookie: first })).toBe(true);
    expect(await isIn({ ...ownPage, cookie: second })).toBe(true);
  });

  it('ends where a token comes that was renewed long ago: it is a copy', async () => {
    const { sessions, clock, isIn } = scene();
    const stolen = cookieOf(await sessions.signIn({ token: TOKEN }));
    clock.nowMs += 16 * MINUTE;
    const renewed = cookieOf((await sessions.authorize({ ...ownPage, cookie: stolen })).cookie);
    clock.nowMs += 2 * MINUTE;
    expect(await isIn({ ...ownPage, cookie: stolen })).toBe(false);
    expect(await isIn({ ...ownPage, cookie: renewed })).toBe(false);
  });

  it('takes no token that it has not signed', async () => {
    const { isIn } = scene();
    const foreign = cookieOf(await scene().restart('another-owner-token').signIn({ token: 'another-owner-token' }));
    expect(await isIn({ ...ownPage, cookie: foreign })).toBe(false);
    const unsigned = `gateway_session=${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`;
    expect(await isIn({ ...ownPage, cookie: unsigned })).toBe(false);
  });

  it.each([
    ['a page on another port of this machine', { host: '127.0.0.1:4556', origin: 'http://127.0.0.1:3000' }],
    ['a link from another site', { host: '127.0.0.1:4556', 'sec-fetch-site': 'cross-site' }],
    ['a request that does not say where it comes from', { host: '127.0.0.1:4556' }],
  ])('does not take the cookie from %s', async (_case, headers) => {
    const { sessions, isIn } = scene();
    const cookie = cookieOf(await sessions.signIn({ token: TOKEN }));
    expect(await isIn({ ...headers, cookie })).toBe(false);
  });

  it('takes it from its own page behind a proxy that speaks TLS, and where only the browser vouches for the page', async () => {
    const { sessions, isIn } = scene();
    const cookie = cookieOf(await sessions.signIn({ token: TOKEN }));
    expect(await isIn({ host: 'gateway.lan', origin: 'https://gateway.lan', cookie })).toBe(true);
    expect(await isIn({ host: '127.0.0.1:4556', 'sec-fetch-site': 'same-origin', cookie })).toBe(true);
  });

  it('ends a session when it is signed out, and not for a stranger', async () => {
    const { sessions, isIn } = scene();
    const cookie = cookieOf(await sessions.signIn({ token: TOKEN }));
    await sessions.signOut({ host: '127.0.0.1:4556', origin: 'http://evil.example', cookie });
    expect(await isIn({ ...ownPage, cookie })).toBe(true);
    expect(await sessions.signOut({ ...ownPage, cookie })).toContain('Max-Age=0');
    expect(await isIn({ ...ownPage, cookie })).toBe(false);
  });

  it('lists browsers that are signed in, and ends one or all of them', async () => {
    const { sessions, clock, isIn } = scene();
    const one = cookieOf(await sessions.signIn({ token: TOKEN }, { 'user-agent': 'Firefox' }));
    clock.nowMs += 1;
    const other = cookieOf(await sessions.signIn({ email: 'me', password: 'right' }, { 'user-agent': 'Chromium' }));
    expect(sessions.list('owner').map(({ agent }) => agent)).toEqual(['Chromium', 'Firefox']);
    sessions.end('owner', sessions.list('owner')[1]?.id ?? '');
    expect([await isIn({ ...ownPage, cookie: one }), await isIn({ ...ownPage, cookie: other })]).toEqual([false, true]);
    sessions.endAll('owner');
    expect(await isIn({ ...ownPage, cookie: other })).toBe(false);
  });

  it('are there after a restart, but not where the owner token is another one', async () => {
    const { sessions, restart } = scene();
    const cookie = cookieOf(await sessions.signIn({ token: TOKEN }));
    expect(await restart().authorize({ ...ownPage, cookie })).toMatchObject({ caller: { role: 'owner' } });
    expect(await restart('another-owner-token').authorize({ ...ownPage, cookie })).toEqual({});
  });

  it('that were ended stay so after a restart', async () => {
    const { sessions, restart } = scene();
    const cookie = cookieOf(await sessions.signIn({ token: TOKEN }));
    const ended: string[] = [];
    sessions.onEnd((id) => ended.push(id));
    const [session] = sessions.list('owner');
    sessions.endAll('owner');
    expect(ended).toEqual([session?.id]);
    expect(await restart().authorize({ ...ownPage, cookie })).toEqual({});
  });

  it("of a user are that one's alone, and end when the account may not be used", async () => {
    const { sessions, disabled, isIn } = scene();
    const owner = cookieOf(await sessions.signIn({ email: 'me', password: 'right' }));
    const ana = cookieOf(await sessions.signIn({ email: 'ana', password: 'right' }));
    const { caller } = await sessions.authorize({ ...ownPage, cookie: ana });
    expect(caller).toMatchObject({ id: 'ana', role: 'member' });
    sessions.end('ana', sessions.list('owner')[0]?.id ?? '');
    expect(await isIn({ ...ownPage, cookie: owner })).toBe(true);
    disabled.add('ana');
    expect(await isIn({ ...ownPage, cookie: ana })).toBe(false);
    expect(await isIn({ ...ownPage, cookie: owner })).toBe(true);
  });

  it('lets who guesses at one account not keep another one out', async () => {
    const { sessions } = scene();
    for (let count = 0; count < 5; count++)
      expect(await sessions.signIn({ email: 'me', password: 'wrong' })).toBeUndefined();
    await expect(sessions.signIn({ email: 'ME ', password: 'right' })).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await sessions.signIn({ email: 'ana', password: 'right' })).toMatch(/^gateway_session=/);
    expect(await sessions.signIn({ token: TOKEN })).toMatch(/^gateway_session=/);
  });

  it('makes guesses that arrive at once wait for one another', async () => {
    const { sessions } = scene();
    const guesses = await Promise.allSettled(
      Array.from({ length: 20 }, () => sessions.signIn({ email: 'me', password: 'wrong' })),
    );
    expect(guesses.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  it('refuses wrong proofs and none, and makes who guesses wait longer and longer', async () => {
    const { sessions, clock } = scene();
    for (const proof of [{}, { code: 'x' }, { token: 'x' }, { token: '' }, { code: '' }])
      expect(await sessions.signIn(proof)).toBeUndefined();
    await expect(sessions.signIn({ token: TOKEN })).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 1000 });
    clock.nowMs += 1000;
    expect(await sessions.signIn({ token: 'x' })).toBeUndefined();
    await expect(sessions.signIn({ token: TOKEN })).rejects.toMatchObject({ retryAfterMs: 2000 });
    clock.nowMs += 2000;
    expect(await sessions.signIn({ token: TOKEN })).toMatch(/^gateway_session=/);
    expect(await sessions.signIn({ token: 'x' })).toBeUndefined();
    expect(await sessions.signIn({ token: TOKEN })).toMatch(/^gateway_session=/);
  });
});
