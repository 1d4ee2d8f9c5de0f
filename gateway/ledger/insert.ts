import type { Database } from '../db/open.ts';
import type { dayKinds } from '../db/schema.ts';
import { pack } from './block.ts';
import type { Calendar } from './calendar.ts';
import { createKinds, type Kind } from './kinds.ts';
import type { WrittenRow } from './line.ts';
import { markOf, type RequestRow } from './request-row.ts';
import { createRollupWriter } from './rollup.ts';

export const DAY_MS = 86_400_000;

type DayKind = typeof dayKinds.$inferSelect;

export interface Inserter {
  /**
   * Inserts rows with their sums in one transaction and returns those that were new. Throws SQLite's error, or a `TypeError` for a
   * value that no column takes; nothing is inserted then.
   */
  insert(rows: readonly WrittenRow[]): RequestRow[];
  /** Somebody else has written sums: those kept in memory no longer hold. */
  forgetSums(): void;
}

/** `isDetailed`: whether sums of a client are kept so that they can be asked for by any dimension. */
export function createInserter(
  database: Database,
  calendar: () => Calendar,
  isDetailed: (clientId: string) => boolean = () => false,
): Inserter {
  const { client } = database;
  const insertRow = client.prepare(
    `INSERT INTO request_rows (started_at_ms, mark, kind, cost_nano, latency_ms, first_byte_ms, input_tokens, output_tokens,
       cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, retries, switch_loss_nano, given_up_nano, block, place)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (started_at_ms, mark) DO NOTHING`,
  );
  const nextBlock = client.prepare<[], number>('SELECT coalesce(max(id), 0) + 1 FROM row_blocks').pluck();
  const insertBlock = client.prepare('INSERT INTO row_blocks (id, last_ms, data) VALUES (?, ?, ?)');
  const insertError = client.prepare(
    `INSERT INTO request_errors (started_at_ms, mark, kind, cost_nano, latency_ms, input_tokens, output_tokens, text)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const countKind = client.prepare(
    `INSERT INTO day_kinds (day, kind, requests, max_cost_nano, max_latency_ms, max_tokens) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (day, kind) DO UPDATE SET requests = requests + excluded.requests,
       max_cost_nano = max(max_cost_nano, excluded.max_cost_nano),
       max_latency_ms = max(max_latency_ms, excluded.max_latency_ms), max_tokens = max(max_tokens, excluded.max_tokens)`,
  );
  const kinds = createKinds(client);
  const rollups = createRollupWriter(database, calendar, isDetailed);

  /** False: it is there already. */
  function insertOne(row: RequestRow, kind: Kind, block: number, place: number): boolean {
    const mark = markOf(row.id);
    const result = insertRow.run(
      row.startedAtMs,
      mark,
      kind.id,
      row.costNano,
      row.latencyMs,
      row.firstByteMs,
      row.inputTokens ?? 0,
      row.outputTokens ?? 0,
      row.cacheReadTokens ?? 0,
      row.cacheWrite5mTokens ?? 0,
      row.cacheWrite1hTokens ?? 0,
      row.reasoningTokens ?? 0,
      row.retries,
      row.switchLossNano,
      row.givenUpNano,
      block,
      place,
    );
    if (result.changes === 0) return false;
    if (row.errorCode !== null)
      insertError.run(
        row.startedAtMs,
        mark,
        kind.id,
        row.costNano,
        row.latencyMs,
        row.inputTokens ?? 0,
        row.outputTokens ?? 0,
        `${row.errorCode} ${row.errorMessage ?? ''}`.toLowerCase(),
      );
    return true;
  }

  /** Once for the rows of a kind and day. */
  function countDays(inserted: readonly { row: RequestRow; kind: Kind }[]): void {
    const days = new Map<string, DayKind>();
    for (const { row, kind } of inserted) {
      const day = Math.floor(row.startedAtMs / DAY_MS);
      const key = `${day} ${kind.id}`;
      const found = days.get(key);
      const own = found ?? { day, kind: kind.id, requests: 0, maxCostNano: 0, maxLatencyMs: 0, maxTokens: 0 };
      if (found === undefined) days.set(key, own);
      own.requests += 1;
      own.maxCostNano = Math.max(own.maxCostNano, row.costNano ?? 0);
      own.maxLatencyMs = Math.max(own.maxLatencyMs, row.latencyMs);
      own.maxTokens = Math.max(own.maxTokens, (row.inputTokens ?? 0) + (row.outputTokens ?? 0));
    }
    for (const { day, kind, requests, maxCostNano, maxLatencyMs, maxTokens } of days.values())
      countKind.run(day, kind, requests, maxCostNano, maxLatencyMs, maxTokens);
  }

  const insertAll = client.transaction((rows: readonly WrittenRow[]) => {
    const block = nextBlock.get() ?? 1;
    const inserted: { row: RequestRow; kind: Kind }[] = [];
    const lines: string[] = [];
    let lastMs = 0;
    for (const { row, line } of rows) {
      const kind = kinds.of(row);
      if (!insertOne(row, kind, block, lines.length)) continue;
      inserted.push({ row, kind });
      lines.push(line);
      lastMs = Math.max(lastMs, row.startedAtMs);
    }
    if (inserted.length === 0) return [];
    insertBlock.run(block, lastMs, pack(lines));
    countDays(inserted);
    rollups.add(inserted);
    return inserted.map(({ row }) => row);
  }).immediate;

  return {
    insert(rows) {
      try {
        return insertAll(rows);
      } catch (thrown) {
        kinds.forget();
        rollups.forget();
        throw thrown;
      }
    },
    forgetSums: rollups.forget,
  };
}
