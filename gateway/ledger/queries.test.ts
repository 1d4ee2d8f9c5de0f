import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { exampleRow } from '../../test/request-row.ts';
import { openDatabase } from '../db/open.ts';
import { createCalendar, daysBetween } from './calendar.ts';
import { countAmount, type Histogram, percentile } from './histogram.ts';
import { createInserter } from './insert.ts';
import { writeLine } from './line.ts';
import { createQueries } from './queries.ts';
import { createRequestId, type RequestRow } from './request-row.ts';
import { groupsOf } from './series.ts';
import { createZone } from './zone.ts';

const host = createMemoryHost();
host.remove();
const START = Date.UTC(2026, 4, 4, 10);
const SPAN = 60 * 3_600_000;

function open(timeZone = 'UTC', isDetailed = (_clientId: string) => false) {
  const database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  const inserter = createInserter(database, createZone(database, timeZone, () => {}).calendar, isDetailed);
  const insert = (rows: RequestRow[]) => inserter.insert(rows.map((row) => ({ row, line: writeLine(row) })));
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

const zones = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu');

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

function percentilesOf(all: RequestRow[]) {
  const latencies: Histogram = [];
  const firstBytes: Histogram = [];
  for (const { latencyMs, firstByteMs } of all) {
    countAmount(latencies, latencyMs);
    if (firstByteMs !== null) countAmount(firstBytes, firstByteMs);
  }
  return {
    p50LatencyMs: percentile(latencies, 0.5),
    p95LatencyMs: percentile(latencies, 0.95),
    p50FirstByteMs: percentile(firstBytes, 0.5),
    p95FirstByteMs: percentile(firstBytes, 0.95),
  };
}

test('the overview of any range, however it cuts hours, is what a scan of its rows gives', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 60 }), range, zones, (all, batch, asked, zone) => {
      const { insert, queries, database } = open(zone);
      for (let at = 0; at < all.length; at += batch) insert(all.slice(at, at + batch));
      insert(all);
      const scanned = within(all, asked);
      const looked = scanned.filter((row) => row.cache !== 'off');
      const hits = looked.filter((row) => row.cache !== 'miss');
      expect(queries.overview(asked)).toMatchObject({
        ...sumsOf(scanned),
        cancelled: scanned.filter((row) => row.status === 'cancelled').length,
        averageLatencyMs: averageLatencyOf(scanned),
        ...percentilesOf(scanned),
        cacheHitRate: looked.length === 0 ? null : hits.length / looked.length,
      });
      database.close();
    }),
    { numRuns: 60 },
  );
});

test('what is asked of one client is what there would be without the others, from sums kept of it or from rows', () => {
  fc.assert(
    fc.property(
      rows,
      fc.integer({ min: 1, max: 60 }),
      range,
      zones,
      fc.boolean(),
      (all, batch, asked, zone, isKept) => {
        const mixed = open(zone, (clientId) => isKept && clientId === 'a');
        for (let at = 0; at < all.length; at += batch) mixed.insert(all.slice(at, at + batch));
        const alone = open(zone);
        alone.insert(all.filter(({ clientId }) => clientId === 'a'));
        const figures = ({ queries }: typeof mixed, of: typeof asked & { clients?: string[] }) => {
          const series = queries.series(of, { bucket: 'hour', by: 'model', timeZone: zone, most: 20 });
          return {
            overview: queries.overview(of),
            breakdowns: (['model', 'mix', 'provider', 'client', 'complexity', 'dialect'] as const).map((by) =>
              sorted(queries.breakdown(of, by)),
            ),
            series: series.buckets.map((bucket, index) => [bucket, sorted(groupsOf(series, index))]),
            daily: queries.daily(of, zone).map(({ models, ...day }) => [day, sorted(models)]),
            byModel: sorted(queries.byModel(of)),
            spreads: (['latency', 'firstByte', 'cost', 'tokens'] as const).map((one) => queries.distribution(of, one)),
            used: (['hour', 'day'] as const).map((bucket) =>
              queries.used(of, { bucket, timeZone: zone }).map(({ used, ...one }) => [one, sorted(used)]),
            ),
          };
        };
        expect(figures(mixed, { ...asked, clients: ['a'] })).toEqual(figures(alone, asked));
        expect(mixed.queries.overview({ ...asked, clients: [] }).requests).toBe(0);
        mixed.database.close();
        alone.database.close();
      },
    ),
    { numRuns: 60 },
  );
});

