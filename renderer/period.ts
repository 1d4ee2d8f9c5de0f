const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What figures are of: from when, and until when, milliseconds since the epoch. `toMs` absent: until now. */
export interface Period {
  name: PeriodName;
  fromMs: number;
  toMs: number | undefined;
  lengthMs: number;
}

export const periodNames = ['24h', '7d', '30d', '90d'] as const;
type PeriodName = (typeof periodNames)[number] | 'custom';

const lengths = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS, '90d': 90 * DAY_MS };

/**
 * The period that an address asks for: `range=7d`, or `from` and `to` as local days (`2026-05-04`), both included. A running period begins with a
 * whole hour or day, the one that runs now being its last: no bar is of a part, but for that one.
 */
export function readPeriod(parameters: URLSearchParams, nowMs: number): Period {
  const from = readDay(parameters.get('from'));
  const to = readDay(parameters.get('to'));
  if (from !== undefined && to !== undefined && from <= to) {
    const end = new Date(to);
    end.setDate(end.getDate() + 1);
    return { name: 'custom', fromMs: from, toMs: end.getTime(), lengthMs: end.getTime() - from };
  }
  const asked = periodNames.find((one) => one === parameters.get('range')) ?? '7d';
  const lengthMs = lengths[asked];
  return { name: asked, fromMs: beginningOf(lengthMs, nowMs), toMs: undefined, lengthMs };
}

/** The same stretch of the period before: of one that still runs, as much as has passed of it, to the minute. */
export function periodBefore({ fromMs, toMs, lengthMs }: Period, nowMs: number): { fromMs: number; toMs: number } {
  const untilMs = toMs ?? Math.ceil(nowMs / 60_000) * 60_000;
  return { fromMs: Math.max(0, fromMs - lengthMs), toMs: Math.max(1, untilMs - lengthMs) };
}

/** So many local hours or days ago, with the one that runs. */
function beginningOf(lengthMs: number, nowMs: number): number {
  const date = new Date(nowMs);
  if (lengthMs <= DAY_MS) return date.setMinutes(0, 0, 0) - lengthMs + HOUR_MS;
  date.setHours(0, 0, 0, 0);
  return date.setDate(date.getDate() - lengthMs / DAY_MS + 1);
}

/** The local midnight at which a day begins. */
function readDay(text: string | null): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '') ?? [];
  if (year === undefined) return undefined;
  const atMs = new Date(Number(year), Number(month) - 1, Number(day)).getTime();
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** A local day as addresses and fields of forms have it: `2026-05-04`. */
export function isoDay(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
