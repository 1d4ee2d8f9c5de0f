import type { Database as SqliteDatabase } from 'better-sqlite3';
import { type Calendar, createCalendar, daysBetween } from './calendar.ts';
import { SEPARATOR } from './dimension.ts';
import { createFinder, type Page, type PageInput } from './find.ts';
import { addHistogram, type Histogram, octaves } from './histogram.ts';
import type { Range, Scope } from './pieces.ts';
import type { RequestRow } from './request-row.ts';
import { HOUR_MS } from './rollup.ts';
import { type Bucket, type BucketsAsked, type Series, type SeriesAsked, seriesOf } from './series.ts';
import {
  type By,
  dearestFirst,
  type GroupKey,
  keyOf,
  type Percentiles,
  type Sums,
  showPercentiles,
  showSums,
} from './show.ts';
import { createSums } from './sums.ts';
import { emptyTally, SUM_NAMES, type Tally } from './tally.ts';

export type { Page, PageInput } from './find.ts';
export type { Range, Scope } from './pieces.ts';
export type { By } from './show.ts';

export type Spread = 'latency' | 'firstByte' | 'cost' | 'tokens';

/** Tokens that were answered for, by how (`call`, `cache`, `none`) and by the least length of their prompts, of one hour, day or a part of it. */
export interface Used {
  startMs: number;
  answeredBy: string;
  aboveInputTokens: number;
  requests: number;
  costNano: number;
  /** The part of the cost for which there was no answer. */
  failedNano: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
}

type Group = GroupKey & Sums;
type ModelSums = { provider: string | null; model: string | null } & Sums;

export interface Queries {
  /** Throws a `GatewayError` `invalid_request` for a cursor that no page gave. */
  page(input: PageInput): Page;
  one(id: string): RequestRow | null;
  overview(range: Scope): Sums & Percentiles & { switchLossNano: number };
  /** Dearest first. */
  breakdown(range: Scope, by: By): (Group & Percentiles)[];
  /** Throws a `RangeError` for an unknown zone. */
  series(range: Scope, asked: SeriesAsked): Series;
  daily(range: Scope, timeZone: string): (Range & { date: string } & Sums & { models: ModelSums[] })[];
  byModel(range: Scope): ModelSums[];
  /** In octaves: milliseconds, micro-dollars or tokens. */
  distribution(range: Scope, of: Spread): { from: number; to: number; count: number }[];
  /** Each bucket that the range touches, with what was used in it. */
  used(range: Scope, asked: BucketsAsked): (Bucket & { used: Used[] })[];
}

const MAX_CALENDARS = 8;
/** What savings are reckoned from. */
const CACHE_NAMES = ['cacheReadTokens', 'cacheWrite5mTokens', 'cacheWrite1hTokens'] as const;
const USED_NAMES = ['requests', 'costNano', 'failedNano', 'inputTokens', 'outputTokens', ...CACHE_NAMES] as const;

const SPREADS: Record<Spread, number> = { latency: 0, firstByte: 1, cost: 2, tokens: 3 };

/** The ledger's questions, asked of any connection to its database. All of them block. */
export function createQueries(client: SqliteDatabase): Queries {
  const { page, one } = createFinder(client);
  const sums = createSums(client);
  const { gather, gatherEach } = sums;

  const calendars = new Map<string, Calendar>();

  /** Working out the days of a year takes longer than all else. */
  function calendarOf(timeZone: string): Calendar {
    const calendar = calendars.get(timeZone) ?? createCalendar(timeZone);
    if (calendars.size > MAX_CALENDARS) calendars.clear();
    calendars.set(timeZone, calendar);
    return calendar;
  }

  /** Each hour or calendar day that the range touches, first and last cut to it. */
  function bucketsOf(range: Range, { bucket, timeZone }: BucketsAsked): Bucket[] {
    const calendar = calendarOf(timeZone);
    return bucket === 'day'
      ? daysBetween(range.fromMs, range.toMs, calendar)
      : hoursBetween(range).map((hour) => ({ ...hour, date: calendar.dayAt(hour.fromMs).date }));
  }

  function modelsOf(groups: ReadonlyMap<string, Tally>): ModelSums[] {
    const models = [...groups].map(([value, tally]): Group => ({ ...keyOf('model', value), ...showSums(tally) }));
    return dearestFirst(models) as ModelSums[];
  }

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
    series: (range, asked) => seriesOf(sums, { ...asked, range, buckets: bucketsOf(range, asked) }),
    daily(range, timeZone) {
      const { clients } = range;
      const buckets = bucketsOf(range, { bucket: 'day', timeZone });
      const totals = gatherEach({ dimension: 'all', ranges: buckets, names: SUM_NAMES, clients });
      return gatherEach({ dimension: 'model', ranges: buckets, names: SUM_NAMES, clients }).map((models, index) => ({
        ...(buckets[index] ?? { ...range, date: '' }),
        ...showSums(totals[index]?.get('') ?? emptyTally(0)),
        models: modelsOf(models),
      }));
    },
    byModel: (range) => modelsOf(gather('model', range, 0)),
    distribution(range, of) {
      const all: Histogram = [];
      for (const { histograms } of gather('all', range).values()) addHistogram(all, histograms[SPREADS[of]] ?? []);
      return octaves(all);
    },
    used(range, asked) {
      const buckets = bucketsOf(range, asked);
      const found = gatherEach({ dimension: 'saving', ranges: buckets, names: USED_NAMES, clients: range.clients });
      return buckets.map((bucket, index) => ({
        ...bucket,
        used: [...(found[index] ?? [])].map(([value, tally]) => showUsed(bucket.fromMs, value, tally)),
      }));
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

function showUsed(startMs: number, value: string, tally: Tally): Used {
  const [answeredBy = 'none', above = '0'] = value.split(SEPARATOR);
  const { requests, costNano, failedNano, inputTokens, outputTokens } = tally;
  const { cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = tally;
  const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens };
  return { startMs, answeredBy, aboveInputTokens: Number(above), requests, costNano, failedNano, ...tokens };
}
