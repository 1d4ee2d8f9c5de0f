import { describe, expect, it } from 'vitest';
import { createOwnerSessions } from './session.ts';

const TOKEN = 'the-owner-of-this-gateway';
const ownPage = { host: '127.0.0.1:4556', origin: 'http://127.0.0.1:4556' };

function scene() {
  const clock = { nowMs: 1_000_000 };
  return { clock, sessions: createOwnerSessions(TOKEN, () => clock.nowMs) };
}

const cookieOf = (setCookie: string | undefined) => setCookie?.split(';', 1)[0] ?? '';

describe('sessions of the owner', () => {
  it('takes the owner token from any program', () => {
    const { sessions } = scene();
    expect(sessions.authorize({ authorization: `Bearer ${TOKEN}` })).toBe(true);
    expect(sessions.authorize({ authorization: 'Bearer another' })).toBe(false);
    expect(sessions.authorize({ authorization: TOKEN })).toBe(false);
    expect(sessions.authorize({})).toBe(false);
  });

  it('signs a browser in with a code, once', () => {
    const { sessions } = scene();
    const code = sessions.createCode();
    const cookie = cookieOf(sessions.signIn({ code }));
    expect(sessions.authorize({ ...ownPage, cookie })).toBe(true);
    expect(sessions.signIn({ code })).toBeUndefined();
  });

  it('lets a code go after ten minutes and a session after twelve hours', () => {
    const { sessions, clock } = scene();
    const code = sessions.createCode();
    const cookie = cookieOf(sessions.signIn({ token: TOKEN }));
    clock.nowMs += 10 * 60_000;
    expect(sessions.signIn({ code })).toBeUndefined();
    expect(sessions.authorize({ ...ownPage, cookie })).toBe(true);
    clock.nowMs += 12 * 3_600_000;
    expect(sessions.authorize({ ...ownPage, cookie })).toBe(false);
  });

  it('keeps the cookie from scripts, from other sites and from other paths', () => {
    const setCookie = scene().sessions.signIn({ token: TOKEN });
    expect(setCookie).toMatch(/^gateway_session=[\w-]{43}; Path=\/rpc; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  });

  it.each([
    ['a page on another port of this machine', { host: '127.0.0.1:4556', origin: 'http://127.0.0.1:3000' }],
    ['a link from another site', { host: '127.0.0.1:4556', 'sec-fetch-site': 'cross-site' }],
    ['a request that does not say where it comes from', { host: '127.0.0.1:4556' }],
  ])('does not take the cookie from %s', (_case, headers) => {
    const { sessions } = scene();
    const cookie = cookieOf(sessions.signIn({ token: TOKEN }));
    expect(sessions.authorize({ ...headers, cookie })).toBe(false);
  });

  it('takes it from its own page behind a proxy that speaks TLS, and where only the browser vouches for the page', () => {
    const { sessions } = scene();
    const cookie = cookieOf(sessions.signIn({ token: TOKEN }));
    expect(sessions.authorize({ host: 'gateway.lan', origin: 'https://gateway.lan', cookie })).toBe(true);
    expect(sessions.authorize({ host: '127.0.0.1:4556', 'sec-fetch-site': 'same-origin', cookie })).toBe(true);
  });

  it('ends a session when it is signed out, and not for a stranger', () => {
    const { sessions } = scene();
    const cookie = cookieOf(sessions.signIn({ token: TOKEN }));
    sessions.signOut({ host: '127.0.0.1:4556', origin: 'http://evil.example', cookie });
    expect(sessions.authorize({ ...ownPage, cookie })).toBe(true);
    expect(sessions.signOut({ ...ownPage, cookie })).toContain('Max-Age=0');
    expect(sessions.authorize({ ...ownPage, cookie })).toBe(false);
  });

  it('refuses wrong proofs and none', () => {
    const { sessions } = scene();
    for (const proof of [{}, { code: 'x' }, { token: 'x' }, { token: '' }]) {
      expect(sessions.signIn(proof)).toBeUndefined();
    }
  });
});
