import type { Database as SqliteDatabase, Statement } from 'better-sqlite3';
import { GatewayError } from '../errors.ts';
import { unpack } from './block.ts';
import { DAY_MS } from './insert.ts';
import { type Kind, readKinds } from './kinds.ts';
import { readLine } from './line.ts';
import { markOf, type RequestRow, timeOfRequestId } from './request-row.ts';

/** All given conditions hold. `client` is a client's id; `error` is looked for in code and message, in any case. */
interface RequestFilter {
  fromMs?: number | undefined;
  toMs?: number | undefined;
  model?: string | undefined;
  provider?: string | undefined;
  client?: string | undefined;
  /** Any of them. */
  clients?: readonly string[] | undefined;
  status?: RequestRow['status'] | undefined;
  complexity?: RequestRow['complexity'] | undefined;
  dialect?: RequestRow['dialect'] | undefined;
  cache?: RequestRow['cache'] | undefined;
  minCostNano?: number | undefined;
  error?: string | undefined;
}

/** What comes first; unknown costs come last. `longest`: by tokens. */
type Sort = 'newest' | 'dearest' | 'slowest' | 'longest';

export interface PageInput {
  limit: number;
  /** `nextCursor` of the page before, of the same sort. */
  cursor?: string | undefined;
  filter?: RequestFilter | undefined;
  sort?: Sort | undefined;
}

