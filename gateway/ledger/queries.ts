import type { Database as SqliteDatabase } from 'better-sqlite3';
import { type Calendar, createCalendar, daysBetween } from './calendar.ts';
import { type Dimension, SEPARATOR } from './dimension.ts';
import { createFinder, type Page, type PageInput } from './find.ts';
import { addHistogram, type Histogram, octaves, percentile } from './histogram.ts';
import type { RequestRow } from './request-row.ts';
import { HOUR_MS } from './rollup.ts';
import { createSums, type Range, type Scope } from './sums.ts';
import { emptyTally, SUM_NAMES, type SUMS, type Tally } from './tally.ts';

export type { Page, PageInput } from './find.ts';
export type { Range, Scope } from './sums.ts';

/** What is summed, as it is shown. */
export interface Sums {
  requests: number;
  errors: number;
  cancelled: number;
  costNano: number;
  /** Of requests that failed or were cancelled. */
  failedNano: number;
  /** Requests whose cost is unknown. */
  unknownCosts: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  retries: number;
  averageLatencyMs: number | null;
  /** Hits and shared answers among the requests that looked in the cache, 0..1. */
  cacheHitRate: number | null;
}

/** Within 4.5 %. */
interface Percentiles {
  p50LatencyMs: number | null;
  p95LatencyMs: number | null;
  p50FirstByteMs: number | null;
  p95FirstByteMs: number | null;
}

/** What a group is of. Only the fields of its dimension are there; null: none was chosen. */
export interface GroupKey {
  provider?: string | null;
  model?: string | null;
  clientId?: string | null;
  complexity?: string | null;
  dialect?: string | null;
}

/** Dimensions by which sums can be asked for. */
export type By = Exclude<Dimension, 'all' | 'saving'>;

export type Spread = 'latency' | 'firstByte' | 'cost' | 'tokens';

/** Tokens that were answered for, by how (`call`, `cache`, `none`) and by the least length of their prompts, of one day or a part of it. */
export interface Used {
  startMs: number;
  answeredBy: string;
  aboveInputTokens: number;
  requests: number;
  costNano: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
}

type Group = GroupKey & Sums;
/** What a chart over time needs: there are many of these. */
type SeriesGroup = GroupKey &
  Pick<Sums, 'requests' | 'errors' | 'costNano' | 'unknownCosts' | 'inputTokens' | 'outputTokens' | 'averageLatencyMs'>;
type ModelSums = { provider: string | null; model: string | null } & Sums;

export interface Queries {
  /** Throws a `GatewayError` `invalid_request` for a cursor that no page gave. */
  page(input: PageInput): Page;
  one(id: string): RequestRow | null;
  overview(range: Scope): Sums & Percentiles & { switchLossNano: number };
  /** Dearest first. */
  breakdown(range: Scope, by: By): (Group & Percentiles)[];
  /** One element an hour, or a calendar day of the zone; first and last are cut to the range. Throws a `RangeError` for an unknown zone. */
  series(
    range: Scope,
    bucket: 'hour' | 'day',
    by: By,
    timeZone: string,
  ): (Range & { date: string } & Sums & { groups: SeriesGroup[] })[];
  daily(range: Scope, timeZone: string): (Range & { date: string } & Sums & { models: ModelSums[] })[];
  byModel(range: Scope): ModelSums[];
  /** In octaves: milliseconds, micro-dollars or tokens. */
  distribution(range: Scope, of: Spread): { from: number; to: number; count: number }[];
  used(range: Scope): Used[];
}

const MAX_CALENDARS = 8;
/** What a series reads of its groups, and savings of theirs. */
const SERIES_NAMES = [
  'requests',
  'errors',
  'costNano',
  'unknownCosts',
  'inputTokens',
  'outputTokens',
  'latencyMs',
] as const;
const CACHE_NAMES = ['cacheReadTokens', 'cacheWrite5mTokens', 'cacheWrite1hTokens'] as const;
const USED_NAMES = ['requests', 'costNano', 'inputTokens', 'outputTokens', ...CACHE_NAMES] as const;

interface Buckets {
  bucket: 'hour' | 'day';
  by: By;
  timeZone: string;
  names: readonly (keyof Tally & keyof typeof SUMS)[];
}

const SPREADS: Record<Spread, number> = { latency: 0, firstByte: 1, cost: 2, tokens: 3 };

