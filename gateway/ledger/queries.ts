import type { Database as SqliteDatabase } from 'better-sqlite3';
import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { requests } from '../db/schema.ts';
import { GatewayError } from '../errors.ts';
import { daysBetween } from './calendar.ts';
import { addHistogram, countLatency, type Histogram, percentile, readHistogram, writeHistogram } from './histogram.ts';
import { type RequestRow, timeOfRequestId } from './request-row.ts';
import { HOUR_MS } from './rollup.ts';

/** From (inclusive) until (exclusive), milliseconds since the epoch. */
export interface Range {
  fromMs: number;
  toMs: number;
}

/** All given conditions hold. `client` is a client's id; `error` is looked for in code and message, in any case. */
interface RequestFilter {
  fromMs?: number | undefined;
  toMs?: number | undefined;
  model?: string | undefined;
  provider?: string | undefined;
  client?: string | undefined;
  status?: RequestRow['status'] | undefined;
  complexity?: RequestRow['complexity'] | undefined;
  cache?: RequestRow['cache'] | undefined;
  minCostNano?: number | undefined;
  error?: string | undefined;
}

type Sort = 'newest' | 'dearest' | 'slowest';

export interface PageInput {
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** `newest` reads only what it shows; the others look at every row that the filter leaves. */
  sort?: Sort | undefined;
  filter?: RequestFilter | undefined;
}

export interface Page {
  rows: RequestRow[];
  /** Null on the last page. */
  nextCursor: string | null;
}

interface Sums {
  requests: number;
  errors: number;
  costNano: number;
  /** Requests whose cost is unknown. */
  unknownCosts: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
}

interface ModelSums extends Sums {
  /** Null where an exchange ended before a target was chosen. */
  provider: string | null;
  model: string | null;
  averageLatencyMs: number | null;
}

/** What the analytics queries answer. */
export interface Analytics {
  overview: Sums & {
    cancelled: number;
    averageLatencyMs: number | null;
    /** Within 4.5 %. */
    p95LatencyMs: number | null;
    /** Hits and shared answers among the requests that looked in the cache, 0..1. */
    cacheHitRate: number | null;
  };
  daily: (Sums & Range & { date: string; models: ModelSums[] })[];
  byModel: ModelSums[];
}

export interface Queries {
  page(input: PageInput): Page;
  one(id: string): RequestRow | null;
  overview(range: Range): Analytics['overview'];
  daily(range: Range, timeZone: string): Analytics['daily'];
  byModel(range: Range): Analytics['byModel'];
}

const SUMS = `
  coalesce(sum(requests), 0) AS requests,
  coalesce(sum(requests) FILTER (WHERE status = 'error'), 0) AS errors,
  coalesce(sum(cost_nano), 0) AS costNano,
  coalesce(sum(unknown_costs), 0) AS unknownCosts,
  coalesce(sum(input_tokens), 0) AS inputTokens,
  coalesce(sum(output_tokens), 0) AS outputTokens,
  coalesce(sum(cache_read_tokens), 0) AS cacheReadTokens,
  coalesce(sum(cache_write_tokens), 0) AS cacheWriteTokens,
  coalesce(sum(reasoning_tokens), 0) AS reasoningTokens,
  CAST(sum(latency_ms) AS REAL) / sum(requests) AS averageLatencyMs`;

/** A request as a rollup of one, for the hours that a range cuts. */
const ROWS_AS_ROLLUPS = `
  SELECT coalesce(provider, '') AS provider, coalesce(model, '') AS model, status, cache, 1 AS requests,
    coalesce(cost_nano, 0) AS cost_nano, cost_kind = 'unknown' AS unknown_costs,
    coalesce(input_tokens, 0) AS input_tokens, coalesce(output_tokens, 0) AS output_tokens,
    coalesce(cache_read_tokens, 0) AS cache_read_tokens,
    coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0) AS cache_write_tokens,
    coalesce(reasoning_tokens, 0) AS reasoning_tokens, latency_ms, NULL AS latencies
  FROM requests WHERE started_at_ms >= @fromMs AND started_at_ms < @firstHourMs
    OR started_at_ms >= @endHourMs AND started_at_ms < @toMs`;

/** Everything in a range: whole hours from the rollups, and at most two cut hours from the rows themselves. */
const FACTS = `(
  SELECT provider, model, status, cache, requests, cost_nano, unknown_costs, input_tokens, output_tokens,
    cache_read_tokens, cache_write_tokens, reasoning_tokens, latency_ms, latencies
  FROM rollups WHERE hour_ms >= @firstHourMs AND hour_ms < @endHourMs
  UNION ALL ${ROWS_AS_ROLLUPS})`;

