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
 * The period that an address asks for: `range=7d`, or `from` and `to` as local days (`2026-05-04`), both included. The beginning of a
 * running period moves on by whole minutes, so that what was asked stays the same question for a while.
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
  return { name: asked, fromMs: Math.floor((nowMs - lengthMs) / 60_000) * 60_000, toMs: undefined, lengthMs };
}

/** The period of the same length just before. */
export function before({ fromMs, lengthMs }: Period): { fromMs: number; toMs: number } {
  return { fromMs: Math.max(0, fromMs - lengthMs), toMs: fromMs };
}

/** The local midnight at which a day begins. */
function readDay(text: string | null): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '') ?? [];
  if (year === undefined) return undefined;
  const atMs = new Date(Number(year), Number(month) - 1, Number(day)).getTime();
  return Number.isNaN(atMs) ? undefined : atMs;
}
