import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Who may act as the owner over HTTP: whoever sends the owner token, and browsers that were signed in with it or with a one-time code. */
export interface OwnerSessions {
  /** By `Authorization: Bearer`, or by the cookie of a session when the page that asks is the gateway's own. */
  authorize(headers: IncomingHttpHeaders): boolean;
  /** Makes a code that signs one browser in, once, within ten minutes. */
  createCode(): string;
  /** The value of `Set-Cookie` for a right code or owner token, undefined for any other. */
  signIn(proof: { code?: string | undefined; token?: string | undefined }): string | undefined;
  /** Ends the session of these headers. Returns the `Set-Cookie` that makes the browser forget it. */
  signOut(headers: IncomingHttpHeaders): string;
}

const CODE_LIFE_MS = 10 * 60_000;
const SESSION_LIFE_MS = 12 * 3_600_000;
const MAX_SESSIONS = 100;

/** `now` gives milliseconds since the epoch. Sessions live in memory: a restart ends them. */
export function createOwnerSessions(ownerToken: string, now: () => number = Date.now): OwnerSessions {
  const ownerHash = sha256(ownerToken);
  /** Hashes of codes and sessions → when they end. */
  const codes = new Map<string, number>();
  const sessions = new Map<string, number>();

  function add(map: Map<string, number>, lifeMs: number): string {
    for (const [key, endsAtMs] of map) if (endsAtMs <= now() || map.size >= MAX_SESSIONS) map.delete(key);
    const secret = randomBytes(32).toString('base64url');
    map.set(keyOf(secret), now() + lifeMs);
    return secret;
  }

  const isAlive = (map: Map<string, number>, key: string) => (map.get(key) ?? 0) > now();
  const isOwner = (token: string) => timingSafeEqual(sha256(token), ownerHash);

  return {
    authorize(headers) {
      const { authorization } = headers;
      if (authorization !== undefined) return /^bearer /i.test(authorization) && isOwner(authorization.slice(7));
      const cookie = readCookie(headers);
      return cookie !== undefined && isOwnPage(headers) && isAlive(sessions, keyOf(cookie));
    },
    createCode: () => add(codes, CODE_LIFE_MS),
    signIn({ code, token }) {
      const right =
        code === undefined
          ? token !== undefined && isOwner(token)
          : isAlive(codes, keyOf(code)) && codes.delete(keyOf(code));
      return right ? writeCookie(add(sessions, SESSION_LIFE_MS), SESSION_LIFE_MS / 1000) : undefined;
    },
    signOut(headers) {
      const cookie = readCookie(headers);
      if (cookie !== undefined && isOwnPage(headers)) sessions.delete(keyOf(cookie));
      return writeCookie('', 0);
    },
  };
}

/** Cookies know no ports: without this any page of `localhost`, such as a project that is being developed, could act with the owner's. */
function isOwnPage({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (origin !== undefined) return origin === `http://${host}` || origin === `https://${host}`;
  return site === 'same-origin';
}

/** Only paths under `/rpc` are sent it: other servers of this machine, on other ports, never see it in passing. */
function writeCookie(session: string, maxAgeS: number): string {
  return `gateway_session=${session}; Path=/rpc; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict`;
}

function readCookie({ cookie }: IncomingHttpHeaders): string | undefined {
  return cookie === undefined ? undefined : /(?:^|;\s*)gateway_session=([\w-]{43})(?:;|$)/.exec(cookie)?.[1];
}

function keyOf(secret: string): string {
  return sha256(secret).toString('latin1');
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
