import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { OwnerSessions } from './session.ts';

const BODY_LIMIT_BYTES = 8 * 1024;

/** `POST /rpc/session` signs a browser in with `{"code"}` or `{"token"}`, `DELETE` signs it out. Both answer 204. */
export function mountSession(fastify: FastifyInstance, sessions: OwnerSessions): void {
  fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, done) => done(null, readProof(String(body))),
    );
    scope.post<{ Body: Proof }>('/rpc/session', async ({ body }, reply) => {
      const cookie = sessions.signIn(body ?? {});
      if (cookie === undefined) {
        throw new GatewayError(
          'invalid_key',
          'This sign-in is not valid, or no longer. Start the gateway again for another link, or paste the owner token.',
        );
      }
      return reply.header('set-cookie', cookie).header('cache-control', 'no-store').code(204).send();
    });
    scope.delete('/rpc/session', async ({ headers }, reply) =>
      reply.header('set-cookie', sessions.signOut(headers)).code(204).send(),
    );
  });
}

interface Proof {
  code?: string;
  token?: string;
}

/** What is not a text in its place is as good as not sent. */
function readProof(body: string): Proof {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return {};
    const proof: Proof = {};
    if ('code' in parsed && typeof parsed.code === 'string') proof.code = parsed.code;
    if ('token' in parsed && typeof parsed.token === 'string') proof.token = parsed.token;
    return proof;
  } catch {
    return {};
  }
}
