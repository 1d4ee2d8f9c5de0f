import { createConnection } from './connection.ts';
import { createTokenCounter } from './tokens.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  bytes: Buffer;
  /** Where `STAMP_DIGITS` digits stand that are counted up from request to request. Null: all requests are the same. */
  stampAt: number | null;
}

export interface Load {
  port: number;
  request: WireRequest;
  connections: number;
  /** No new request after this time; what is under way is waited for. */
  durationMs?: number;
  /** No more requests than this. */
  count?: number;
  /** The answers are streams of this many numbered tokens. */
  tokens?: number;
}

export interface LoadResult {
  requests: number;
  /** Answers other than 200, broken connections, streams that lost, doubled or reordered a token or did not end. */
  errors: number;
  firstError: string | null;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Median time to the first token; NaN without streams. */
  firstTokenP50Ms: number;
  tokensPerSecond: number;
}

export const STAMP_DIGITS = 12;
const MAX_ERRORS = 20;
const MAX_DURATION_MS = 60_000;
const PATIENCE_MS = 20_000;
const ZERO = 48;

let lastStamp = Date.now() % 1e9;

/** Makes the request unlike all before it, in place. */
export function stamp(request: WireRequest): void {
  if (request.stampAt === null) return;
  let rest = ++lastStamp;
  for (let place = request.stampAt + STAMP_DIGITS - 1; place >= request.stampAt; place--) {
    request.bytes[place] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** What all connections of one load write down together. */
interface Tally {
  asked: number;
  latencies: number[];
  firstTokens: number[];
  tokens: number;
  errors: string[];
  isOver(): boolean;
}

function createTally(load: Load): Tally {
  const endsAt = performance.now() + (load.durationMs ?? MAX_DURATION_MS);
  const wanted = load.count ?? Number.POSITIVE_INFINITY;
  const tally: Tally = {
    asked: 0,
    latencies: [],
    firstTokens: [],
    tokens: 0,
    errors: [],
    isOver: () => tally.asked >= wanted || tally.errors.length >= MAX_ERRORS || performance.now() >= endsAt,
  };
  return tally;
}

/** A closed loop: asks again as soon as it is answered. */
async function loop(load: Load, tally: Tally): Promise<void> {
  const request = { bytes: Buffer.from(load.request.bytes), stampAt: load.request.stampAt };
  const counter = load.tokens === undefined ? null : createTokenCounter(load.tokens);
  let firstTokenAt = 0;
  const connection = createConnection({
    port: load.port,
    patienceMs: PATIENCE_MS,
    body: (bytes, start, end) => {
      counter?.read(bytes, start, end);
      if (firstTokenAt === 0 && counter !== null && counter.seen() > 0) firstTokenAt = performance.now();
    },
  });
  while (!tally.isOver()) {
    tally.asked++;
    stamp(request);
    firstTokenAt = 0;
    counter?.reset();
    const sentAt = performance.now();
    try {
      const answer = await connection.ask(request.bytes);
      const latency = performance.now() - sentAt;
      tally.tokens += counter?.seen() ?? 0;
      if (answer.status !== 200) tally.errors.push(`status ${answer.status} ${answer.trouble}`);
      else if (counter?.isWhole() === false)
        tally.errors.push(`${counter.seen()} of ${load.tokens} tokens, or disorder`);
      else {
        tally.latencies.push(latency);
        if (counter !== null) tally.firstTokens.push(firstTokenAt - sentAt);
      }
    } catch (error) {
      tally.errors.push(error instanceof Error ? error.message : String(error));
    }
  }
  connection.close();
}

function percentile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
}

/** Puts the load on a target and tells how it bore it. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const tally = createTally(load);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: load.connections }, () => loop(load, tally)));
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    requests: tally.latencies.length,
    errors: tally.errors.length,
    firstError: tally.errors[0] ?? null,
    perSecond: tally.latencies.length / seconds,
    p50Ms: percentile(tally.latencies, 0.5),
    p99Ms: percentile(tally.latencies, 0.99),
    firstTokenP50Ms: percentile(tally.firstTokens, 0.5),
    tokensPerSecond: tally.tokens / seconds,
  };
}
