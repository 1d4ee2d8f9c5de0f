import type { Database } from '../db/open.ts';

/** What a gateway key spent in the hour that begins at `startMs`. */
interface Spent {
  startMs: number;
  clientId: string;
  costNano: number;
}

/** A request of the last moments, for limits by the minute. */
interface Recent {
  startedAtMs: number;
  clientId: string | null;
  tokens: number;
}

/** What was spent since a time, read on the spot: a few thousand hourly sums at most. What is not in the database yet is missing. */
export function readSpent({ client }: Database, sinceMs: number): Spent[] {
  return client
    .prepare<[number], Spent>(
      `SELECT hour_ms AS startMs, client_id AS clientId, sum(cost_nano) AS costNano FROM rollups
       WHERE hour_ms >= ? GROUP BY hour_ms, client_id`,
    )
    .all(sinceMs);
}

/** Requests that began since a time, oldest first, as far as they are in the database. */
export function readRecent({ client }: Database, sinceMs: number): Recent[] {
  return client
    .prepare<[number], Recent>(
      `SELECT started_at_ms AS startedAtMs, client_id AS clientId,
         CASE WHEN cache IN ('hit', 'shared') THEN 0 ELSE coalesce(input_tokens, 0) + coalesce(output_tokens, 0) END AS tokens
       FROM requests WHERE started_at_ms >= ? ORDER BY started_at_ms`,
    )
    .all(sinceMs);
}