/** Equals come in any order. */
function sorted(groups: readonly object[]): string[] {
  return groups.map((group) => JSON.stringify(group)).sort();
}

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
    fc.property(rows, range, zones, zones, (all, asked, timeZone, kept) => {
      const { insert, queries, database } = open(kept);
      insert(all);
      const days = queries.daily(asked, timeZone);
      expect(days.map(({ date }) => date)).toEqual(
        daysBetween(asked.fromMs, asked.toMs, createCalendar(timeZone)).map(({ date }) => date),
      );
      for (const day of days) {
        expect(day).toMatchObject(sumsOf(within(all, day)));
        for (const model of day.models) {
          const own = within(all, day).filter((row) => row.provider === model.provider && row.model === model.model);
          expect(model).toMatchObject({
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

test('a series tells the percentiles of the days of a year, and of the hours of a month its sums alone', () => {
  const { insert, queries } = open();
  insert([exampleRow({ startedAtMs: START, latencyMs: 1000 })]);
  const ask = (bucket: 'hour' | 'day', days: number) =>
    queries
      .series(
        { fromMs: START - days * 86_400_000, toMs: START + 86_400_000 },
        { bucket, by: 'model', timeZone: 'UTC', most: 20 },
      )
      .buckets.filter(({ requests }) => requests > 0);
  expect(ask('day', 360)).toMatchObject([{ requests: 1, p95LatencyMs: expect.closeTo(1000, -2) }]);
  expect(ask('hour', 29)).toMatchObject([{ requests: 1, p95LatencyMs: null }]);
});

test('a series names the dearest groups, and all others together, bucket by bucket', () => {
  const keyOf = ({ provider, model }: { provider: string | null; model: string | null }) => `${provider} ${model}`;
  fc.assert(
    fc.property(rows, range, zones, zones, fc.integer({ min: 1, max: 4 }), (all, asked, timeZone, kept, most) => {
      const { insert, queries, database } = open(kept);
      insert(all);
      for (const bucket of ['hour', 'day'] as const) {
        const series = queries.series(asked, { bucket, by: 'model', timeZone, most });
        const dearest = queries.byModel(asked).slice(0, most).map(keyOf);
        expect(series.keys.length).toBeLessThanOrEqual(most + 1);
        for (const [index, one] of series.buckets.entries()) {
          const scanned = within(all, one);
          expect(one).toMatchObject({ ...sumsOf(scanned), ...percentilesOf(scanned) });
          for (const group of groupsOf(series, index)) {
            const name = keyOf({ provider: group.provider ?? null, model: group.model ?? null });
            const own = scanned.filter((row) => (group.isRest ? !dearest.includes(keyOf(row)) : keyOf(row) === name));
            const { requests, errors, costNano, unknownCosts, inputTokens, outputTokens } = sumsOf(own);
            expect(group).toMatchObject({ requests, errors, costNano, unknownCosts, inputTokens, outputTokens });
            expect(group.averageLatencyMs).toBe(averageLatencyOf(own));
          }
          expect(groupsOf(series, index).reduce((sum, group) => sum + group.requests, 0)).toBe(scanned.length);
        }
      }
      database.close();
    }),
    { numRuns: 40 },
  );
});

test('pages hold every row once, newest first, whatever their size', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 70 }), (all, limit) => {
      const { insert, queries, database } = open();
      insert(all);
      const seen: RequestRow[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = queries.page({ limit, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        seen.push(...page.rows);
        cursor = page.nextCursor;
      }
      expect(seen.map((row) => row.startedAtMs)).toEqual(
        all.map((row) => row.startedAtMs).toSorted((left, right) => right - left),
      );
      const byId = (left: RequestRow, right: RequestRow) => (left.id < right.id ? 1 : -1);
      expect(seen.toSorted(byId)).toEqual(all.toSorted(byId));
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

const filters = fc.record(
  {
    model: fc.constantFrom('small', 'large'),
    client: fc.constant('a'),
    status: fc.constantFrom('ok' as const, 'error' as const),
    cache: fc.constantFrom('miss' as const, 'hit' as const),
    minCostNano: fc.nat(4_000_000_000),
    fromMs: instant,
    toMs: instant,
    error: fc.constantFrom('timeout', 'LIMIT', 'x'),
    saving: fc.constantFrom(
      'models' as const,
      'cache' as const,
      'retries' as const,
      'failures' as const,
      'switching' as const,
    ),
  },
  { requiredKeys: [] },
);

const isCopy = ({ cache }: RequestRow) => cache === 'hit' || cache === 'shared';
const isAnswer = ({ status, provider }: RequestRow) => status === 'ok' && provider !== null;
const isSaving = {
  models: (row: RequestRow) => isAnswer(row) && !isCopy(row) && row.costNano !== null,
  cache: (row: RequestRow) => isAnswer(row) && isCopy(row),
  retries: (row: RequestRow) => row.status === 'ok' && row.givenUpNano > 0,
  failures: (row: RequestRow) => row.status !== 'ok' && (row.costNano ?? 0) > 0,
  switching: (row: RequestRow) => row.switchLossNano > 0,
};

test('any filter and sort finds what a scan finds, in its order, over as many pages as it takes', () => {
  const sorts = {
    newest: () => 0,
    dearest: (row: RequestRow) => row.costNano ?? -1,
    slowest: (row: RequestRow) => row.latencyMs,
    longest: (row: RequestRow) => (row.inputTokens ?? 0) + (row.outputTokens ?? 0),
  };
  const names = fc.constantFrom('newest' as const, 'dearest' as const, 'slowest' as const, 'longest' as const);
  fc.assert(
    fc.property(rows, filters, names, fc.integer({ min: 1, max: 20 }), (made, filter, sort, limit) => {
      const { insert, queries, database } = open();
      const all = made.map((row, index) => ({
        ...row,
        startedAtMs: row.startedAtMs + index * 7 * 3_600_000,
        switchLossNano: index % 3 === 0 ? 5 : 0,
        givenUpNano: index % 4 === 0 ? 7 : 0,
        ...(row.status === 'error' && { errorCode: 'provider_timeout', errorMessage: index % 2 ? 'A limit' : 'None' }),
      }));
      insert(all);
      const { model, client, status, cache, minCostNano = 0, fromMs = 0, toMs = Infinity, error = '' } = filter;
      const wanted = all.filter(
        (row) =>
          (filter.saving === undefined || isSaving[filter.saving](row)) &&
          (model === undefined || row.model === model) &&
          (client === undefined || row.clientId === client) &&
          (status === undefined || row.status === status) &&
          (cache === undefined || row.cache === cache) &&
          (row.costNano ?? 0) >= minCostNano &&
          (filter.minCostNano === undefined || row.costNano !== null) &&
          row.startedAtMs >= fromMs &&
          row.startedAtMs < toMs &&
          (error === '' || `${row.errorCode} ${row.errorMessage}`.toLowerCase().includes(error.toLowerCase())),
      );
      const of = sorts[sort];
      wanted.sort((left, right) => of(right) - of(left) || right.startedAtMs - left.startedAtMs);
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = queries.page({ limit, filter, sort, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.rows.map(({ id }) => id));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(wanted.map(({ id }) => id));
      database.close();
    }),
    { numRuns: 150 },
  );
});

test('sums by another zone are made anew, and are those of a ledger that always had it', async () => {
  const all = Array.from({ length: 80 }, (_, index) =>
    exampleRow({
      id: `req_${index}`,
      startedAtMs: START + index * 5 * 3_600_000,
      costNano: index,
      latencyMs: index * 9,
    }),
  );
  const database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  const zone = createZone(database, 'UTC', () => inserter.forgetSums());
  const inserter = createInserter(database, zone.calendar);
  const insert = (rows: RequestRow[]) => inserter.insert(rows.map((row) => ({ row, line: writeLine(row) })));
  insert(all.slice(0, 40));
  const changed = zone.change('America/New_York');
  insert(all.slice(40));
  await changed;
  const other = open('America/New_York');
  other.insert(all);
  const sums = (from: typeof database) =>
    from.client
      .prepare(
        `SELECT span, dimension, value, start_ms, requests, cost_nano, hex(histograms) FROM rollup_series s
         JOIN rollups r ON r.series = s.id ORDER BY 1, 2, 3, 4`,
      )
      .all();
  expect(sums(database)).toEqual(sums(other.database));
});
