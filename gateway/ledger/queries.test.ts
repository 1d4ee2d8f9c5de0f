import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { exampleRow } from '../../test/request-row.ts';
import { openDatabase } from '../db/open.ts';
import { daysBetween } from './calendar.ts';
import { countLatency, type Histogram, percentile } from './histogram.ts';
import { createInserter } from './insert.ts';
import { writeRest } from './line.ts';
import { createQueries } from './queries.ts';
import { createRequestId, type RequestRow } from './request-row.ts';

const host = createMemoryHost();
host.remove();
const START = Date.UTC(2026, 4, 4, 10);
const SPAN = 60 * 3_600_000;

function open() {
  const database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  const inserter = createInserter(database);
  const insert = (rows: RequestRow[]) => inserter(rows.map((row) => ({ row, rest: writeRest(row) })));
  return { insert, queries: createQueries(database.client), database };
}

/** Few hours, and instants on their edges: rows share rollups, and ranges cut where rows lie. */
const instant = fc
  .tuple(fc.constantFrom(0, 1, 2, 20, 59), fc.constantFrom(0, 1, 1_800_000, 3_599_999))
  .map(([hour, offsetMs]) => START + hour * 3_600_000 + offsetMs);

const tokens = fc.option(fc.nat(100_000), { nil: null });
const rows = fc
  .array(
    fc.record({
      startedAtMs: instant,
      clientId: fc.constantFrom(null, 'a'),
      provider: fc.constantFrom(null, 'openai'),
      model: fc.constantFrom(null, 'small', 'large'),
      complexity: fc.constantFrom(null, 'simple' as const),
      status: fc.constantFrom('ok' as const, 'error' as const, 'cancelled' as const),
      cache: fc.constantFrom('miss' as const, 'hit' as const, 'shared' as const, 'off' as const),
      inputTokens: tokens,
      outputTokens: tokens,
      cacheReadTokens: tokens,
      cacheWrite5mTokens: tokens,
      cacheWrite1hTokens: tokens,
      reasoningTokens: tokens,
      cost: fc.option(fc.nat(4_000_000_000), { nil: null }),
      latencyMs: fc.nat(120_000),
    }),
    { maxLength: 60 },
  )
  .map((changes) =>
    changes.map(({ cost, ...change }, index) =>
      exampleRow({ ...change, id: `req_${index}`, costNano: cost, costKind: cost === null ? 'unknown' : 'exact' }),
    ),
  );

const range = fc.tuple(instant, instant, fc.integer({ min: 1, max: 7_200_000 })).map(([left, right, moreMs]) => ({
  fromMs: Math.min(left, right),
  toMs: left === right ? left + moreMs : Math.max(left, right),
}));

function sumsOf(all: RequestRow[]) {
  const sum = (of: (row: RequestRow) => number | null) => all.reduce((total, row) => total + (of(row) ?? 0), 0);
  return {
    requests: all.length,
    errors: sum((row) => Number(row.status === 'error')),
    costNano: sum((row) => row.costNano),
    unknownCosts: sum((row) => Number(row.costKind === 'unknown')),
    inputTokens: sum((row) => row.inputTokens),
    outputTokens: sum((row) => row.outputTokens),
    cacheReadTokens: sum((row) => row.cacheReadTokens),
    cacheWriteTokens: sum((row) => (row.cacheWrite5mTokens ?? 0) + (row.cacheWrite1hTokens ?? 0)),
    reasoningTokens: sum((row) => row.reasoningTokens),
  };
}

const within = (all: RequestRow[], { fromMs, toMs }: { fromMs: number; toMs: number }) =>
  all.filter((row) => row.startedAtMs >= fromMs && row.startedAtMs < toMs);

function averageLatencyOf(all: RequestRow[]): number | null {
  return all.length === 0 ? null : all.reduce((total, row) => total + row.latencyMs, 0) / all.length;
}

