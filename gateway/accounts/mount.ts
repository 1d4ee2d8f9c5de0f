import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { OwnerAccount } from './account.ts';
import type { OwnerSessions, Proof } from './sessions.ts';

const BODY_LIMIT_BYTES = 8 * 1024;

/**
 * `POST /rpc/session` signs a browser in with `{"code"}`, `{"token"}` or `{"email","password"}`, `DELETE` signs it out; both answer 204. `GET` tells
 * a stranger no more than whether there is an account to sign in to.
 */
export function mountSession(
  fastify: FastifyInstance,
  { sessions, account }: { sessions: OwnerSessions; account: Pick<OwnerAccount, 'get'> },
): void {
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
      return reply.header('set-cookie', cookie).header('cache-control', 'no-store').code(204).send();
    });
    scope.delete('/rpc/session', async ({ headers }, reply) =>
      reply
        .header('set-cookie', await sessions.signOut(headers))
        .code(204)
        .send(),
    );
    scope.get('/rpc/session', async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ hasAccount: account.get() !== undefined }),
    );
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
