import type { Calendar } from './calendar.ts';
import { DAY_MS } from './insert.ts';
import { HOUR_MS, type Span } from './rollup.ts';

/** From (inclusive) until (exclusive), milliseconds since the epoch. */
export interface Range {
  fromMs: number;
  toMs: number;
}

/** A range of the rows of some clients; `clients` undefined: of all, which is answered from sums. */
export interface Scope extends Range {
  clients?: readonly string[] | undefined;
}

/** A piece of a range, and where its sums are found. */
interface Piece extends Range {
  from: Span | 'rows';
}

/** Hours and days are read by so much at a time: the sums of one time lie side by side, those of one series far apart. */
const WINDOW_MS = 14 * DAY_MS;

/** Moments in their order as few ranges: between the hours at both ends of a year lies what nobody asks for. */
export function windowsOf(times: readonly number[]): Range[] {
  const windows: Range[] = [];
  for (const at of times) {
    const last = windows.at(-1);
    if (last !== undefined && at < last.toMs + 2 * DAY_MS && at < last.fromMs + WINDOW_MS) last.toMs = at + 1;
    else windows.push({ fromMs: at, toMs: at + 1 });
  }
  return windows;
}

/** Which of the ranges, which follow one another, a moment is in. */
export function indexAt(ranges: readonly Range[], atMs: number): number {
  let [low, high] = [0, ranges.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.toMs ?? 0) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whole days in the middle, whole hours around them, rows at the edges. */
export function piecesOf({ fromMs, toMs }: Range, calendar: Calendar | undefined): Piece[] {
  if (calendar === undefined) return hoursOf({ fromMs, toMs });
  const first = calendar.dayAt(fromMs);
  const firstDayMs = first.fromMs === fromMs ? fromMs : first.toMs;
  const endDayMs = calendar.dayAt(toMs).fromMs;
  if (firstDayMs >= endDayMs) return hoursOf({ fromMs, toMs });
  return [
    ...hoursOf({ fromMs, toMs: firstDayMs }),
    { from: 'day', fromMs: firstDayMs, toMs: endDayMs },
    ...hoursOf({ fromMs: endDayMs, toMs }),
  ];
}

function hoursOf({ fromMs, toMs }: Range): Piece[] {
  if (fromMs >= toMs) return [];
  const firstHourMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
  const endHourMs = Math.floor(toMs / HOUR_MS) * HOUR_MS;
  if (firstHourMs >= endHourMs) return [{ from: 'rows', fromMs, toMs }];
  const pieces: Piece[] = [
    { from: 'rows', fromMs, toMs: firstHourMs },
    { from: 'hour', fromMs: firstHourMs, toMs: endHourMs },
    { from: 'rows', fromMs: endHourMs, toMs },
  ];
  return pieces.filter((piece) => piece.fromMs < piece.toMs);
}
