import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Address, dialectOf, readAddress } from './address.ts';
import { createClosings } from './closings.ts';
import { deliver } from './deliver.ts';
import type { InboundCount } from './dialects/dialect.ts';
import { dialects } from './dialects/index.ts';
import { GatewayError } from './errors.ts';
import type { Logger } from './host.ts';
import { isPlainlyLocal, refuseStrangers } from './hostile.ts';
import { createRequestId } from './ledger/index.ts';
import { findModel, type ListedModel, writeModel, writeModelList } from './model-list.ts';
import { createOpenings } from './openings.ts';
import type { Counted } from './pipeline/count-tokens.ts';
import type { Exchange } from './pipeline/exchange.ts';
import type { Step } from './pipeline/step.ts';
import { createPulse } from './pulse.ts';
import { describe, sendError } from './refusal.ts';
import { crowd } from './together.ts';

export interface ServerOptions {
  hostname: string;
  log: Logger;
  steps: readonly Step[];
  /** How long a stream may say nothing before it gets a sign of life. */
  keepAliveMs(): number;
  trust(): { allowedHosts: readonly string[]; allowedOrigins: readonly string[] };
  /** Answers `POST /v1/route`: the decision for a chat body, without calling anyone. */
  explain(exchange: Exchange): Promise<object>;
  /** Answers `POST /v1/feedback`: what a client says of an answer that it got. */
  feedback(incoming: IncomingMessage): Promise<object>;
  /** Answers a question for the number of tokens. */
  count(exchange: Exchange, format: InboundCount): Promise<Counted>;
  /** What a client may ask for by name. Throws for one without a key. */
  listModels(incoming: IncomingMessage): ListedModel[];
}

export interface Server {
  fastify: FastifyInstance;
  openExchanges(): number;
  /** Takes no new connection, waits for exchanges under way, at most `drainMs`. */
  drain(drainMs: number): Promise<void>;
}

/** Header bytes a request may have: room for cookies of a browser, not for a flood. */
const MAX_HEADER_BYTES = 32 * 1024;
/** How long a client may take to send its request. */
const BODY_TIMEOUT_MS = 300_000;

/** Idle connections are kept for as long as Fastify's default. */
const KEEP_ALIVE_MS = 72_000;