test('the overview of any range, however it cuts hours, is what a scan of its rows gives', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 60 }), range, (all, batch, asked) => {
      const { insert, queries, database } = open();
      for (let at = 0; at < all.length; at += batch) insert(all.slice(at, at + batch));
      insert(all);
      const scanned = within(all, asked);
      const latencies: Histogram = [];
      for (const row of scanned) countLatency(latencies, row.latencyMs);
      const looked = scanned.filter((row) => row.cache !== 'off');
      const hits = looked.filter((row) => row.cache !== 'miss');
      expect(queries.overview(asked)).toEqual({
        ...sumsOf(scanned),
        cancelled: scanned.filter((row) => row.status === 'cancelled').length,
        averageLatencyMs: averageLatencyOf(scanned),
        p95LatencyMs: percentile(latencies, 0.95),
        cacheHitRate: looked.length === 0 ? null : hits.length / looked.length,
      });
      database.close();
    }),
    { numRuns: 60 },
  );
});

test('latencies of an hour add up over batches', () => {
  const { insert, queries } = open();
  const at = (latencyMs: number) => (_: unknown, index: number) =>
    exampleRow({ id: `req_${latencyMs}_${index}`, latencyMs });
  insert(Array.from({ length: 8 }, at(1000)));
  insert(Array.from({ length: 92 }, at(10)));
  const hour = { fromMs: exampleRow().startedAtMs, toMs: exampleRow().startedAtMs + 3_600_000 };
  expect(queries.overview(hour).p95LatencyMs).toBeCloseTo(1000, -2);
});

test('days and models add up to what a scan of their rows gives, in whole-hour and other zones', () => {
  fc.assert(
    fc.property(rows, range, fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu'), (all, asked, timeZone) => {
      const { insert, queries, database } = open();
      insert(all);
      const days = queries.daily(asked, timeZone);
      expect(days.map(({ date }) => date)).toEqual(
        daysBetween(asked.fromMs, asked.toMs, timeZone).map(({ date }) => date),
      );
      for (const day of days) {
        expect(day).toMatchObject(sumsOf(within(all, day)));
        for (const model of day.models) {
          const own = within(all, day).filter((row) => row.provider === model.provider && row.model === model.model);
          expect(model).toEqual({
            provider: model.provider,
            model: model.model,
            ...sumsOf(own),
            averageLatencyMs: averageLatencyOf(own),
          });
        }
      }
      const models = queries.byModel(asked);
      expect(models.reduce((total, model) => total + model.requests, 0)).toBe(within(all, asked).length);
      expect(models.map((model) => model.costNano)).toEqual(
        models.map((model) => model.costNano).toSorted((left, right) => right - left),
      );
      database.close();
    }),
    { numRuns: 40 },
  );
});

const sorts = ['newest', 'dearest', 'slowest'] as const;

test('pages hold every row once, in the order that was asked for, whatever their size', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 70 }), fc.constantFrom(...sorts), (all, limit, sort) => {
      const { insert, queries, database } = open();
      insert(all);
      const seen: RequestRow[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = queries.page({ limit, sort, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        seen.push(...page.rows);
        cursor = page.nextCursor;
      }
      const most = (row: RequestRow) =>
        sort === 'newest' ? 0 : sort === 'dearest' ? (row.costNano ?? -1) : row.latencyMs;
      const mostFirst = (left: RequestRow, right: RequestRow) =>
        most(right) - most(left) || right.startedAtMs - left.startedAtMs || (left.id < right.id ? 1 : -1);
      expect(seen).toEqual(all.toSorted(mostFirst));
      database.close();
    }),
    { numRuns: 40 },
  );
});

test('a page holds only what its filter allows', () => {
  const { insert, queries } = open();
  insert([
    exampleRow({ id: 'plain' }),
    exampleRow({
      id: 'other',
      model: 'large',
      provider: 'anthropic',
      clientId: 'b',
      complexity: 'complex',
      cache: 'hit',
    }),
    exampleRow({ id: 'broken', status: 'error', errorCode: 'provider_timeout', errorMessage: 'No byte in 30 s' }),
    exampleRow({ id: 'dear', costNano: 5_000_000_000, startedAtMs: START + SPAN }),
    exampleRow({ id: 'unknown', costNano: null, costKind: 'unknown' }),
  ]);
  const found = (filter: object) =>
    queries
      .page({ limit: 10, filter })
      .rows.map((row) => row.id)
      .toSorted();
  expect(found({ model: 'large' })).toEqual(['other']);
  expect(found({ provider: 'anthropic' })).toEqual(['other']);
  expect(found({ client: 'b' })).toEqual(['other']);
  expect(found({ complexity: 'complex' })).toEqual(['other']);
  expect(found({ cache: 'hit' })).toEqual(['other']);
  expect(found({ status: 'error' })).toEqual(['broken']);
  expect(found({ error: 'TIMEOUT no BYTE' })).toEqual(['broken']);
  expect(found({ error: '%' })).toEqual([]);
  expect(found({ minCostNano: 1_000_000_000 })).toEqual(['dear']);
  expect(found({ fromMs: START + SPAN })).toEqual(['dear']);
  expect(found({ toMs: START + SPAN, model: 'gpt-5-mini' })).toEqual(['broken', 'plain', 'unknown']);
});