/** The ledger's questions, asked of any connection to its database. All of them block. */
export function createQueries(client: SqliteDatabase): Queries {
  const database = drizzle({ client });
  client.aggregate('merge_latencies', {
    start: (): Histogram => [],
    step: (total: Histogram, ...[latencies, latencyMs]: unknown[]) => {
      if (typeof latencies === 'string') addHistogram(total, readHistogram(latencies));
      else if (typeof latencyMs === 'number') countLatency(total, latencyMs);
    },
    result: writeHistogram,
    deterministic: true,
    varargs: true,
  });
  const overview = client.prepare<
    [object],
    Analytics['overview'] & { looked: number; hits: number; latencies: string }
  >(
    `SELECT ${SUMS},
       coalesce(sum(requests) FILTER (WHERE status = 'cancelled'), 0) AS cancelled,
       coalesce(sum(requests) FILTER (WHERE cache <> 'off'), 0) AS looked,
       coalesce(sum(requests) FILTER (WHERE cache IN ('hit', 'shared')), 0) AS hits,
       merge_latencies(latencies, latency_ms) AS latencies
     FROM ${FACTS}`,
  );
  const byModel = client.prepare<[object], ModelSums>(
    `SELECT nullif(provider, '') AS provider, nullif(model, '') AS model, ${SUMS}
     FROM ${FACTS} GROUP BY 1, 2 ORDER BY costNano DESC, requests DESC, 1, 2`,
  );

  return {
    page({ limit, cursor, sort = 'newest', filter = {} }) {
      const rows = database
        .select()
        .from(requests)
        .where(and(...conditions(filter), cursor === undefined ? undefined : after(cursor, sort)))
        .orderBy(...(sort === 'newest' ? [] : [desc(most[sort])]), desc(requests.startedAtMs), desc(requests.id))
        .limit(limit + 1)
        .all();
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return { rows: shown, nextCursor: last === undefined ? null : cursorOf(last, sort) };
    },
    one(id) {
      // Ids of another making are looked for among all.
      const startedAtMs = timeOfRequestId(id);
      const isThen = startedAtMs === undefined ? undefined : eq(requests.startedAtMs, startedAtMs);
      return (
        database
          .select()
          .from(requests)
          .where(and(isThen, eq(requests.id, id)))
          .get() ?? null
      );
    },
    overview(range) {
      const { looked, hits, latencies, ...sums } = overview.get(cut(range)) ?? unreachable();
      const p95LatencyMs = percentile(readHistogram(latencies), 0.95);
      return { ...sums, p95LatencyMs, cacheHitRate: looked === 0 ? null : hits / looked };
    },
    daily(range, timeZone) {
      return daysBetween(range.fromMs, range.toMs, timeZone).map((day) => {
        const models = byModel.all(cut(day));
        return { ...day, ...total(models), models };
      });
    },
    byModel: (range) => byModel.all(cut(range)),
  };
}

/** Where the whole hours of a range begin and end. A range within one hour has none: all of it is read from rows. */
function cut({ fromMs, toMs }: Range): Range & { firstHourMs: number; endHourMs: number } {
  const firstHourMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
  const endHourMs = Math.floor(toMs / HOUR_MS) * HOUR_MS;
  return firstHourMs <= endHourMs
    ? { fromMs, toMs, firstHourMs, endHourMs }
    : { fromMs, toMs, firstHourMs: fromMs, endHourMs: fromMs };
}

function total(models: readonly ModelSums[]): Sums {
  const sums: Sums = {
    requests: 0,
    errors: 0,
    costNano: 0,
    unknownCosts: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  };
  for (const model of models) {
    for (const name of Object.keys(sums) as (keyof Sums)[]) sums[name] += model[name];
  }
  return sums;
}

function conditions(filter: RequestFilter): (SQL | undefined)[] {
  const is = <Value>(value: Value | null | undefined, condition: (value: Value) => SQL) =>
    value === undefined || value === null ? undefined : condition(value);
  return [
    is(filter.fromMs, (value) => gte(requests.startedAtMs, value)),
    is(filter.toMs, (value) => lt(requests.startedAtMs, value)),
    is(filter.model, (value) => eq(requests.model, value)),
    is(filter.provider, (value) => eq(requests.provider, value)),
    is(filter.client, (value) => eq(requests.clientId, value)),
    is(filter.status, (value) => eq(requests.status, value)),
    is(filter.complexity, (value) => eq(requests.complexity, value)),
    is(filter.cache, (value) => eq(requests.cache, value)),
    is(filter.minCostNano, (value) => gte(requests.costNano, value)),
    is(filter.error, (value) => {
      const text = sql`lower(coalesce(${requests.errorCode}, '') || ' ' || coalesce(${requests.errorMessage}, ''))`;
      return sql`instr(${text}, lower(${value})) > 0`;
    }),
  ];
}

/** What a page is sorted by, most first; unknown costs come last. */
const most = {
  dearest: sql<number>`coalesce(${requests.costNano}, -1)`,
  slowest: sql<number>`${requests.latencyMs}`,
};

function cursorOf({ id, startedAtMs, costNano, latencyMs }: RequestRow, sort: Sort): string {
  const place = `${startedAtMs}.${id}`;
  if (sort === 'newest') return place;
  return `${sort === 'dearest' ? (costNano ?? -1) : latencyMs}.${place}`;
}

function after(cursor: string, sort: Sort): SQL {
  const pattern = sort === 'newest' ? /^()(\d{1,15})\.(.+)$/ : /^(-?\d{1,16})\.(\d{1,15})\.(.+)$/;
  const [, value, startedAtMs, id] = pattern.exec(cursor) ?? [];
  if (startedAtMs === undefined || id === undefined) {
    throw new GatewayError('invalid_request', 'The cursor is not one that an earlier page gave.', { field: 'cursor' });
  }
  if (sort === 'newest') return sql`(${requests.startedAtMs}, ${requests.id}) < (${Number(startedAtMs)}, ${id})`;
  const place = sql`(${Number(value)}, ${Number(startedAtMs)}, ${id})`;
  return sql`(${most[sort]}, ${requests.startedAtMs}, ${requests.id}) < ${place}`;
}

/** An aggregate without GROUP BY always answers one row. */
function unreachable(): never {
  throw new Error('SQLite answered an aggregate with no row.');
}