export interface Page {
  rows: RequestRow[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/** A row, as far as it is looked at to be found. */
interface Hit {
  /** What is sorted by; 0 where the newest come first. */
  value: number;
  startedAtMs: number;
  mark: number;
}

/** The rows of a kind on a UTC day, and the highest figure among them. */
interface Bucket {
  day: number;
  kind: number;
  most: number;
}

interface Search {
  kinds: ReadonlySet<number>;
  everyKind: boolean;
  fromMs: number;
  toMs: number;
  minCostNano: number | null;
  error: string | undefined;
  sort: Sort;
  after: Pick<Hit, 'value' | 'startedAtMs' | 'mark'>;
  limit: number;
}

const VALUES = {
  newest: { row: '0', day: 'requests' },
  dearest: { row: 'coalesce(cost_nano, -1)', day: 'max_cost_nano' },
  slowest: { row: 'latency_ms', day: 'max_latency_ms' },
  longest: { row: 'input_tokens + output_tokens', day: 'max_tokens' },
} as const satisfies Record<Sort, { row: string; day: string }>;

const HIT = 'r.started_at_ms AS startedAtMs, r.mark AS mark';
/** Buckets that are read at once. */
const BUCKETS = 2_000;
const LAST_MS = 9_000_000_000_000;
const LAST: Search['after'] = { value: Number.MAX_SAFE_INTEGER, startedAtMs: LAST_MS, mark: Number.MAX_SAFE_INTEGER };

/** Finds rows without reading those that do not match: `day_kinds` says on which days there are any, and how high they go. */
export function createFinder(client: SqliteDatabase) {
  const readBlock = client.prepare<[number], Buffer>('SELECT data FROM row_blocks WHERE id = ?').pluck();
  const placeOf = client.prepare<[number, number], { block: number; place: number }>(
    'SELECT block, place FROM request_rows WHERE started_at_ms = ? AND mark = ?',
  );
  const byMark = client.prepare<[number], Hit>(`SELECT 0 AS value, ${HIT} FROM request_rows r WHERE mark = ?`);
  const newest = client.prepare<[object], Hit>(
    `SELECT 0 AS value, ${HIT} FROM request_rows r
     WHERE started_at_ms >= @fromMs AND started_at_ms < @toMs AND (started_at_ms, mark) < (@afterMs, @afterMark)
     ORDER BY started_at_ms DESC, mark DESC LIMIT @limit`,
  );
  const statements = new Map<string, Statement<unknown[]>>();

  function prepared(sql: string): Statement<unknown[]> {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = client.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }

  /** The best rows of one kind on one day. Where `least` leaves few, sorting them here would only take time. */
  function ofBucket(search: Search, day: number, kind: number, least: number): Hit[] {
    const value = VALUES[search.sort].row;
    const sql = `SELECT ${value} AS value, ${HIT} FROM request_rows r
      WHERE kind = @kind AND started_at_ms >= @fromMs AND started_at_ms < @toMs AND started_at_ms <= @afterMs
        ${search.sort === 'newest' ? '' : `AND ${value} >= @least`}
        AND (${value}, started_at_ms, mark) < (@afterValue, @afterMs2, @afterMark)
        ${search.minCostNano === null ? '' : 'AND cost_nano >= @minCostNano'}
      ${least < 0 ? 'ORDER BY value DESC, started_at_ms DESC, mark DESC LIMIT @limit' : ''}`;
    return prepared(sql).all({
      kind,
      fromMs: Math.max(search.fromMs, day * DAY_MS),
      toMs: Math.min(search.toMs, (day + 1) * DAY_MS),
      // By time the cursor bounds the range of the index, otherwise it does not.
      afterMs: search.sort === 'newest' ? search.after.startedAtMs : LAST_MS,
      least,
      afterValue: search.after.value,
      afterMs2: search.after.startedAtMs,
      afterMark: search.after.mark,
      minCostNano: search.minCostNano,
      ...(least < 0 && { limit: search.limit }),
    }) as Hit[];
  }

  /** Days with rows of the kinds, newest or highest first, a part at a time: mostly the first few are enough. */
  function* bucketsOf(search: Search): Generator<Bucket, void> {
    const { fromMs, toMs, kinds, everyKind, sort, after, minCostNano } = search;
    const most = VALUES[sort].day;
    const lastMs = sort === 'newest' ? Math.min(toMs - 1, after.startedAtMs) : toMs - 1;
    const sql = `SELECT day, kind, ${most} AS most FROM day_kinds WHERE day >= ? AND day <= ?
        ${minCostNano === null ? '' : 'AND max_cost_nano >= ?'}
        ${everyKind ? '' : 'AND kind IN (SELECT value FROM json_each(?))'}
      ORDER BY ${sort === 'newest' ? '' : `${most} DESC,`} day DESC, kind LIMIT ${BUCKETS} OFFSET ?`;
    const values = [
      Math.floor(fromMs / DAY_MS),
      Math.floor(lastMs / DAY_MS),
      ...(minCostNano === null ? [] : [minCostNano]),
      ...(everyKind ? [] : [JSON.stringify([...kinds])]),
    ];
    for (let offset = 0; ; offset += BUCKETS) {
      const buckets = prepared(sql).all(...values, offset) as Bucket[];
      yield* buckets;
      if (buckets.length < BUCKETS) return;
    }
  }

  /** Day after day until there are enough. */
  function byTime(search: Search): Hit[] {
    if (search.everyKind && search.minCostNano === null) {
      const { fromMs, toMs, after, limit } = search;
      return newest.all({ fromMs, toMs, afterMs: after.startedAtMs, afterMark: after.mark, limit });
    }
    const found: Hit[] = [];
    let day = Number.NaN;
    for (const bucket of bucketsOf(search)) {
      if (bucket.day !== day && found.length >= search.limit) break;
      day = bucket.day;
      for (const hit of ofBucket(search, day, bucket.kind, -1)) found.push(hit);
    }
    return best(found, search.limit);
  }

  /** Those days and kinds first that go highest, until no other can hold a better row. */
  function byValue(search: Search): Hit[] {
    let found: Hit[] = [];
    for (const { day, kind, most } of bucketsOf(search)) {
      const worst = found.length >= search.limit ? found.at(-1) : undefined;
      if (worst !== undefined && most < worst.value) break;
      if (worst !== undefined && most === worst.value && (day + 1) * DAY_MS <= worst.startedAtMs) continue;
      const more = ofBucket(search, day, kind, worst?.value ?? -1);
      if (more.length > 0) found = best([...found, ...more], search.limit);
    }
    return found;
  }

  /** Errors are few and their texts are looked through one after the other. */
  function byError(search: Search): Hit[] {
    const sql = `SELECT ${VALUES[search.sort].row} AS value, ${HIT}, r.kind AS kind FROM request_errors e
      JOIN request_rows r ON r.started_at_ms = e.started_at_ms AND r.mark = e.mark
      WHERE e.started_at_ms >= ? AND e.started_at_ms < ? AND instr(e.text, ?) > 0
        AND (value, r.started_at_ms, r.mark) < (?, ?, ?) AND coalesce(r.cost_nano, 0) >= ?
      ORDER BY e.started_at_ms DESC, e.mark DESC`;
    const { fromMs, toMs, error = '', after, minCostNano, limit } = search;
    const values = [fromMs, toMs, error, after.value, after.startedAtMs, after.mark, minCostNano ?? 0];
    const found: Hit[] = [];
    for (const hit of prepared(sql).iterate(...values) as Iterable<Hit & { kind: number }>) {
      if (search.kinds.has(hit.kind)) found.push(hit);
      if (search.sort === 'newest' && found.length >= limit) break;
    }
    return best(found, limit);
  }

  function read(hits: readonly Hit[]): RequestRow[] {
    const blocks = new Map<number, string[]>();
    return hits.flatMap(({ startedAtMs, mark }) => {
      const { block = 0, place = 0 } = placeOf.get(startedAtMs, mark) ?? {};
      let lines = blocks.get(block);
      if (lines === undefined) {
        const data = readBlock.get(block);
        lines = data === undefined ? [] : unpack(data);
        blocks.set(block, lines);
      }
      return readLine(JSON.parse(lines[place] ?? 'null'))?.row ?? [];
    });
  }

  return {
    page({ limit, cursor, filter = {}, sort = 'newest' }: PageInput): Page {
      const all = readKinds(client);
      const kinds = new Set(all.filter((kind) => matches(kind, filter)).map(({ id }) => id));
      const search: Search = {
        kinds,
        everyKind: kinds.size === all.length,
        fromMs: filter.fromMs ?? 0,
        toMs: filter.toMs ?? LAST_MS,
        minCostNano: filter.minCostNano ?? null,
        error: filter.error?.toLowerCase(),
        sort,
        after: cursor === undefined ? LAST : readCursor(cursor),
        limit: limit + 1,
      };
      const find = search.error !== undefined ? byError : sort === 'newest' ? byTime : byValue;
      const hits = kinds.size === 0 ? [] : find(search);
      const shown = hits.slice(0, limit);
      const last = hits.length > limit ? shown.at(-1) : undefined;
      return { rows: read(shown), nextCursor: last === undefined ? null : writeCursor(last) };
    },
    one(id: string): RequestRow | null {
      const startedAtMs = timeOfRequestId(id);
      const mark = markOf(id);
      // Ids of another making are looked for among all.
      const hits = startedAtMs === undefined ? byMark.all(mark) : [{ value: 0, startedAtMs, mark }];
      return read(hits).find((row) => row.id === id) ?? null;
    },
  };
}

function matches(kind: Kind, filter: RequestFilter): boolean {
  const { model, provider, client, clients, status, complexity, dialect, cache } = filter;
  return (
    (model === undefined || kind.model === model) &&
    (provider === undefined || kind.provider === provider) &&
    (client === undefined || kind.clientId === client) &&
    (clients === undefined || clients.includes(kind.clientId)) &&
    (status === undefined || kind.status === status) &&
    (complexity === undefined || kind.complexity === complexity) &&
    (dialect === undefined || kind.dialect === dialect) &&
    (cache === undefined || kind.cache === cache)
  );
}

function best(hits: Hit[], limit: number): Hit[] {
  const order = (a: Hit, b: Hit) => b.value - a.value || b.startedAtMs - a.startedAtMs || b.mark - a.mark;
  return hits.sort(order).slice(0, limit);
}

function writeCursor({ value, startedAtMs, mark }: Hit): string {
  return `${value}.${startedAtMs}.${mark}`;
}

function readCursor(cursor: string): Search['after'] {
  const [, value, startedAtMs, mark] = /^(-?\d{1,16})\.(\d{1,15})\.(\d{1,16})$/.exec(cursor) ?? [];
  if (value === undefined) {
    throw new GatewayError('invalid_request', 'The cursor is not one that an earlier page gave.', { field: 'cursor' });
  }
  return { value: Number(value), startedAtMs: Number(startedAtMs), mark: Number(mark) };
}
