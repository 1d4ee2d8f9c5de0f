import type { Database } from '../db/open.ts';
import type { rollups } from '../db/schema.ts';
import { countLatency, type Histogram, readHistogram, writeHistogram } from './histogram.ts';
import type { RequestRow } from './request-row.ts';

export const HOUR_MS = 3_600_000;

/** Sums kept in memory. A few clients and models make some ten of them an hour. */
const MAX_KEPT = 200;

type RollupRow = typeof rollups.$inferSelect;

interface Rollup {
  row: Omit<RollupRow, 'latencies'>;
  latencies: Histogram;
}

const KEY = 'hour_ms, client_id, provider, model, complexity, dialect, status, cache';
const IS_KEY = KEY.split(', ')
  .map((column) => `${column} = ?`)
  .join(' AND ');

/** Adds rows to their hours' sums. */
interface RollupWriter {
  /** Call it in the transaction that inserts the rows. */
  add(rows: readonly RequestRow[]): void;
  /** Call it when that transaction failed: what is kept in memory is then ahead of the database. */
  forget(): void;
}

/** Makes the only writer of rollups: it keeps the sums that it wrote last, and reads none again. */
export function createRollupWriter(database: Database): RollupWriter {
  const read = createRead(database);
  const save = createSave(database);
  const kept = new Map<string, Rollup>();
  const changed = new Set<Rollup>();

  function find(row: RequestRow): Rollup {
    const one = emptyFor(row);
    const key = keyOf(one).join('\n');
    let rollup = kept.get(key);
    if (rollup === undefined) {
      rollup = read(one);
      kept.set(key, rollup);
    }
    return rollup;
  }

  return {
    add(rows) {
      changed.clear();
      let last: Rollup | undefined;
      for (const row of rows) {
        if (last === undefined || !holds(last.row, row)) last = find(row);
        addTo(last, row);
        changed.add(last);
      }
      for (const rollup of changed) save(rollup);
      if (kept.size > MAX_KEPT) kept.clear();
    },
    forget: () => kept.clear(),
  };
}

function createRead(database: Database): (empty: Rollup['row']) => Rollup {
  const find = database.client.prepare<unknown[], RollupRow>(
    `SELECT hour_ms AS hourMs, client_id AS clientId, provider, model, complexity, dialect, status, cache, requests,
       cost_nano AS costNano, unknown_costs AS unknownCosts, input_tokens AS inputTokens, output_tokens AS outputTokens,
       cache_read_tokens AS cacheReadTokens, cache_write_tokens AS cacheWriteTokens,
       reasoning_tokens AS reasoningTokens, latency_ms AS latencyMs, latencies
     FROM rollups WHERE ${IS_KEY}`,
  );
  return (empty) => {
    const found = find.get(...keyOf(empty));
    if (found === undefined) return { row: empty, latencies: [] };
    const { latencies, ...row } = found;
    return { row, latencies: readHistogram(latencies) };
  };
}

function createSave(database: Database): (rollup: Rollup) => void {
  const save = database.client.prepare(
    `INSERT OR REPLACE INTO rollups (${KEY}, requests, cost_nano, unknown_costs, input_tokens, output_tokens,
       cache_read_tokens, cache_write_tokens, reasoning_tokens, latency_ms, latencies)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ row, latencies }) => save.run(...keyOf(row), ...sumsOf(row), writeHistogram(latencies));
}

function keyOf(row: Rollup['row']): unknown[] {
  return [row.hourMs, row.clientId, row.provider, row.model, row.complexity, row.dialect, row.status, row.cache];
}

function sumsOf(row: Rollup['row']): number[] {
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

function hourOf(row: RequestRow): number {
  return Math.floor(row.startedAtMs / HOUR_MS) * HOUR_MS;
}

/** Most rows belong where the one before them did. */
function holds(rollup: Rollup['row'], row: RequestRow): boolean {
  return (
    rollup.model === (row.model ?? '') &&
    rollup.hourMs === hourOf(row) &&
    rollup.clientId === (row.clientId ?? '') &&
    rollup.provider === (row.provider ?? '') &&
    rollup.complexity === (row.complexity ?? '') &&
    rollup.dialect === row.dialect &&
    rollup.status === row.status &&
    rollup.cache === row.cache
  );
}

function emptyFor(row: RequestRow): Rollup['row'] {
  return {
    hourMs: hourOf(row),
    clientId: row.clientId ?? '',
    provider: row.provider ?? '',
    model: row.model ?? '',
    complexity: row.complexity ?? '',
    dialect: row.dialect,
    status: row.status,
    cache: row.cache,
    requests: 0,
    costNano: 0,
    unknownCosts: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    latencyMs: 0,
  };
}

function addTo({ row: total, latencies }: Rollup, row: RequestRow): void {
  total.requests += 1;
  total.costNano += row.costNano ?? 0;
  total.unknownCosts += row.costKind === 'unknown' ? 1 : 0;
  total.inputTokens += row.inputTokens ?? 0;
  total.outputTokens += row.outputTokens ?? 0;
  total.cacheReadTokens += row.cacheReadTokens ?? 0;
  total.cacheWriteTokens += (row.cacheWrite5mTokens ?? 0) + (row.cacheWrite1hTokens ?? 0);
  total.reasoningTokens += row.reasoningTokens ?? 0;
  total.latencyMs += row.latencyMs;
  countLatency(latencies, row.latencyMs);
}
