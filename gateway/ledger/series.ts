import type { Range, Scope } from './pieces.ts';
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
import type { createSums } from './sums.ts';
import { emptyTally, SUM_NAMES } from './tally.ts';

/** An hour or a calendar day, cut to the range that was asked for. */
export interface Bucket extends Range {
  /** `YYYY-MM-DD` */
  date: string;
}

export interface BucketsAsked {
  bucket: 'hour' | 'day';
  timeZone: string;
}

export interface SeriesAsked extends BucketsAsked {
  by: By;
  /** Groups at most; what is not among the dearest is one more. */
  most: number;
}

/** Sums over time, packed: a month by the hour holds thousands of groups, and this goes from one thread to another. */
export interface Series {
  buckets: (Bucket & Sums & Percentiles)[];
  /** Dearest of the whole range first; `isRest` is of all that are not named. */
  keys: (GroupKey & { isRest?: true })[];
  /** Of each bucket each group in their order, and of that the sums in the order of `NAMES`. */
  cells: Float64Array;
}

/** What a chart over time needs. */
type SeriesGroup = Series['keys'][number] &
  Pick<Sums, 'requests' | 'errors' | 'costNano' | 'unknownCosts' | 'inputTokens' | 'outputTokens' | 'averageLatencyMs'>;

const NAMES = ['requests', 'errors', 'costNano', 'unknownCosts', 'inputTokens', 'outputTokens', 'latencyMs'] as const;
const WIDTH = NAMES.length;
/** Histograms that percentiles are of: latency and first byte. */
const SPREADS = 2;
/** A year of days. The hours of a month are sums alone: reading their histograms too would take as long as all the rest. */
const MOST_WITH_SPREADS = 366;

interface Wanted extends SeriesAsked {
  range: Scope;
  buckets: readonly Bucket[];
}

export function seriesOf(
  { gather, gatherEach, tellEach }: ReturnType<typeof createSums>,
  { range, buckets, by, most }: Wanted,
): Series {
  const { clients } = range;
  const all = dearestFirst([...gather(by, range, 0)].map(([value, tally]) => ({ ...tally, value })));
  const values = all.slice(0, most).map(({ value }) => value);
  const places = new Map(values.map((value, place) => [value, place]));
  const hasRest = all.length > values.length;
  const length = values.length + (hasRest ? 1 : 0);
  const cells = new Float64Array(buckets.length * length * WIDTH);
  tellEach({ dimension: by, ranges: buckets, names: NAMES, clients, only: new Set(values) }, (bucket, value, sums) => {
    const place = places.get(value);
    if (place === undefined) return;
    const at = (bucket * length + place) * WIDTH;
    for (let index = 0; index < WIDTH; index++) cells[at + index] = (cells[at + index] ?? 0) + (sums[index] ?? 0);
  });
  const kept = buckets.length > MOST_WITH_SPREADS ? 0 : SPREADS;
  const asked = { dimension: 'all', ranges: buckets, names: SUM_NAMES, clients, kept } as const;
  const totals = gatherEach(asked).map((groups) => groups.get('') ?? emptyTally(0));
  if (hasRest)
    for (const [bucket, total] of totals.entries()) {
      const start = bucket * length * WIDTH;
      const rest = start + values.length * WIDTH;
      for (const [index, name] of NAMES.entries()) {
        let left = total[name];
        for (let at = start + index; at < rest; at += WIDTH) left -= cells[at] ?? 0;
        cells[rest + index] = left;
      }
    }
  return {
    buckets: buckets.map((bucket, index) => {
      const tally = totals[index] ?? emptyTally(0);
      return { ...bucket, ...showSums(tally), ...showPercentiles(tally) };
    }),
    keys: [...values.map((value) => keyOf(by, value)), ...(hasRest ? [{ isRest: true } as const] : [])],
    cells,
  };
}

/** Groups of a bucket that had requests. */
export function groupsOf({ keys, cells }: Series, bucket: number): SeriesGroup[] {
  return keys.flatMap((key, place): SeriesGroup | never[] => {
    const at = (bucket * keys.length + place) * WIDTH;
    const [requests = 0, errors = 0, costNano = 0, unknownCosts = 0, inputTokens = 0, outputTokens = 0, latencyMs = 0] =
      cells.subarray(at, at + WIDTH);
    if (requests === 0) return [];
    const averageLatencyMs = latencyMs / requests;
    return { ...key, requests, errors, costNano, unknownCosts, inputTokens, outputTokens, averageLatencyMs };
  });
}
