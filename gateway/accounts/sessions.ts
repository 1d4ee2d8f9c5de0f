import { hash, hkdfSync, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { jwtVerify, SignJWT } from 'jose';
import type { Database } from '../db/open.ts';
import { createAttempts } from './attempts.ts';
import { type Caller, callerOf, OWNER, OWNER_ID } from './caller.ts';
import { isOwnPage, readCookie, writeCookie } from './cookie.ts';
import { createSessionStore, type Session } from './session-store.ts';
import type { Accounts } from './store.ts';

/** What a browser shows to be signed in: a code of the printed link, the owner token, or an account's address and password. */
export interface Proof {
  code?: string | undefined;
  token?: string | undefined;
  email?: string | undefined;
  password?: string | undefined;
}

export interface Authorized {
  /** Undefined: a stranger. */
  caller?: Caller;
  /** A `Set-Cookie` that goes out with the answer: the session's token was renewed. */
  cookie?: string;
}

/** Who may act over HTTP: whoever sends the owner token, and browsers that were signed in. */
export interface Sessions {
  /** By `Authorization: Bearer`, or by the cookie of a session when the page that asks is the gateway's own. */
  authorize(headers: IncomingHttpHeaders): Promise<Authorized>;
  /** Makes a code that signs one browser in as the owner, once, within ten minutes. */
  createCode(): string;
  /** The `Set-Cookie` for a right proof, undefined for any other. Throws `rate_limited` for who guesses. */
  signIn(proof: Proof, headers?: IncomingHttpHeaders): Promise<string | undefined>;
  /** Signs a browser in to an account that has proven itself otherwise. Returns the `Set-Cookie`. */
  open(accountId: string, headers: IncomingHttpHeaders): Promise<string>;
  /** Ends the session of these headers. Returns the `Set-Cookie` that makes the browser forget it. */
  signOut(headers: IncomingHttpHeaders): Promise<string>;
  /** Of an account, newest first. */
  list(accountId: string): Session[];
  /** Only where it is one of the account's. */
  end(accountId: string, id: string): void;
  /** All of an account, but the one that is named. */
  endAll(accountId: string, exceptId?: string): void;
  /** Told the id of each session that ends before its time. */
  onEnd(listener: (id: string) => void): void;
}

const CODE_LIFE_MS = 10 * 60_000;
const SESSION_LIFE_MS = 12 * 3_600_000;
const TOKEN_LIFE_MS = 15 * 60_000;
/** Requests that were on their way while the token was renewed still carry the last one. */
const GRACE_MS = 60_000;
/** How exactly it is written down when a browser was seen last. */
const SEEN_EVERY_MS = 60_000;
const MAX_CODES = 100;

interface SessionsOptions {
  ownerToken: string;
  accounts: Pick<Accounts, 'verify' | 'active'>;
  database: Database;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Tokens of sessions are signed with a secret that follows from the owner token: another owner token ends them all. */
export function createSessions({ ownerToken, accounts, database, now = Date.now }: SessionsOptions): Sessions {
  const ownerHash = sha256(ownerToken);
  const secret = new Uint8Array(hkdfSync('sha256', ownerToken, '', 'tokens of sessions', 32));
  const codes = new Map<string, number>();
  const store = createSessionStore(database, now);
  const attempts = createAttempts(now);
  let verifying: Promise<unknown> = Promise.resolve();

  const isOwner = (token: string) => timingSafeEqual(sha256(token), ownerHash);

  async function write({ id, turn, endsAtMs, accountId }: Session): Promise<string> {
    const expiresAtMs = Math.min(endsAtMs, now() + TOKEN_LIFE_MS);
    const token = await new SignJWT({ turn })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(accountId)
      .setJti(id)
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(secret);
    return writeCookie(token, Math.floor((endsAtMs - now()) / 1000));
  }

  /** The session of a token that was signed here, expired or not. */
  async function find(headers: IncomingHttpHeaders) {
    const cookie = readCookie(headers);
    if (cookie === undefined || !isOwnPage(headers)) return undefined;
    try {
      // Whether it has expired is looked at here: an expired one can be renewed.
      const { payload } = await jwtVerify(cookie, secret, { algorithms: ['HS256'], currentDate: new Date(0) });
      const session = store.get(payload.jti ?? '');
      if (session === undefined || session.endsAtMs <= now()) return undefined;
      return { session, turn: Number(payload.turn), isFresh: (payload.exp ?? 0) * 1000 > now() };
    } catch {
      return undefined;
    }
  }

  async function authorizeBrowser(headers: IncomingHttpHeaders): Promise<Authorized> {
    const found = await find(headers);
    if (found === undefined) return {};
    const { session, turn, isFresh } = found;
    const { id, accountId } = session;
    // The owner needs no account to have been signed in by the printed link.
    if (accountId !== OWNER_ID && accounts.active(accountId) === undefined) return {};
    const caller = callerOf(accountId, id);
    const seen = { ...session, lastSeenAtMs: now() };
    if (turn < session.turn) {
      if (turn === session.turn - 1 && now() - session.renewedAtMs < GRACE_MS) return { caller };
      store.remove(id);
      return {};
    }
    if (isFresh) {
      if (now() - session.lastSeenAtMs >= SEEN_EVERY_MS) store.save(seen);
      return { caller };
    }
    const renewed = { ...seen, turn: session.turn + 1, renewedAtMs: now() };
    store.save(renewed);
    return { caller, cookie: await write(renewed) };
  }

  /** One after the other: each takes 128 MiB for a moment, and none may be begun while an earlier one makes it wait. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = verifying.then(work, work);
    verifying = next.catch(() => {});
    return next;
  }

  /** Id of the account that the proof opens. */
  async function accountOf({ code, token, email, password }: Proof): Promise<string | undefined> {
    if (code !== undefined) {
      const key = keyOf(code);
      return (codes.get(key) ?? 0) > now() && codes.delete(key) ? OWNER_ID : undefined;
    }
    if (token !== undefined) return isOwner(token) ? OWNER_ID : undefined;
    if (email === undefined || password === undefined) return undefined;
    return (await accounts.verify(email, password))?.id;
  }

  async function signIn(proof: Proof, headers: IncomingHttpHeaders): Promise<string | undefined> {
    const name = proof.code === undefined && proof.token === undefined ? nameOf(proof.email) : '';
    attempts.begin(name);
    const accountId = await accountOf(proof);
    if (accountId === undefined) {
      attempts.failed(name);
      return undefined;
    }
    attempts.succeeded(name);
    return open(accountId, headers);
  }

  function open(accountId: string, headers: IncomingHttpHeaders): Promise<string> {
    const atMs = now();
    const times = { createdAtMs: atMs, lastSeenAtMs: atMs, renewedAtMs: atMs, endsAtMs: atMs + SESSION_LIFE_MS };
    const agent = (headers['user-agent'] ?? '').slice(0, 200);
    const session = { id: randomUUID(), accountId, agent, turn: 0, ...times };
    store.save(session);
    return write(session);
  }

  return {
    async authorize(headers) {
      const { authorization } = headers;
      if (authorization === undefined) return authorizeBrowser(headers);
      return /^bearer /i.test(authorization) && isOwner(authorization.slice(7)) ? { caller: OWNER } : {};
    },
    createCode() {
      for (const [key, endsAtMs] of codes) if (endsAtMs <= now() || codes.size >= MAX_CODES) codes.delete(key);
      const code = randomBytes(32).toString('base64url');
      codes.set(keyOf(code), now() + CODE_LIFE_MS);
      return code;
    },
    signIn: (proof, headers = {}) => inTurn(() => signIn(proof, headers)),
    open,
    async signOut(headers) {
      const found = await find(headers);
      if (found !== undefined) store.remove(found.session.id);
      return writeCookie('', 0);
    },
    list: store.of,
    end(accountId, id) {
      if (store.get(id)?.accountId === accountId) store.remove(id);
    },
    endAll(accountId, exceptId) {
      for (const { id } of store.of(accountId)) if (id !== exceptId) store.remove(id);
    },
    onEnd: store.onRemove,
  };
}

/** Under which name wrong sign-ins are counted: another account's are not this one's. */
function nameOf(email = ''): string {
  return email.trim().toLowerCase().slice(0, 320);
}

function keyOf(secret: string): string {
  return sha256(secret).toString('latin1');
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
