import { type Dimension, SEPARATOR } from './dimension.ts';
import { percentile } from './histogram.ts';
import type { Tally } from './tally.ts';

/** What is summed, as it is shown. */
export interface Sums {
  requests: number;
  errors: number;
  cancelled: number;
  costNano: number;
  /** Of requests that failed or were cancelled, and of calls that were given up before an answer came. */
  failedNano: number;
  /** Requests whose cost is unknown. */
  unknownCosts: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  retries: number;
  averageLatencyMs: number | null;
  /** Hits and shared answers among the requests that looked in the cache, 0..1. */
  cacheHitRate: number | null;
}

/** Within 4.5 %. */
export interface Percentiles {
  p50LatencyMs: number | null;
  p95LatencyMs: number | null;
  p50FirstByteMs: number | null;
  p95FirstByteMs: number | null;
}

/** What a group is of. Only the fields of its dimension are there; null: none was chosen. */
export interface GroupKey {
  provider?: string | null;
  model?: string | null;
  clientId?: string | null;
  complexity?: string | null;
  dialect?: string | null;
}

/** Dimensions by which sums can be asked for. */
export type By = Exclude<Dimension, 'all' | 'saving' | 'detail'>;

export function keyOf(by: By, value: string): GroupKey {
  const parts = value.split(SEPARATOR).map((part) => (part === '' ? null : part));
  const [first = null, second = null, third = null] = parts;
  switch (by) {
    case 'provider':
      return { provider: first };
    case 'model':
      return { provider: first, model: second };
    case 'client':
      return { clientId: first };
    case 'complexity':
      return { complexity: first };
    case 'dialect':
      return { dialect: first };
    case 'mix':
      return { complexity: first, provider: second, model: third };
  }
}

export function showSums(tally: Tally): Sums {
  const { cacheHits, cacheLooks, latencyMs, cacheWrite5mTokens, cacheWrite1hTokens, ...sums } = tally;
  return {
    requests: sums.requests,
    errors: sums.errors,
    cancelled: sums.cancelled,
    costNano: sums.costNano,
    failedNano: sums.failedNano,
    unknownCosts: sums.unknownCosts,
    inputTokens: sums.inputTokens,
    outputTokens: sums.outputTokens,
    cacheReadTokens: sums.cacheReadTokens,
    cacheWriteTokens: cacheWrite5mTokens + cacheWrite1hTokens,
    reasoningTokens: sums.reasoningTokens,
    retries: sums.retries,
    averageLatencyMs: sums.requests === 0 ? null : latencyMs / sums.requests,
    cacheHitRate: cacheLooks === 0 ? null : cacheHits / cacheLooks,
  };
}

export function showPercentiles({ histograms: [latency, firstByte] }: Tally): Percentiles {
  return {
    p50LatencyMs: percentile(latency, 0.5),
    p95LatencyMs: percentile(latency, 0.95),
    p50FirstByteMs: percentile(firstByte, 0.5),
    p95FirstByteMs: percentile(firstByte, 0.95),
  };
}

export function dearestFirst<Row extends Pick<Sums, 'costNano' | 'requests'>>(rows: Row[]): Row[] {
  return rows.sort((a, b) => b.costNano - a.costNano || b.requests - a.requests);
}
