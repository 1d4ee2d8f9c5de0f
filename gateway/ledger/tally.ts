import { countAmount, type Histogram } from './histogram.ts';
import type { Kind } from './kinds.ts';
import type { RequestRow } from './request-row.ts';

/** What is summed of a request. */
export interface Facts {
  costNano: number | null;
  latencyMs: number;
  firstByteMs: number | null;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  reasoningTokens: number;
  retries: number;
  switchLossNano: number;
  givenUpNano: number;
}

/** Names of the sums, as the columns of `rollups`. */
export const SUMS = {
  requests: 'requests',
  errors: 'errors',
  cancelled: 'cancelled',
  cacheHits: 'cache_hits',
  cacheLooks: 'cache_looks',
  costNano: 'cost_nano',
  failedNano: 'failed_nano',
  unknownCosts: 'unknown_costs',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWrite5mTokens: 'cache_write_5m_tokens',
  cacheWrite1hTokens: 'cache_write_1h_tokens',
  reasoningTokens: 'reasoning_tokens',
  latencyMs: 'latency_ms',
  retries: 'retries',
  switchLossNano: 'switch_loss_nano',
} as const;

export type Sums = Record<keyof typeof SUMS, number>;
export const SUM_NAMES = Object.keys(SUMS) as (keyof Sums)[];

/** Sums, and how latency, first byte, cost (micro-dollars) and tokens are spread. */
export interface Tally extends Sums {
  histograms: [latency: Histogram, firstByte: Histogram, cost: Histogram, tokens: Histogram];
}

/** Shared by all that count none. */
const NO_HISTOGRAMS: Tally['histograms'] = [[], [], [], []];

/** `histograms`: how many of them are kept. */
export function emptyTally(histograms: number): Tally {
  return {
    requests: 0,
    errors: 0,
    cancelled: 0,
    cacheHits: 0,
    cacheLooks: 0,
    costNano: 0,
    failedNano: 0,
    unknownCosts: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    reasoningTokens: 0,
    latencyMs: 0,
    retries: 0,
    switchLossNano: 0,
    histograms: histograms === 0 ? NO_HISTOGRAMS : [[], [], [], []],
  };
}

export function factsOf(row: RequestRow): Facts {
  return {
    costNano: row.costNano,
    latencyMs: row.latencyMs,
    firstByteMs: row.firstByteMs,
    inputTokens: row.inputTokens ?? 0,
    outputTokens: row.outputTokens ?? 0,
    cacheReadTokens: row.cacheReadTokens ?? 0,
    cacheWrite5mTokens: row.cacheWrite5mTokens ?? 0,
    cacheWrite1hTokens: row.cacheWrite1hTokens ?? 0,
    reasoningTokens: row.reasoningTokens ?? 0,
    retries: row.retries,
    switchLossNano: row.switchLossNano,
    givenUpNano: row.givenUpNano,
  };
}

/** `histograms`: how many of them are kept. */
export function addRequest(tally: Tally, { status, cache }: Kind, facts: Facts, histograms: number): void {
  const cost = facts.costNano ?? 0;
  tally.requests += 1;
  if (status === 'error') tally.errors += 1;
  else if (status === 'cancelled') tally.cancelled += 1;
  tally.failedNano += status === 'ok' ? facts.givenUpNano : cost;
  if (cache !== 'off') tally.cacheLooks += 1;
  if (cache === 'hit' || cache === 'shared') tally.cacheHits += 1;
  tally.costNano += cost;
  if (facts.costNano === null) tally.unknownCosts += 1;
  tally.inputTokens += facts.inputTokens;
  tally.outputTokens += facts.outputTokens;
  tally.cacheReadTokens += facts.cacheReadTokens;
  tally.cacheWrite5mTokens += facts.cacheWrite5mTokens;
  tally.cacheWrite1hTokens += facts.cacheWrite1hTokens;
  tally.reasoningTokens += facts.reasoningTokens;
  tally.latencyMs += facts.latencyMs;
  tally.retries += facts.retries;
  tally.switchLossNano += facts.switchLossNano;
  if (histograms === 0) return;
  const [latency, firstByte, costs, tokens] = tally.histograms;
  countAmount(latency, facts.latencyMs);
  if (facts.firstByteMs !== null) countAmount(firstByte, facts.firstByteMs);
  if (histograms < 4) return;
  if (facts.costNano !== null) countAmount(costs, cost / 1000);
  countAmount(tokens, facts.inputTokens + facts.outputTokens);
}
