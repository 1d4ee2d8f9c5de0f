import { hash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { jwtVerify, SignJWT } from 'jose';
import type { OwnerAccount } from './account.ts';
import { createAttempts } from './attempts.ts';

/** What a browser shows to be signed in: a code of the printed link, the owner token, or the account's address and password. */
export interface Proof {
  code?: string | undefined;
  token?: string | undefined;
  email?: string | undefined;
  password?: string | undefined;
}

interface Authorized {
  right: boolean;
  /** A `Set-Cookie` that goes out with the answer: the session's token was renewed. */
  cookie?: string;
}

interface SessionInfo {
  id: string;
  createdAtMs: number;
  lastSeenAtMs: number;
  /** What the browser calls itself. */
  agent: string;
}

/** Who may act as the owner over HTTP: whoever sends the owner token, and browsers that were signed in. */
export interface OwnerSessions {
  /** By `Authorization: Bearer`, or by the cookie of a session when the page that asks is the gateway's own. */
  authorize(headers: IncomingHttpHeaders): Promise<Authorized>;
  /** Makes a code that signs one browser in, once, within ten minutes. */
  createCode(): string;
  /** The `Set-Cookie` for a right proof, undefined for any other. Throws `rate_limited` for who guesses. */
  signIn(proof: Proof, headers?: IncomingHttpHeaders): Promise<string | undefined>;
  /** Ends the session of these headers. Returns the `Set-Cookie` that makes the browser forget it. */
  signOut(headers: IncomingHttpHeaders): Promise<string>;
  /** Newest first. */
  list(): SessionInfo[];
  end(id: string): void;
  endAll(): void;
}

interface Session extends SessionInfo {
  endsAtMs: number;
  /** How often its token was renewed. A token of an earlier turn is a copy of the cookie, and ends the session. */
  turn: number;
  renewedAtMs: number;
}

const CODE_LIFE_MS = 10 * 60_000;
const SESSION_LIFE_MS = 12 * 3_600_000;
const TOKEN_LIFE_MS = 15 * 60_000;
/** Requests that were on their way while the token was renewed still carry the last one. */
const GRACE_MS = 60_000;
const MAX_KEPT = 100;

interface SessionsOptions {
  ownerToken: string;
  account: Pick<OwnerAccount, 'verify'>;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Sessions live in memory and their tokens are signed with a secret of this run: a restart ends them. */
export function createOwnerSessions({ ownerToken, account, now = Date.now }: SessionsOptions): OwnerSessions {
  const ownerHash = sha256(ownerToken);
  const secret = randomBytes(32);
  const codes = new Map<string, number>();
  const sessions = new Map<string, Session>();
  const attempts = createAttempts(now);

  const isOwner = (token: string) => timingSafeEqual(sha256(token), ownerHash);

  async function write({ id, turn, endsAtMs }: Session): Promise<string> {
    const expiresAtMs = Math.min(endsAtMs, now() + TOKEN_LIFE_MS);
    const token = await new SignJWT({ turn })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('owner')
      .setJti(id)
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(secret);
    return writeCookie(token, Math.floor((endsAtMs - now()) / 1000));
  }

  /** The session of a token that this run has signed, expired or not. */
  async function find(headers: IncomingHttpHeaders) {
    const cookie = readCookie(headers);
    if (cookie === undefined || !isOwnPage(headers)) return undefined;
    try {
      // Whether it has expired is looked at here: an expired one can be renewed.
      const { payload } = await jwtVerify(cookie, secret, { algorithms: ['HS256'], currentDate: new Date(0) });
      const session = sessions.get(payload.jti ?? '');
      if (session === undefined || session.endsAtMs <= now()) return undefined;
      return { session, turn: Number(payload.turn), isFresh: (payload.exp ?? 0) * 1000 > now() };
    } catch {
      return undefined;
    }
  }

  async function authorizeBrowser(headers: IncomingHttpHeaders): Promise<Authorized> {
    const found = await find(headers);
    if (found === undefined) return { right: false };
    const { session, turn, isFresh } = found;
    session.lastSeenAtMs = now();
    if (turn < session.turn) {
      if (turn === session.turn - 1 && now() - session.renewedAtMs < GRACE_MS) return { right: true };
      sessions.delete(session.id);
      return { right: false };
    }
    if (isFresh) return { right: true };
    session.turn += 1;
    session.renewedAtMs = now();
    return { right: true, cookie: await write(session) };
  }

  async function isRight({ code, token, email, password }: Proof): Promise<boolean> {
    if (code !== undefined) {
      const key = keyOf(code);
      return (codes.get(key) ?? 0) > now() && codes.delete(key);
    }
    if (token !== undefined) return isOwner(token);
    return email !== undefined && password !== undefined && account.verify(email, password);
  }

  function add(agent: string): Session {
    for (const [id, { endsAtMs }] of sessions) if (endsAtMs <= now() || sessions.size >= MAX_KEPT) sessions.delete(id);
    const atMs = now();
    const times = { createdAtMs: atMs, lastSeenAtMs: atMs, renewedAtMs: atMs, endsAtMs: atMs + SESSION_LIFE_MS };
    const session = { id: randomUUID(), agent: agent.slice(0, 200), turn: 0, ...times };
    sessions.set(session.id, session);
    return session;
  }

  return {
    async authorize(headers) {
      const { authorization } = headers;
      if (authorization === undefined) return authorizeBrowser(headers);
      return { right: /^bearer /i.test(authorization) && isOwner(authorization.slice(7)) };
    },
    createCode() {
      for (const [key, endsAtMs] of codes) if (endsAtMs <= now() || codes.size >= MAX_KEPT) codes.delete(key);
      const code = randomBytes(32).toString('base64url');
      codes.set(keyOf(code), now() + CODE_LIFE_MS);
      return code;
    },
    async signIn(proof, headers = {}) {
      attempts.begin();
      if (!(await isRight(proof))) {
        attempts.failed();
        return undefined;
      }
      attempts.succeeded();
      return write(add(headers['user-agent'] ?? ''));
    },
    async signOut(headers) {
      const found = await find(headers);
      if (found !== undefined) sessions.delete(found.session.id);
      return writeCookie('', 0);
    },
    list: () =>
      [...sessions.values()]
        .filter(({ endsAtMs }) => endsAtMs > now())
        .map(({ id, createdAtMs, lastSeenAtMs, agent }) => ({ id, createdAtMs, lastSeenAtMs, agent }))
        .sort((a, b) => b.createdAtMs - a.createdAtMs),
    end: (id) => void sessions.delete(id),
    endAll: () => sessions.clear(),
  };
}

/** Cookies know no ports: without this any page of `localhost`, such as a project that is being developed, could act with the owner's. */
function isOwnPage({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (origin !== undefined) return origin === `http://${host}` || origin === `https://${host}`;
  return site === 'same-origin';
}

/** Only paths under `/rpc` are sent it: other servers of this machine, on other ports, never see it in passing. */
function writeCookie(token: string, maxAgeS: number): string {
  return `gateway_session=${token}; Path=/rpc; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict`;
}

function readCookie({ cookie }: IncomingHttpHeaders): string | undefined {
  return cookie === undefined
    ? undefined
    : /(?:^|;\s*)gateway_session=([\w-]+\.[\w-]+\.[\w-]+)(?:;|$)/.exec(cookie)?.[1];
}

function keyOf(secret: string): string {
  return sha256(secret).toString('latin1');
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
