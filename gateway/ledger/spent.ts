import type { Database } from '../db/open.ts';

/** What a gateway key spent in the hour or day that begins at `startMs`. */
interface Spent {
  startMs: number;
  clientId: string;
  costNano: number;
}

/** A request of the last moments, for limits by the minute. */
interface Recent {
  startedAtMs: number;
  clientId: string;
  tokens: number;
}

/**
 * What was spent since a time, read on the spot: some hundred sums. By day where the ledger has days of that zone, else by
 * hour. What is not in the database yet is missing.
 */
export function readSpent({ client }: Database, sinceMs: number, timeZone: string): Spent[] {
  const zone = client.prepare<[], string>("SELECT value FROM ledger_state WHERE name = 'timeZone'").pluck().get();
  return client
    .prepare<[string, number], Spent>(
      `SELECT r.start_ms AS startMs, s.value AS clientId, r.cost_nano AS costNano
       FROM rollup_series s JOIN rollups r ON r.series = s.id
       WHERE s.span = ? AND s.dimension = 'client' AND r.start_ms >= ?`,
    )
    .all(zone === timeZone ? 'day' : 'hour', sinceMs);
}

/** Requests that began since a time, oldest first, as far as they are in the database. */
export function readRecent({ client }: Database, sinceMs: number): Recent[] {
  return client
    .prepare<[number], Recent>(
      `SELECT r.started_at_ms AS startedAtMs, k.client_id AS clientId,
         CASE WHEN k.cache IN ('hit', 'shared') THEN 0 ELSE r.input_tokens + r.output_tokens END AS tokens
       FROM request_rows r JOIN request_kinds k ON k.id = r.kind WHERE r.started_at_ms >= ? ORDER BY r.started_at_ms`,
    )
    .all(sinceMs);
}
