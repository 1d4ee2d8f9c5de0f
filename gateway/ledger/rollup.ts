import type { Database } from '../db/open.ts';
import type { rollups } from '../db/schema.ts';
import { addHistogram, countLatency, type Histogram, readHistogram, writeHistogram } from './histogram.ts';
import type { RequestRow } from './request-row.ts';

export const HOUR_MS = 3_600_000;

type RollupRow = Omit<typeof rollups.$inferSelect, 'latencies'>;

interface Rollup {
  row: RollupRow;
  latencies: Histogram;
}

const KEY = 'hour_ms, client_id, provider, model, complexity, dialect, status, cache';
const IS_KEY = KEY.split(', ')
  .map((column) => `${column} = ?`)
  .join(' AND ');

/** Makes what adds rows to their hours' sums. Call it in the transaction that inserts them. */
export function createRollupWriter(database: Database): (rows: readonly RequestRow[]) => void {
  const find = database.client.prepare<unknown[], string>(`SELECT latencies FROM rollups WHERE ${IS_KEY}`).pluck();
  const add = database.client.prepare(
    `INSERT INTO rollups (${KEY}, requests, cost_nano, unknown_costs, input_tokens, output_tokens, cache_read_tokens,
       cache_write_tokens, reasoning_tokens, latency_ms, latencies)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (${KEY}) DO UPDATE SET
       requests = requests + excluded.requests,
       cost_nano = cost_nano + excluded.cost_nano,
       unknown_costs = unknown_costs + excluded.unknown_costs,
       input_tokens = input_tokens + excluded.input_tokens,
       output_tokens = output_tokens + excluded.output_tokens,
       cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
       cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
       reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
       latency_ms = latency_ms + excluded.latency_ms,
       latencies = excluded.latencies`,
  );

  return (rows) => {
    for (const { row, latencies } of sumByKey(rows)) {
      const key = keyOf(row);
      const before = find.get(...key);
      if (before !== undefined) addHistogram(latencies, readHistogram(before));
      add.run(...key, ...sumsOf(row), writeHistogram(latencies));
    }
  };
}

function keyOf(row: RollupRow): unknown[] {
  return [row.hourMs, row.clientId, row.provider, row.model, row.complexity, row.dialect, row.status, row.cache];
}

function sumsOf(row: RollupRow): number[] {
  return [
    row.requests,
    row.costNano,
    row.unknownCosts,
    row.inputTokens,
    row.outputTokens,
    row.cacheReadTokens,
    row.cacheWriteTokens,
    row.reasoningTokens,
    row.latencyMs,
  ];
}

function sumByKey(rows: readonly RequestRow[]): Iterable<Rollup> {
  const byKey = new Map<string, Rollup>();
  for (const row of rows) {
    const one = rollupOf(row);
    const key = keyOf(one).join('\n');
    let rollup = byKey.get(key);
    if (rollup === undefined) {
      rollup = { row: one, latencies: new Map() };
      byKey.set(key, rollup);
    } else {
      addSums(rollup.row, one);
    }
    countLatency(rollup.latencies, row.latencyMs);
  }
  return byKey.values();
}

function rollupOf(row: RequestRow): RollupRow {
  return {
    hourMs: Math.floor(row.startedAtMs / HOUR_MS) * HOUR_MS,
    clientId: row.clientId ?? '',
    provider: row.provider ?? '',
    model: row.model ?? '',
    complexity: row.complexity ?? '',
    dialect: row.dialect,
    status: row.status,
    cache: row.cache,
    requests: 1,
    costNano: row.costNano ?? 0,
    unknownCosts: row.costKind === 'unknown' ? 1 : 0,
    inputTokens: row.inputTokens ?? 0,
    outputTokens: row.outputTokens ?? 0,
    cacheReadTokens: row.cacheReadTokens ?? 0,
    cacheWriteTokens: (row.cacheWrite5mTokens ?? 0) + (row.cacheWrite1hTokens ?? 0),
    reasoningTokens: row.reasoningTokens ?? 0,
    latencyMs: row.latencyMs,
  };
}

function addSums(total: RollupRow, more: RollupRow): void {
  total.requests += more.requests;
  total.costNano += more.costNano;
  total.unknownCosts += more.unknownCosts;
  total.inputTokens += more.inputTokens;
  total.outputTokens += more.outputTokens;
  total.cacheReadTokens += more.cacheReadTokens;
  total.cacheWriteTokens += more.cacheWriteTokens;
  total.reasoningTokens += more.reasoningTokens;
  total.latencyMs += more.latencyMs;
}