test('one row comes back as it was recorded, and an unknown id as null', () => {
  const { insert, queries } = open();
  const row = exampleRow({ stream: false, losses: '[{"field":"seed","why":"not there"}]' });
  insert([row]);
  expect(queries.one(row.id)).toEqual(row);
  expect(queries.one('req_unknown')).toBeNull();
  const own = exampleRow({ id: createRequestId(row.startedAtMs) });
  insert([own]);
  expect(queries.one(own.id)).toEqual(own);
  expect(queries.one(createRequestId(row.startedAtMs))).toBeNull();
});

test('every field of a row comes back under its own name', () => {
  const { insert, queries } = open();
  const row = exampleRow({
    score: 0.25,
    cacheWrite5mTokens: 41,
    cacheWrite1hTokens: 42,
    audioInputTokens: 43,
    audioOutputTokens: 44,
    httpStatus: 502,
    errorCode: 'code',
    errorMessage: 'message \u0000 \n é€😀 "\\',
    retries: 45,
    fallbacks: 46,
    losses: '[]',
  });
  insert([row]);
  expect(queries.one(row.id)).toEqual(row);
  expect(queries.page({ limit: 1 }).rows).toEqual([row]);
});

test('sums stay right when a transaction failed, and with more of them than memory keeps', () => {
  const { insert, queries } = open();
  const some = (from: number) =>
    Array.from({ length: 300 }, (_, index) => exampleRow({ id: `req_${from + index}`, model: `model-${index}` }));
  const misfit = { ...exampleRow({ id: 'req_bad' }), status: null } as unknown as RequestRow;
  const before = exampleRow({ id: 'req_before', model: 'model-1' });
  insert([before]);
  expect(() => insert([exampleRow({ id: 'req_lost', model: 'model-1' }), misfit])).toThrow(/NOT NULL/);
  insert(some(0));
  insert(some(1000));
  insert([...some(0), exampleRow({ id: 'req_last', model: 'model-299' })]);
  const hour = { fromMs: before.startedAtMs, toMs: before.startedAtMs + 3_600_000 };
  const requests = Object.fromEntries(queries.byModel(hour).map((sums) => [sums.model, sums.requests]));
  expect(requests).toMatchObject({ 'model-0': 2, 'model-1': 3, 'model-298': 2, 'model-299': 3 });
  expect(queries.overview(hour).requests).toBe(602);
});

test('a cursor that no page gave is refused', () => {
  const { queries } = open();
  expect(() => queries.page({ limit: 1, cursor: "1'; DROP TABLE requests" })).toThrow(
    /not one that an earlier page gave/,
  );
});

test('neither pages nor analytics read the whole table of requests', () => {
  const database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  const prepare = vi.spyOn(database.client, 'prepare');
  const queries = createQueries(database.client);
  queries.page({ limit: 9, cursor: '5.req_6', filter: { fromMs: 3, toMs: 4 } });
  queries.one(createRequestId(5));
  const statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  expect(statements).toHaveLength(4);
  const values = { fromMs: 1, toMs: 2, firstHourMs: 1, endHourMs: 1 };
  for (const sql of statements) {
    const plan = database.client.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
    const anonymous = Array(sql.split('?').length - 1).fill(0);
    const steps = plan.all(...(sql.includes('@') ? [values] : anonymous)).map((step) => step.detail);
    expect(steps).toContainEqual(expect.stringContaining('SEARCH request_rows'));
    expect(steps.filter((step) => /SCAN (request_rows|rollups)/.test(step))).toEqual([]);
  }
});
