import type { FastifyReply, FastifyRequest } from 'fastify';
import { dialectOf } from './address.ts';
import { asGatewayError, GatewayError, statusFor } from './errors.ts';
import type { Logger } from './host.ts';

/** Errors outside an exchange, in the shape of the dialect whose path was called. */
export function sendError(request: FastifyRequest, reply: FastifyReply, thrown: unknown, log: Logger): void {
  const error = fromFastify(thrown) ?? asGatewayError(thrown);
  if (error.code === 'internal') log.error('A request failed inside the gateway.', { error: describe(error.cause) });
  reply.header('x-gateway-error', error.code);
  if (error.retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(error.retryAfterMs / 1000)));
  const dialect = dialectOf(request.url, request.headers);
  const own = error.verbatim?.dialect === dialect.name ? error.verbatim : undefined;
  reply
    .code(statusFor(error, dialect.name))
    .type(own?.contentType ?? 'application/json; charset=utf-8')
    .send(own?.body ?? JSON.stringify(dialect.writeError(error)));
}

/** Fastify's own refusals (a path or header that cannot be read) are the client's errors, not the gateway's. */
function fromFastify(thrown: unknown): GatewayError | undefined {
  if (!(thrown instanceof Error) || !('statusCode' in thrown) || thrown instanceof GatewayError) return undefined;
  const status = Number(thrown.statusCode);
  return status >= 400 && status < 500 ? new GatewayError('invalid_request', thrown.message, { status }) : undefined;
}

/** What a log may know of an error: its kind and place, never a message that could quote a client. */
export function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const frames = (thrown.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [thrown.name, ...frames.slice(0, 4).map((line) => line.trim())].join(' ');
}
