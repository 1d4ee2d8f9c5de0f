const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** More than any zone lies from UTC, twice over. */
const REACH_MS = 30 * HOUR_MS;
const KEPT_DAYS = 4;

export type Period = 'day' | 'week' | 'month';
export type WeekStart = 'monday' | 'sunday';
export const PERIODS: readonly Period[] = ['day', 'week', 'month'];

/** From (inclusive) until (exclusive), milliseconds since the epoch. */
export interface Span {
  fromMs: number;
  toMs: number;
}

interface Day extends Span {
  /** `YYYY-MM-DD` */
  date: string;
}

/** Calendar periods of a time zone, as long as the zone makes them: a day has 23 or 25 hours where clocks change. */
export interface Calendar {
  timeZone: string;
  weekStartsOn: WeekStart;
  /** The day, week and month that a moment lies in. What was asked last is kept, so asking is cheap. */
  periodsAt(atMs: number): Readonly<Record<Period, Span>>;
}

/** Throws a `RangeError` for an unknown zone. */
export function createCalendar(timeZone: string, weekStartsOn: WeekStart = 'monday'): Calendar {
  const dateAt = createDateAt(timeZone);
  let kept: Record<Period, Span>[] = [];

  /** Walks over whole days, forward or back, as long as they belong to the period. */
  function grow(day: Day, belongs: (date: string) => boolean): Span {
    let { fromMs, toMs } = day;
    for (let at = fromMs - 1; belongs(dateAt(at)); at = fromMs - 1) fromMs = startOfDay(dateAt(at), at, dateAt);
    for (let at = toMs; belongs(dateAt(at)); at = toMs) toMs = endOfDay(dateAt(at), at, dateAt);
    return { fromMs, toMs };
  }

  function make(atMs: number): Record<Period, Span> {
    const date = dateAt(atMs);
    const day = { date, fromMs: startOfDay(date, atMs, dateAt), toMs: endOfDay(date, atMs, dateAt) };
    const week = weekOf(date, weekStartsOn);
    return {
      day: { fromMs: day.fromMs, toMs: day.toMs },
      week: grow(day, (other) => weekOf(other, weekStartsOn) === week),
      month: grow(day, (other) => other.slice(0, 7) === date.slice(0, 7)),
    };
  }

  return {
    timeZone,
    weekStartsOn,
    periodsAt(atMs) {
      for (const periods of kept) if (atMs >= periods.day.fromMs && atMs < periods.day.toMs) return periods;
      const periods = make(atMs);
      kept = [periods, ...kept.slice(0, KEPT_DAYS - 1)];
      return periods;
    },
  };
}

/** The zone of a setting: `system` is what the machine is set to. */
export function zoneOf(setting: string): string {
  return setting === 'system' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : setting;
}

/**
 * Calendar days of a time zone that [fromMs, toMs) touches, first and last cut to the range. Throws a `RangeError` for an
 * unknown zone.
 */
export function daysBetween(fromMs: number, toMs: number, timeZone: string): Day[] {
  const dateAt = createDateAt(timeZone);
  const days: Day[] = [];
  for (let startMs = fromMs; startMs < toMs; ) {
    const date = dateAt(startMs);
    const endMs = Math.min(endOfDay(date, startMs, dateAt), toMs);
    days.push({ date, fromMs: startMs, toMs: endMs });
    startMs = endMs;
  }
  return days;
}

type DateAt = (atMs: number) => string;

function createDateAt(timeZone: string): DateAt {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (atMs) => format.format(atMs);
}

/** Number of the week since the epoch, by its date alone. 1970-01-01 was a Thursday. */
function weekOf(date: string, weekStartsOn: WeekStart): number {
  const day = Math.round(Date.parse(date) / (24 * HOUR_MS));
  return Math.floor((day + (weekStartsOn === 'monday' ? 3 : 4)) / 7);
}

/** First whole minute after `withinMs` that has a later date, found by halving: right for every rule of every zone. */
function endOfDay(date: string, withinMs: number, dateAt: DateAt): number {
  let lowMinute = Math.floor(withinMs / MINUTE_MS);
  let highMinute = lowMinute + REACH_MS / MINUTE_MS;
  while (highMinute - lowMinute > 1) {
    const middle = Math.floor((lowMinute + highMinute) / 2);
    if (dateAt(middle * MINUTE_MS) > date) highMinute = middle;
    else lowMinute = middle;
  }
  return highMinute * MINUTE_MS;
}

/** First whole minute of the date that `withinMs` lies in. */
function startOfDay(date: string, withinMs: number, dateAt: DateAt): number {
  let highMinute = Math.floor(withinMs / MINUTE_MS);
  let lowMinute = highMinute - REACH_MS / MINUTE_MS;
  while (highMinute - lowMinute > 1) {
    const middle = Math.floor((lowMinute + highMinute) / 2);
    if (dateAt(middle * MINUTE_MS) < date) lowMinute = middle;
    else highMinute = middle;
  }
  return highMinute * MINUTE_MS;
}
