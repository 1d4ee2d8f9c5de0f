import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Ended } from './closings.ts';
import { asGatewayError, type GatewayError, statusFor } from './errors.ts';
import type { Closing, Ending, Flow, FlowReader } from './flow.ts';
import type { Exchange, Outcome } from './pipeline/exchange.ts';
import { type Beat, endsMessage, type Pulse } from './pulse.ts';

interface Delivery {
  /** Asks the pipeline for an answer. */
  ask(exchange: Exchange): Promise<Flow>;
  exchange: Exchange;
  response: ServerResponse;
  /** Settles the exchange, then sends its closing bytes. */
  close(ended: Ended): void;
  pulse: Pulse;
  /** Told once, when the exchange is over; `thrown` is what nobody foresaw. */
  done(thrown?: unknown): void;
}

/**
 * Takes one exchange from its first byte to its last: asks the pipeline, hands the flow to the client, and has the exchange settled
 * before the closing bytes leave.
 */
export function deliver({ ask, exchange, response, close, pulse, done }: Delivery): void {
  let ended = false;
  let beat: Beat | undefined;
  let flow: Flow | undefined;

  function end(outcome: Outcome, send: () => void): void {
    if (ended) return;
    ended = true;
    if (beat !== undefined) pulse.stop(beat);
    close({ exchange, outcome, send: () => response.destroyed || send(), done });
  }

  function begin(answer: Flow): void {
    if (!response.headersSent) response.writeHead(answer.status, streamHeaders(exchange, answer));
  }

  const reader: FlowReader = {
    chunk(bytes) {
      exchange.firstByteMs ??= performance.now() - exchange.startedAt;
      if (flow !== undefined) begin(flow);
      if (beat !== undefined) beat.said = bytes;
      return response.write(bytes);
    },
    end(ending) {
      const answer = flow;
      if (answer === undefined) return;
      exchange.firstByteMs ??= performance.now() - exchange.startedAt;
      const status = ending.error === undefined ? 'ok' : 'error';
      const httpStatus = response.headersSent ? answer.status : (ending.error?.status ?? answer.status);
      const outcome = outcomeOf(exchange, status, httpStatus, ending);
      end(outcome, () => sendClosing({ exchange, flow: answer, ending, outcome, response }));
    },
  };

  response.on('close', () => {
    if (ended) return;
    exchange.aborted = true;
    exchange.onAbort?.();
    if (flow !== undefined) end(outcomeOf(exchange, 'cancelled', CLIENT_CLOSED, flow.detach(reader)), nothing);
  });

  function attach(answer: Flow): void {
    flow = answer;
    exchange.flow = answer;
    exchange.onAnswer?.(answer);
    if (answer.streaming) {
      response.on('drain', () => answer.drained(reader));
      if (answer.ending === undefined) beat = pulse.start(beatOf(answer));
    }
    if (!response.destroyed) {
      answer.attach(reader);
      return;
    }
    // Gone meanwhile. Who never attached cannot detach, and a reply that nobody reads must be given up.
    answer.attach(NOBODY);
    end(outcomeOf(exchange, 'cancelled', CLIENT_CLOSED, answer.detach(NOBODY)), nothing);
  }

  function beatOf(answer: Flow): Parameters<Pulse['start']>[0] {
    const isEvents = answer.contentType.startsWith('text/event-stream');
    const bytes = isEvents ? exchange.inbound.pulse : '\n';
    return { response, bytes, isWhole: isEvents ? endsMessage : () => true, begin: () => begin(answer) };
  }

  function fail(thrown: unknown): void {
    const error = asGatewayError(thrown);
    exchange.onAnswer?.(undefined, error);
    const cancelled = error.code === 'client_closed' || exchange.aborted;
    const outcome = {
      ...outcomeOf(exchange, cancelled ? 'cancelled' : 'error', statusFor(error, exchange.inbound.name)),
      error,
    };
    end(outcome, () => sendError(exchange, error, response));
  }

  ask(exchange).then(attach, fail).catch(done);
}

function nothing(): void {}

const NOBODY: FlowReader = { chunk: () => true, end() {} };

/** What nginx notes for a client who left: no client ever sees it. */
const CLIENT_CLOSED = 499;

function outcomeOf(exchange: Exchange, status: Outcome['status'], httpStatus: number, ending?: Ending): Outcome {
  const outcome: Outcome = {
    status,
    httpStatus,
    usageIsEstimated: ending?.usageIsEstimated ?? true,
    latencyMs: performance.now() - exchange.startedAt,
  };
  if (ending?.usage !== undefined) outcome.usage = ending.usage;
  if (ending?.error !== undefined) outcome.error = ending.error;
  return outcome;
}

/** Bodies up to this size are sent in one piece with their head. */
const JOINED_BYTES = 4096;

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
  const body = bodyOf(exchange, ending.closing, outcome);
  if (!response.headersSent) {
    const headers = flow.streaming
      ? streamHeaders(exchange, flow)
      : { ...replyHeaders(exchange, flow.contentType, outcome), 'content-length': body.length };
    response.writeHead(flow.status, headers);
  }
  response.end(body, 'latin1');
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** With the metadata in its room. A small one as text of one byte a character, which is sent in one piece with its head; a buffer would be another. */
function bodyOf(exchange: Exchange, { bytes, room }: Closing, outcome: Outcome): string | Buffer {
  const isSmall = bytes.length <= JOINED_BYTES;
  if (room === undefined || exchange.client?.metadata !== true) return isSmall ? bytes.toString('latin1') : bytes;
  const text = room.open + metadataOf(exchange, outcome) + room.close;
  if (isSmall && !BEYOND_ASCII.test(text))
    return bytes.toString('latin1', 0, room.from) + text + bytes.toString('latin1', room.to);
  return Buffer.concat([bytes.subarray(0, room.from), Buffer.from(text), bytes.subarray(room.to)]);
}

/** The members of the `metadata` object, without its braces. */
function metadataOf(exchange: Exchange, outcome: Outcome): string {
  const { routed, cache } = exchange;
  const model = JSON.stringify(routed?.candidate.name ?? null);
  const provider = JSON.stringify(routed?.candidate.provider ?? null);
  const complexity = routed === undefined ? 'null' : `"${routed.complexity}"`;
  const hit = cache === 'hit' || cache === 'shared';
  return `"model_used":${model},"provider":${provider},"complexity":${complexity},"cost_usd":${costUsd(outcome)},"latency_ms":${Math.round(outcome.latencyMs)},"cache_hit":${hit},"request_id":"${exchange.id}"`;
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
  if (exchange.limitHeaders !== undefined) Object.assign(headers, exchange.limitHeaders());
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
  response.writeHead(statusFor(error, exchange.inbound.name), headers);
  response.end(body);
}
