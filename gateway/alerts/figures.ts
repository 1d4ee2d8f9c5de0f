import type { Calendar } from '../ledger/calendar.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Figures, Sums } from './judge.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WEEKS = 4;

interface Sources {
  ledger: Pick<Ledger, 'overview'>;
  calendar: Calendar;
  nowMs: number;
  providersDown(): string[];
}

/** The figures of one look, each asked for at most once however many rules want it. */
export function readFigures({ ledger, calendar, nowMs, providersDown }: Sources): Figures {
  const asked = new Map<string, Promise<Sums>>();
  const sums = (fromMs: number, toMs: number): Promise<Sums> => {
    const name = `${fromMs} ${toMs}`;
    const known = asked.get(name) ?? ledger.overview({ fromMs, toMs });
    asked.set(name, known);
    return known;
  };
  const { day } = calendar.periodsAt(nowMs);
  return {
    today: () => sums(day.fromMs, nowMs + 1),
    lately: (minutes) => sums(nowMs - minutes * MINUTE_MS, nowMs + 1),
    weekBefore: () => sums(calendar.periodsAt(day.fromMs - 7 * DAY_MS + DAY_MS / 2).day.fromMs, day.fromMs),
    async sameWeekdays() {
      const days: Sums[] = [];
      for (let week = 1; week <= WEEKS; week++) {
        // Noon of that day is the same date even where clocks changed in between.
        const then = calendar.periodsAt(day.fromMs + DAY_MS / 2 - week * 7 * DAY_MS).day;
        const found = await sums(then.fromMs, Math.min(then.toMs, then.fromMs + (nowMs - day.fromMs)));
        if (found.requests > 0) days.push(found);
      }
      return days;
    },
    providersDown,
  };
}
