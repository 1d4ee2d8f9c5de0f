const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** More than any zone lies from UTC, twice over. */
const REACH_MS = 30 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;
/** Days and periods that are kept once they are worked out. */
const KEPT_DAYS = 1_000;
const KEPT_PERIODS = 4;

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
  dayAt(atMs: number): Day;
  /** The day, week and month that a moment lies in. What was asked last is kept, so asking is cheap. */
  periodsAt(atMs: number): Readonly<Record<Period, Span>>;
}

/** Throws a `RangeError` for an unknown zone. */
export function createCalendar(timeZone: string, weekStartsOn: WeekStart = 'monday'): Calendar {
  const dateAt = createDateAt(timeZone);
  /** By the UTC days that they touch. */
  let days = new Map<number, Day[]>();
  let kept: Record<Period, Span>[] = [];

  function dayAt(atMs: number): Day {
    for (const day of days.get(Math.floor(atMs / DAY_MS)) ?? []) if (atMs >= day.fromMs && atMs < day.toMs) return day;
    const date = dateAt(atMs);
    const day = { date, fromMs: startOfDay(date, atMs, dateAt), toMs: endOfDay(date, atMs, dateAt) };
    if (days.size > KEPT_DAYS) days = new Map();
    for (const key of new Set([Math.floor(day.fromMs / DAY_MS), Math.floor((day.toMs - 1) / DAY_MS)]))
      days.set(key, [...(days.get(key) ?? []), day]);
    return day;
  }

  /** Walks over whole days, forward or back, as long as they belong to the period. */
  function grow(day: Day, belongs: (date: string) => boolean): Span {
    let { fromMs, toMs } = day;
    for (let other = dayAt(fromMs - 1); belongs(other.date); other = dayAt(fromMs - 1)) fromMs = other.fromMs;
    for (let other = dayAt(toMs); belongs(other.date); other = dayAt(toMs)) toMs = other.toMs;
    return { fromMs, toMs };
  }

  function make(atMs: number): Record<Period, Span> {
    const day = dayAt(atMs);
    const week = weekOf(day.date, weekStartsOn);
    return {
      day: { fromMs: day.fromMs, toMs: day.toMs },
      week: grow(day, (date) => weekOf(date, weekStartsOn) === week),
      month: grow(day, (date) => date.slice(0, 7) === day.date.slice(0, 7)),
    };
  }

  return {
    timeZone,
    weekStartsOn,
    dayAt,
    periodsAt(atMs) {
      for (const periods of kept) if (atMs >= periods.day.fromMs && atMs < periods.day.toMs) return periods;
      const periods = make(atMs);
      kept = [periods, ...kept.slice(0, KEPT_PERIODS - 1)];
      return periods;
    },
  };
}

/** The zone of a setting: `system` is what the machine is set to. */
export function zoneOf(setting: string): string {
  return setting === 'system' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : setting;
}

/** Calendar days that [fromMs, toMs) touches, the first and the last cut to the range. */
export function daysBetween(fromMs: number, toMs: number, calendar: Calendar): Day[] {
  const days: Day[] = [];
  for (let startMs = fromMs; startMs < toMs; ) {
    const day = calendar.dayAt(startMs);
    const endMs = Math.min(day.toMs, toMs);
    days.push({ date: day.date, fromMs: startMs, toMs: endMs });
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
