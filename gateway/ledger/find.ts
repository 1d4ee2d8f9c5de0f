import type { Database as SqliteDatabase, Statement } from 'better-sqlite3';
import { GatewayError } from '../errors.ts';
import { unpack } from './block.ts';
import { conditionsOf, matches, type RequestFilter } from './filter.ts';
import { DAY_MS } from './insert.ts';
import { readKinds } from './kinds.ts';
import { readLine } from './line.ts';
import { markOf, type RequestRow, timeOfRequestId } from './request-row.ts';

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
  few: ReturnType<typeof conditionsOf>['few'];
  error: string | undefined;
  sort: Sort;
  after: Pick<Hit, 'value' | 'startedAtMs' | 'mark'>;
  limit: number;
}

const VALUES = {
  newest: { row: '0', day: '0' },
  dearest: { row: 'coalesce(cost_nano, -1)', day: 'max_cost_nano' },
  slowest: { row: 'latency_ms', day: 'max_latency_ms' },
  longest: { row: 'input_tokens + output_tokens', day: 'max_tokens' },
} as const satisfies Record<Sort, { row: string; day: string }>;

const HIT = 'r.started_at_ms AS startedAtMs, r.mark AS mark';
/** Buckets that are read at once. */
const BUCKETS = 1_000;
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

  /** Reads the best rows of one kind on one day. Where `least` leaves few, sorting them here would only take time. */
  function bucketReader(search: Search): (day: number, kind: number, least: number) => Hit[] {
    const { sort, after, minCostNano, limit } = search;
    const value = VALUES[sort].row;
    // By time the cursor bounds the range of the index, otherwise it does not.
    const toMs = sort === 'newest' ? Math.min(search.toMs, after.startedAtMs + 1) : search.toMs;
    const sql = `SELECT ${value} AS value, ${HIT} FROM request_rows r
      WHERE kind = ? AND started_at_ms >= ? AND started_at_ms < ? AND ${value} >= ?
        AND (${value}, started_at_ms, mark) < (?, ?, ?) ${minCostNano === null ? '' : 'AND cost_nano >= ?'}`;
    const some = prepared(sql);
    const first = prepared(`${sql} ORDER BY value DESC, started_at_ms DESC, mark DESC LIMIT ${limit}`);
    const more = [after.value, after.startedAtMs, after.mark, ...(minCostNano === null ? [] : [minCostNano])];
    return (day, kind, least) => {
      const [startMs, endMs] = [Math.max(search.fromMs, day * DAY_MS), Math.min(toMs, (day + 1) * DAY_MS)];
      return (least < 0 ? first : some).all(kind, startMs, endMs, least, ...more) as Hit[];
    };
  }

  /** Days with rows of the kinds, newest or highest first, a part at a time: mostly the first few are enough. */
  function* bucketsOf(search: Search): Generator<Bucket, void> {
    const { fromMs, toMs, kinds, everyKind, sort, after, minCostNano } = search;
    const most = VALUES[sort].day;
    const lastMs = sort === 'newest' ? Math.min(toMs - 1, after.startedAtMs) : toMs - 1;
    const isBounded = sort === 'newest' || fromMs > 0 || toMs < LAST_MS;
    const sql = `SELECT day, kind, ${most} AS most FROM day_kinds WHERE
        ${isBounded ? 'day >= @fromDay AND day <= @lastDay AND' : ''}
        ${minCostNano === null ? '' : 'max_cost_nano >= @minCostNano AND'}
        ${everyKind ? '' : 'kind IN (SELECT value FROM json_each(@kinds)) AND'}
        (${most}, day, kind) < (@most, @day, @kind)
      ORDER BY ${sort === 'newest' ? '' : `${most} DESC,`} day DESC, kind DESC LIMIT ${BUCKETS}`;
    const values = {
      ...(isBounded && { fromDay: Math.floor(fromMs / DAY_MS), lastDay: Math.floor(lastMs / DAY_MS) }),
      ...(minCostNano !== null && { minCostNano }),
      ...(!everyKind && { kinds: JSON.stringify([...kinds]) }),
    };
    let last: Bucket | undefined = { day: LAST_MS, kind: 0, most: Number.MAX_SAFE_INTEGER };
    while (last !== undefined) {
      const buckets = prepared(sql).all({ ...values, ...last }) as Bucket[];
      yield* buckets;
      last = buckets.length < BUCKETS ? undefined : buckets.at(-1);
    }
  }

  /** Day after day until there are enough. */
  function byTime(search: Search): Hit[] {
    if (search.everyKind && search.minCostNano === null) {
      const { fromMs, toMs, after, limit } = search;
      return newest.all({ fromMs, toMs, afterMs: after.startedAtMs, afterMark: after.mark, limit });
    }
    const read = bucketReader(search);
    const found: Hit[] = [];
    let day = Number.NaN;
    for (const bucket of bucketsOf(search)) {
      if (bucket.day !== day && found.length >= search.limit) break;
      day = bucket.day;
      for (const hit of read(day, bucket.kind, -1)) found.push(hit);
    }
    return best(found, search.limit);
  }

  /** Those days and kinds first that go highest, until no other can hold a better row. */
  function byValue(search: Search): Hit[] {
    const read = bucketReader(search);
    let found: Hit[] = [];
    for (const { day, kind, most } of bucketsOf(search)) {
      const worst = found.length >= search.limit ? found.at(-1) : undefined;
      // They are told highest first, the newest of the same first: no later one can be better either.
      if (worst !== undefined && most < worst.value) break;
      if (worst !== undefined && most === worst.value && (day + 1) * DAY_MS <= worst.startedAtMs) break;
      const more = read(day, kind, worst?.value ?? -1);
      if (more.length > 0) found = best([...found, ...more], search.limit);
    }
    return found;
  }

  /** Errors, and rows of an index of their own, are few: all of them are looked at. */
  function amongFew(search: Search): Hit[] {
    const { fromMs, toMs, error, minCostNano, few, after, limit, kinds, everyKind, sort } = search;
    const value = VALUES[sort].row;
    const source = error === undefined ? `request_rows r INDEXED BY ${few?.index}` : 'request_errors r';
    const isFew = few === null ? '' : error === undefined ? `AND ${few.where}` : `AND ${ofItsRow(few.where)}`;
    const sql = `SELECT ${value} AS value, ${HIT} FROM ${source}
      WHERE started_at_ms >= @fromMs AND started_at_ms < @toMs AND started_at_ms <= @lastMs
        AND (${value}, started_at_ms, mark) < (@afterValue, @afterMs, @afterMark)
        ${minCostNano === null ? '' : 'AND cost_nano >= @minCostNano'}
        ${everyKind ? '' : 'AND kind IN (SELECT value FROM json_each(@kinds))'}
        ${error === undefined ? '' : 'AND instr(text, @error) > 0'}
        ${isFew}
      ORDER BY ${sort === 'newest' ? '' : 'value DESC,'} started_at_ms DESC, mark DESC LIMIT @limit`;
    return prepared(sql).all({
      fromMs,
      toMs,
      limit,
      ...(error !== undefined && { error }),
      lastMs: sort === 'newest' ? after.startedAtMs : LAST_MS,
      afterValue: after.value,
      afterMs: after.startedAtMs,
      afterMark: after.mark,
      ...(minCostNano !== null && { minCostNano }),
      ...(!everyKind && { kinds: JSON.stringify([...kinds]) }),
    }) as Hit[];
  }

  function rowsOf(hits: readonly Hit[]): RequestRow[] {
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
        ...conditionsOf(filter),
        error: filter.error?.toLowerCase(),
        sort,
        after: cursor === undefined ? LAST : readCursor(cursor),
        limit: limit + 1,
      };
      const isAmongFew = search.error !== undefined || search.few !== null;
      const find = isAmongFew ? amongFew : sort === 'newest' ? byTime : byValue;
      const hits = kinds.size === 0 ? [] : find(search);
      const shown = hits.slice(0, limit);
      const last = hits.length > limit ? shown.at(-1) : undefined;
      return { rows: rowsOf(shown), nextCursor: last === undefined ? null : writeCursor(last) };
    },
    one(id: string): RequestRow | null {
      const startedAtMs = timeOfRequestId(id);
      const mark = markOf(id);
      // Ids of another making are looked for among all.
      const hits = startedAtMs === undefined ? byMark.all(mark) : [{ value: 0, startedAtMs, mark }];
      return rowsOf(hits).find((row) => row.id === id) ?? null;
    },
  };
}

/** Of an error, which does not say it itself. */
function ofItsRow(condition: string): string {
  return `EXISTS (SELECT 1 FROM request_rows WHERE started_at_ms = r.started_at_ms AND mark = r.mark AND ${condition})`;
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
