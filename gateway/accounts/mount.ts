import type { FastifyInstance, FastifyReply } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { Proof, Sessions } from './sessions.ts';
import { type Accounts, LINK_OVER } from './store.ts';

const BODY_LIMIT_BYTES = 8 * 1024;
/** As the contract has it for who is signed in. */
const MIN_PASSWORD = 10;
const MAX_PASSWORD = 1_000;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@.]{1,63}$/;

interface Mounted {
  sessions: Sessions;
  accounts: Accounts;
}

/**
 * What a stranger may ask, all under `/rpc`, where the cookie is sent.
 * `POST /session` signs a browser in with `{"code"}`, `{"token"}` or `{"email","password"}`, `DELETE` signs it out; both answer 204. `GET`
 * tells no more than whether there is an account to sign in to.
 * `POST /invitation` with `{"code"}` tells whom a link is for; `PUT` with `{"code","email","password"}` takes it and signs in.
 */
export function mountSession(fastify: FastifyInstance, { sessions, accounts }: Mounted): void {
  fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, done) => done(null, readProof(String(body))),
    );
    scope.post<{ Body: Proof }>('/rpc/session', async ({ body, headers }, reply) => {
      const cookie = await sessions.signIn(body ?? {}, headers);
      if (cookie === undefined) {
        throw new GatewayError(
          'invalid_key',
          'This sign-in is not valid, or no longer. Start the gateway again for another link, or paste the owner token.',
        );
      }
      return signedIn(reply, cookie);
    });
    scope.delete('/rpc/session', async ({ headers }, reply) =>
      reply
        .header('set-cookie', await sessions.signOut(headers))
        .code(204)
        .send(),
    );
    scope.get('/rpc/session', async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ hasAccount: accounts.hasAny() }),
    );
    scope.post<{ Body: Proof }>('/rpc/invitation', async ({ body }, reply) => {
      const found = accounts.byLink(body?.code ?? '');
      if (found === undefined) throw new GatewayError('not_found', LINK_OVER, { field: 'code' });
      const { name, email, linkEndsAtMs } = found;
      return reply.header('cache-control', 'no-store').send({ name, email, endsAtMs: linkEndsAtMs });
    });
    scope.put<{ Body: Proof }>('/rpc/invitation', async ({ body, headers }, reply) => {
      const { code = '', email = '', password = '' } = body ?? {};
      refuseMalformed(email.trim(), password);
      const { id } = await accounts.accept(code, email.trim(), password);
      sessions.endAll(id);
      return signedIn(reply, await sessions.open(id, headers));
    });
  });
}

function signedIn(reply: FastifyReply, cookie: string): FastifyReply {
  return reply.header('set-cookie', cookie).header('cache-control', 'no-store').code(204).send();
}

function refuseMalformed(email: string, password: string): void {
  if (!EMAIL.test(email))
    throw new GatewayError('invalid_request', 'An address such as me@example.org.', { field: 'email' });
  if (password.length < MIN_PASSWORD || password.length > MAX_PASSWORD)
    throw new GatewayError('invalid_request', `A password of at least ${MIN_PASSWORD} characters.`, {
      field: 'password',
    });
}

/** What is not a text in its place is as good as not sent. */
function readProof(body: string): Proof {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return {};
    const proof: Proof = {};
    for (const name of ['code', 'token', 'email', 'password'] as const) {
      const value = (parsed as Record<string, unknown>)[name];
      if (typeof value === 'string') proof[name] = value;
    }
    return proof;
  } catch {
    return {};
  }
}