/** The ledger's questions, asked of any connection to its database. All of them block. */
export function createQueries(client: SqliteDatabase): Queries {
  const { page, one } = createFinder(client);
  const { gather, gatherEach, days } = createSums(client);

  const calendars = new Map<string, Calendar>();

  /** Working out the days of a year takes longer than all else. */
  function calendarOf(timeZone: string): Calendar {
    const calendar = calendars.get(timeZone) ?? createCalendar(timeZone);
    if (calendars.size > MAX_CALENDARS) calendars.clear();
    calendars.set(timeZone, calendar);
    return calendar;
  }

  /** Each hour or day that the range touches, with what `show` makes of its groups. */
  function inBuckets<Shown extends object>(
    range: Scope,
    { bucket, by, timeZone, names }: Buckets,
    show: (groups: ReadonlyMap<string, Tally>) => Shown,
  ) {
    const calendar = calendarOf(timeZone);
    const spans = bucket === 'day' ? daysBetween(range.fromMs, range.toMs, calendar) : hoursBetween(range);
    const { clients } = range;
    const totals = gatherEach('all', spans, { names: SUM_NAMES, clients });
    return gatherEach(by, spans, { names, clients }).map((groups, index) => {
      const { fromMs, toMs } = spans[index] ?? range;
      const total = totals[index]?.get('') ?? emptyTally(0);
      return { date: calendar.dayAt(fromMs).date, fromMs, toMs, ...showSums(total), ...show(groups) };
    });
  }

  const byModel = (range: Scope) => dearestFirst(showGroups('model', gather('model', range))) as ModelSums[];

  return {
    page,
    one,
    overview(range) {
      const tally = gather('all', range).get('') ?? emptyTally(0);
      return { ...showSums(tally), ...showPercentiles(tally), switchLossNano: tally.switchLossNano };
    },
    breakdown(range, by) {
      const groups = gather(by, range);
      return dearestFirst(
        [...groups].map(([value, tally]) => ({ ...keyOf(by, value), ...showSums(tally), ...showPercentiles(tally) })),
      );
    },
    series: (range, bucket, by, timeZone) =>
      inBuckets(range, { bucket, by, timeZone, names: SERIES_NAMES }, (groups) => ({ groups: showSeries(by, groups) })),
    daily: (range, timeZone) =>
      inBuckets(range, { bucket: 'day', by: 'model', timeZone, names: SUM_NAMES }, (groups) => ({
        models: dearestFirst(showGroups('model', groups)) as ModelSums[],
      })),
    byModel,
    distribution(range, of) {
      const all: Histogram = [];
      for (const { histograms } of gather('all', range).values()) addHistogram(all, histograms[SPREADS[of]] ?? []);
      return octaves(all);
    },
    used(range) {
      const spans = daysBetween(range.fromMs, range.toMs, days() ?? calendarOf('UTC'));
      return gatherEach('saving', spans, { names: USED_NAMES, clients: range.clients }).flatMap((groups, index) =>
        [...groups].map(([value, tally]) => showUsed(spans[index]?.fromMs ?? range.fromMs, value, tally)),
      );
    },
  };
}

function hoursBetween({ fromMs, toMs }: Range): Range[] {
  const hours: Range[] = [];
  for (let at = fromMs; at < toMs; ) {
    const end = Math.min((Math.floor(at / HOUR_MS) + 1) * HOUR_MS, toMs);
    hours.push({ fromMs: at, toMs: end });
    at = end;
  }
  return hours;
}

function showGroups(by: By, groups: ReadonlyMap<string, Tally>): Group[] {
  return [...groups].map(([value, tally]) => ({ ...keyOf(by, value), ...showSums(tally) }));
}

function showSeries(by: By, groups: ReadonlyMap<string, Tally>): SeriesGroup[] {
  const shown = [...groups].map(([value, tally]): SeriesGroup => {
    const { requests, errors, costNano, unknownCosts, inputTokens, outputTokens, latencyMs } = tally;
    const averageLatencyMs = requests === 0 ? null : latencyMs / requests;
    return {
      ...keyOf(by, value),
      requests,
      errors,
      costNano,
      unknownCosts,
      inputTokens,
      outputTokens,
      averageLatencyMs,
    };
  });
  return dearestFirst(shown);
}

function keyOf(by: By, value: string): GroupKey {
  const parts = value.split(SEPARATOR).map((part) => (part === '' ? null : part));
  const [first = null, second = null, third = null] = parts;
  switch (by) {
    case 'provider':
      return { provider: first };
    case 'model':
      return { provider: first, model: second };
    case 'client':
      return { clientId: first };
    case 'complexity':
      return { complexity: first };
    case 'dialect':
      return { dialect: first };
    case 'mix':
      return { complexity: first, provider: second, model: third };
  }
}

function showSums(tally: Tally): Sums {
  const { cacheHits, cacheLooks, latencyMs, cacheWrite5mTokens, cacheWrite1hTokens, ...sums } = tally;
  return {
    requests: sums.requests,
    errors: sums.errors,
    cancelled: sums.cancelled,
    costNano: sums.costNano,
    failedNano: sums.failedNano,
    unknownCosts: sums.unknownCosts,
    inputTokens: sums.inputTokens,
    outputTokens: sums.outputTokens,
    cacheReadTokens: sums.cacheReadTokens,
    cacheWriteTokens: cacheWrite5mTokens + cacheWrite1hTokens,
    reasoningTokens: sums.reasoningTokens,
    retries: sums.retries,
    averageLatencyMs: sums.requests === 0 ? null : latencyMs / sums.requests,
    cacheHitRate: cacheLooks === 0 ? null : cacheHits / cacheLooks,
  };
}

function showPercentiles({ histograms: [latency, firstByte] }: Tally): Percentiles {
  return {
    p50LatencyMs: percentile(latency, 0.5),
    p95LatencyMs: percentile(latency, 0.95),
    p50FirstByteMs: percentile(firstByte, 0.5),
    p95FirstByteMs: percentile(firstByte, 0.95),
  };
}

function showUsed(startMs: number, value: string, tally: Tally): Used {
  const [answeredBy = 'none', above = '0'] = value.split(SEPARATOR);
  const { requests, costNano, inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } =
    tally;
  const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens };
  return { startMs, answeredBy, aboveInputTokens: Number(above), requests, costNano, ...tokens };
}

function dearestFirst<Row extends Pick<Sums, 'costNano' | 'requests'>>(rows: Row[]): Row[] {
  return rows.sort((a, b) => b.costNano - a.costNano || b.requests - a.requests);
}
