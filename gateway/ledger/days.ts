const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** More than any zone lies from UTC, twice over. */
const REACH_MS = 30 * HOUR_MS;

interface Day {
  /** `YYYY-MM-DD` */
  date: string;
  fromMs: number;
  /** Exclusive. */
  toMs: number;
}

/**
 * Calendar days of a time zone that [fromMs, toMs) touches, first and last cut to the range. Days are as long as the zone
 * makes them: 23 or 25 hours where clocks change. Throws a `RangeError` for an unknown zone.
 */
export function daysBetween(fromMs: number, toMs: number, timeZone: string): Day[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const dateAt = (atMs: number) => format.format(atMs);
  const days: Day[] = [];
  for (let startMs = fromMs; startMs < toMs; ) {
    const date = dateAt(startMs);
    const endMs = Math.min(endOfDay(date, startMs, dateAt), toMs);
    days.push({ date, fromMs: startMs, toMs: endMs });
    startMs = endMs;
  }
  return days;
}

/** First whole minute after `withinMs` that has a later date, found by halving: right for every rule of every zone. */
function endOfDay(date: string, withinMs: number, dateAt: (atMs: number) => string): number {
  let lowMinute = Math.floor(withinMs / MINUTE_MS);
  let highMinute = lowMinute + REACH_MS / MINUTE_MS;
  while (highMinute - lowMinute > 1) {
    const middle = Math.floor((lowMinute + highMinute) / 2);
    if (dateAt(middle * MINUTE_MS) > date) highMinute = middle;
    else lowMinute = middle;
  }
  return highMinute * MINUTE_MS;
}
