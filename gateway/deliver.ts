import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { asGatewayError, type GatewayError } from './errors.ts';
import type { Closing, Ending, Flow, FlowReader } from './flow.ts';
import type { Exchange, Outcome } from './pipeline/exchange.ts';
import { ask, type Step, settle } from './pipeline/step.ts';

/**
 * Takes one exchange from its first byte to its last: asks the pipeline, hands the flow to the client, and settles before
 * the closing bytes leave, so that whoever has seen the end of an answer finds it in the ledger.
 */
export function deliver(steps: readonly Step[], exchange: Exchange, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    let settled = false;
    let leave: (() => Ending | undefined) | undefined;

    function close(outcome: Outcome): void {
      if (settled) return;
      settled = true;
      settle(steps, exchange, outcome);
      resolve();
    }

    response.on('close', () => {
      if (settled) return;
      exchange.aborted = true;
      exchange.onAbort?.();
      const ending = leave?.();
      if (leave !== undefined) close(outcomeOf(exchange, 'cancelled', { status: 499, ending }));
    });

    ask(steps, exchange).then(
      (flow) => {
        exchange.flow = flow;
        exchange.onAnswer?.(flow);
        const reader = createReader(flow);
        leave = () => flow.detach(reader);
        if (response.destroyed) close(outcomeOf(exchange, 'cancelled', { status: 499, ending: leave() }));
        else flow.attach(reader);
      },
      (thrown) => {
        const error = asGatewayError(thrown);
        exchange.onAnswer?.(undefined, error);
        const cancelled = error.code === 'client_closed' || exchange.aborted;
        close({ ...outcomeOf(exchange, cancelled ? 'cancelled' : 'error', { status: error.status }), error });
        if (!response.destroyed) sendError(exchange, error, response);
      },
    );

    function createReader(flow: Flow): FlowReader {
      const reader: FlowReader = {
        chunk(bytes) {
          exchange.firstByteMs ??= performance.now() - exchange.startedAt;
          if (!response.headersSent) response.writeHead(flow.status, streamHeaders(exchange, flow));
          return response.write(bytes);
        },
        end(ending) {
          exchange.firstByteMs ??= performance.now() - exchange.startedAt;
          const status = ending.error === undefined ? 'ok' : 'error';
          const httpStatus = response.headersSent ? flow.status : (ending.error?.status ?? flow.status);
          const outcome = { ...outcomeOf(exchange, status, { status: httpStatus, ending }), ...errorOf(ending) };
          close(outcome);
          sendClosing({ exchange, flow, ending, outcome, response });
        },
      };
      response.on('drain', () => flow.drained(reader));
      return reader;
    }
  });
}

function errorOf(ending: Ending): { error?: GatewayError } {
  return ending.error === undefined ? {} : { error: ending.error };
}

function outcomeOf(
  exchange: Exchange,
  status: Outcome['status'],
  { status: httpStatus, ending }: { status: number; ending?: Ending | undefined },
): Outcome {
  return {
    status,
    httpStatus,
    ...(ending?.usage === undefined ? {} : { usage: ending.usage }),
    usageIsEstimated: ending?.usageIsEstimated ?? true,
    latencyMs: performance.now() - exchange.startedAt,
  };
}

interface Last {
  exchange: Exchange;
  flow: Flow;
  ending: Ending;
  outcome: Outcome;
  response: ServerResponse;
}

function sendClosing({ exchange, flow, ending, outcome, response }: Last): void {
  const error = ending.error;
  if (error !== undefined && !response.headersSent) {
    sendError(exchange, error, response);
    return;
  }
  const wantsMetadata = exchange.client?.metadata ?? false;
  const bytes = wantsMetadata
    ? withMetadata(ending.closing, () => metadataOf(exchange, outcome))
    : ending.closing.plain;
  if (!response.headersSent) {
    const headers = flow.streaming
      ? streamHeaders(exchange, flow)
      : { ...replyHeaders(exchange, flow.contentType, outcome), 'content-length': bytes.length };
    response.writeHead(flow.status, headers);
  }
  response.end(bytes);
}

function withMetadata({ plain, room }: Closing, metadata: () => string): Buffer {
  return room === undefined ? plain : Buffer.concat([room.before, Buffer.from(metadata()), room.after]);
}

/** The members of the `metadata` object, without its braces. */
function metadataOf(exchange: Exchange, outcome: Outcome): string {
  const { routed, cache } = exchange;
  const json = JSON.stringify({
    model_used: routed?.candidate.name ?? null,
    provider: routed?.candidate.provider ?? null,
    complexity: routed?.complexity ?? null,
    cost_usd: costUsd(outcome),
    latency_ms: Math.round(outcome.latencyMs),
    cache_hit: cache === 'hit' || cache === 'shared',
    request_id: exchange.id,
  });
  return json.slice(1, -1);
}

/** Nano-dollars as dollars: the shortest decimal that is exact. */
function costUsd(outcome: Outcome): number | null {
  const nano = outcome.cost?.totalNano ?? null;
  return nano === null ? null : nano / 1e9;
}

function streamHeaders(exchange: Exchange, flow: Flow): OutgoingHttpHeaders {
  const headers = replyHeaders(exchange, flow.contentType);
  headers['cache-control'] = 'no-cache';
  // Without this, proxies in front (nginx) hold streams back.
  headers['x-accel-buffering'] = 'no';
  return headers;
}

/** What every reply says of itself; cost and latency where they are known when the headers go out. */
function replyHeaders(exchange: Exchange, contentType: string, outcome?: Outcome): OutgoingHttpHeaders {
  const { routed, losses } = exchange;
  const headers: OutgoingHttpHeaders = {
    'content-type': contentType,
    'x-gateway-request-id': exchange.id,
    'x-gateway-cache': exchange.cache,
  };
  if (routed !== undefined) {
    headers['x-gateway-model'] = toAscii(routed.candidate.name);
    headers['x-gateway-provider'] = routed.candidate.provider;
    headers['x-gateway-complexity'] = routed.complexity;
    headers['x-gateway-why'] = toAscii(routed.why);
  }
  if (losses.length > 0)
    headers['x-gateway-losses'] = toAscii(losses.map(({ field, why }) => `${field}: ${why}`).join('; '));
  if (outcome !== undefined) {
    headers['x-gateway-latency-ms'] = String(Math.round(outcome.latencyMs));
    const cost = costUsd(outcome);
    headers['x-gateway-cost-usd'] = cost === null ? 'unknown' : String(cost);
  }
  return headers;
}

/** Header values carry no other characters, and not too many of them. */
function toAscii(text: string): string {
  return text.slice(0, 1000).replace(/[^\x20-\x7e]/g, '?');
}

/** An error before anything was promised: the provider's own words to a client of its dialect, else the dialect's shape. */
function sendError(exchange: Exchange, error: GatewayError, response: ServerResponse): void {
  const own = error.verbatim?.dialect === exchange.inbound.name ? error.verbatim : undefined;
  const body = own?.body ?? Buffer.from(JSON.stringify(exchange.inbound.writeError(error)));
  const headers = replyHeaders(exchange, own?.contentType ?? 'application/json; charset=utf-8');
  headers['x-gateway-error'] = error.code;
  headers['content-length'] = body.length;
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000));
  response.writeHead(own?.status ?? error.status, headers);
  response.end(body);
}
