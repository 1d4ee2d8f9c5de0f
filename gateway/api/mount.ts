import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authorized, Caller } from '../accounts/index.ts';
import type { Backups } from '../backup/index.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../host.ts';
import type { Ledger } from '../ledger/index.ts';
import type { GatewayKeys } from '../vault/index.ts';
import type { Carriers, OwnerPort } from './carriers.ts';
import { mountBackups, mountDownloads } from './download.ts';
import type { ApiRouter } from './router.ts';
import { ownerOnly } from './view.ts';

/** Where each call of the contract says whom it is for. */
const CALLS = '/rpc/*';
/** Room for the pictures of a chat in the playground. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

interface MountOptions {
  /** Makes the router when the first owner asks: its modules stay out of the way of starting. */
  router(): Promise<ApiRouter>;
  /** Who asks. */
  authorize(request: FastifyRequest): Promise<Authorized>;
  gatewayKeys: Pick<GatewayKeys, 'clientsOf'>;
  ledger: Pick<Ledger, 'page'>;
  backups: Pick<Backups, 'find' | 'receive'>;
  /** For the OpenAPI document. */
  version: string;
  log: Logger;
}

/**
 * Serves the contract: oRPC under `/rpc`, REST under `/api`, its description at `/api/openapi.json`. All want the owner; invited users
 * get in at `/rpc`, where each call says whether it is for them. What is returned serves it over a port, whose holder is taken for the owner.
 */
export function mountApi(
  fastify: FastifyInstance,
  { router, authorize, backups, gatewayKeys, ledger, version, log }: MountOptions,
): (port: OwnerPort) => Promise<void> {
  let carriers: Promise<Carriers> | undefined;
  const load = () => {
    carriers ??= Promise.all([import('./carriers.ts'), router()])
      .then(([{ createCarriers }, made]) => createCarriers(made, version))
      .catch((thrown: unknown) => {
        carriers = undefined;
        throw thrown;
      });
    return carriers;
  };

  const callers = new WeakMap<FastifyRequest, Caller>();
  /** The hook below lets nobody through whom it does not know. */
  const callerOf = (request: FastifyRequest) => callers.get(request) as Caller;
  fastify.register(async (scope) => {
    readOnlyJson(scope);
    // Before the body is read: a stranger gets to send none.
    scope.addHook('onRequest', async (request, reply) => {
      const { caller, cookie } = await authorize(request);
      if (cookie !== undefined) reply.header('set-cookie', cookie);
      if (caller !== undefined) {
        callers.set(request, caller);
        if (caller.role === 'owner' || request.routeOptions.url === CALLS) return;
        return refuse(reply, ownerOnly());
      }
      reply.header('www-authenticate', 'Bearer');
      return refuse(reply, new GatewayError('missing_key', 'This needs the owner token of the gateway.'));
    });
    scope.setErrorHandler((thrown, _request, reply) => refuse(reply, errorOf(thrown, log)));
    mountDownloads(scope, { gatewayKeys, ledger });
    mountBackups(scope, backups);
    scope.all(CALLS, async (request, reply) => (await load()).rpc(request, reply, callerOf(request)));
    scope.all('/api/*', async (request, reply) => (await load()).rest(request, reply, callerOf(request)));
    scope.get('/api/openapi.json', async (_request, reply) => {
      // Written as text: Fastify would otherwise have to serialise the document for each asker.
      reply.type('application/json').send(await (await load()).document());
      return reply;
    });
  });
  return async (port) => (await load()).port(port);
}

/**
 * Any other type of body is refused with 415: a page of another origin could send form fields without asking first, JSON
 * it cannot. The bound on length is Fastify's; oRPC then finds the body read.
 */
function readOnlyJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
    (_request, body, done) => {
      try {
        done(null, body === '' ? undefined : JSON.parse(String(body)));
      } catch {
        done(new GatewayError('invalid_json', 'The body is not valid JSON.'), undefined);
      }
    },
  );
}

/** In the shape that oRPC gives its own errors, so that a client reads one kind. */
function refuse(reply: FastifyReply, { code, status, message, field }: GatewayError): FastifyReply {
  const data = field === undefined ? {} : { data: { field } };
  return reply.code(status).send({ defined: false, code, status, message, ...data });
}

function errorOf(thrown: unknown, log: Logger): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : 500;
  if (status === 413) return new GatewayError('body_too_large', 'The body is larger than 16 MiB.');
  if (status === 415) return new GatewayError('unsupported_media_type', 'The body must be application/json.');
  if (typeof status === 'number' && status < 500)
    return new GatewayError('invalid_request', 'The request is malformed.');
  log.error('The API failed.', { error: thrown instanceof Error ? thrown.name : typeof thrown });
  return new GatewayError('internal', 'The gateway failed inside. The log of the gateway says more.');
}