/** The HTTP face: routes of the dialects, and who may knock at all. */
export function createServer(options: ServerOptions): Server {
  const { hostname, log, steps, keepAliveMs, trust, explain, feedback, count, listModels } = options;
  const fastify = Fastify({
    logger: false,
    // Quitting would otherwise hang on idle keep-alive connections.
    forceCloseConnections: true,
    serverFactory(handler) {
      const limits = {
        maxHeaderSize: MAX_HEADER_BYTES,
        requestTimeout: BODY_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
      };
      return createHttpServer(limits, (incoming, response) => {
        // The way of nearly all requests needs nothing of the framework, which would be a twentieth of their cost.
        const isPlain = incoming.method === 'POST' && !draining && isPlainlyLocal(incoming.headers);
        const address = isPlain ? addressOf(incoming) : undefined;
        if (address === undefined) handler(incoming, response);
        else begin(address, incoming, response);
      });
    },
    genReqId: () => '',
    frameworkErrors: (thrown, request, reply) => sendError(request, reply, thrown, log),
  });
  const ask = createOpenings(steps);
  const close = createClosings(steps);
  const pulse = createPulse(keepAliveMs);
  let open = 0;
  let onIdle = () => {};
  let draining = false;

  // Steps read the body themselves, once they know whose it is.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  fastify.setErrorHandler((thrown, request, reply) => sendError(request, reply, thrown, log));
  fastify.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]?.slice(0, 200);
    sendError(request, reply, new GatewayError('not_found', `There is no ${request.method} ${path} here.`), log);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const { headers } = request.raw;
    const { allowedHosts, allowedOrigins } = trust();
    refuseStrangers(headers, { hostname, allowedHosts, allowedOrigins });
    if (draining) throw new GatewayError('shutting_down', 'The gateway is shutting down. Try again once it is back.');
    if (headers.origin !== undefined) allowOrigin(request, reply, headers.origin);
    if (request.url.startsWith('/v1')) reply.header('x-gateway-request-id', createRequestId(Date.now()));
    done();
  });
  fastify.options('*', (_request, reply) => reply.code(204).send());

  function take(request: FastifyRequest, reply: FastifyReply): void {
    const address = readAddress(request.raw.url ?? '');
    if (address === undefined) {
      reply.callNotFound();
      return;
    }
    if (address.count !== undefined) {
      tellCount(address, address.count, request, reply);
      return;
    }
    reply.hijack();
    if (request.headers.origin !== undefined) {
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value);
    }
    begin(address, request.raw, reply.raw);
  }

  function tellCount(address: Address, format: InboundCount, request: FastifyRequest, reply: FastifyReply): void {
    const exchange = createExchange(address, request.raw);
    reply.raw.on('close', () => {
      exchange.aborted = true;
      exchange.onAbort?.();
    });
    count(exchange, format).then(
      ({ tokens, by, candidate, body }) => {
        reply
          .headers({
            'x-gateway-request-id': exchange.id,
            'x-gateway-count': by,
            'x-gateway-provider': candidate.provider,
            'x-gateway-model': candidate.name.replace(/[^\x20-\x7e]/g, '?'),
          })
          .send(body ?? format.writeReply(tokens));
      },
      (thrown: unknown) => sendError(request, reply, thrown, log),
    );
  }

  function begin(address: Address, incoming: IncomingMessage, response: ServerResponse): void {
    const exchange = createExchange(address, incoming);
    open += 1;
    crowd.enter();
    deliver({
      ask,
      exchange,
      response,
      close,
      pulse,
      done(thrown) {
        open -= 1;
        crowd.leave();
        if (open === 0) onIdle();
        if (thrown === undefined) return;
        log.error('An exchange failed in a way that nobody foresaw.', { error: describe(thrown) });
        response.destroy();
      },
    });
  }

  for (const version of ['/v1', '/v1beta', '/v1alpha']) {
    fastify.post(`${version}/*`, take);
    fastify.get(`${version}/models`, listed);
    fastify.get(`${version}/models/*`, one);
  }
  fastify.post('/v1/feedback', async (request) => feedback(request.raw));
  fastify.post('/v1/route', async (request) =>
    explain(createExchange({ inbound: dialects['openai-chat'] }, request.raw)),
  );
  // Codex first tries a WebSocket. Only this answer makes it go on over HTTP at once.
  fastify.server.on('upgrade', (_request, socket) => {
    // From here on the socket is ours alone: an error that nobody heard would end the process.
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 426 Upgrade Required\r\nUpgrade: HTTP/2.0\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  async function listed({ raw, headers, url }: FastifyRequest): Promise<object> {
    const query = new URLSearchParams(url.split('?')[1]);
    return writeModelList(listModels(raw), dialectOf(url, headers).name, query);
  }
  async function one({ raw, headers, url, params }: FastifyRequest): Promise<object> {
    return writeModel(findModel(listModels(raw), (params as { '*': string })['*']), dialectOf(url, headers).name);
  }
  // Claude Code knocks here before its first question.
  fastify.head('/', async () => '');
  fastify.get('/health', async () => ({ status: 'ok' }));

  return {
    fastify,
    openExchanges: () => open,
    async drain(drainMs) {
      draining = true;
      fastify.server.close();
      if (open === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      onIdle = resolve;
      const timer = setTimeout(resolve, drainMs);
      await promise;
      clearTimeout(timer);
    },
  };
}

function createExchange({ inbound }: Address, incoming: IncomingMessage): Exchange {
  const startedAtMs = Date.now();
  return {
    id: createRequestId(startedAtMs),
    startedAtMs,
    startedAt: performance.now(),
    inbound,
    incoming,
    client: undefined,
    admission: undefined,
    limitHeaders: undefined,
    collected: undefined,
    body: undefined,
    request: undefined,
    cache: 'off',
    cacheKey: undefined,
    flow: undefined,
    onAnswer: undefined,
    classification: undefined,
    features: undefined,
    thread: undefined,
    planned: undefined,
    decision: undefined,
    outputLimit: undefined,
    routed: undefined,
    admittedAt: undefined,
    routedAt: undefined,
    firstByteMs: undefined,
    retries: 0,
    fallbacks: 0,
    attempts: undefined,
    answerHeaders: undefined,
    inDoubt: false,
    losses: [],
    aborted: false,
    onAbort: undefined,
  };
}

/** The origin is trusted by now; a page needs to be told so, and asks first what it may send. */
function allowOrigin(request: FastifyRequest, reply: FastifyReply, origin: string): void {
  reply.header('access-control-allow-origin', origin);
  reply.header('vary', 'Origin');
  reply.header('access-control-expose-headers', '*');
  if (request.method !== 'OPTIONS') return;
  reply.header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE');
  reply.header(
    'access-control-allow-headers',
    request.headers['access-control-request-headers'] ?? 'authorization, content-type',
  );
  reply.header('access-control-max-age', '600');
}

/** What is no exchange, or cannot be read, goes the framework's way. */
function addressOf(incoming: IncomingMessage): Address | undefined {
  try {
    const address = readAddress(incoming.url ?? '');
    return address?.count === undefined ? address : undefined;
  } catch {
    return undefined;
  }
}
