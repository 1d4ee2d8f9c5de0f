import type { Calendar } from '../ledger/calendar.ts';
import type { Hold, Holds } from './holds.ts';

/**
 * Money that stays held back for calls whose end nobody saw: the gateway was killed meanwhile, or it gave up waiting. The provider may
 * have charged them, so they count against budgets until their periods are over or the owner lets them go.
 */
export interface Unsettled {
  /** Puts down what a process that was killed left behind. */
  adopt(hold: Hold): void;
  /** Puts down a call that was given up. Its money must be held back already. */
  keep(hold: Omit<Hold, 'isGivenUp'>): void;
  /** Those that still count, oldest first. */
  list(): Hold[];
  /** Gives back what is held for some of them, or for all. Returns what was let go. */
  release(ids: readonly string[] | undefined): Hold[];
}

interface UnsettledOptions {
  holds: Holds;
  calendar(): Calendar;
  /** Adds to what is held back; negative amounts give back. */
  count(hold: Hold, nano: number): void;
}

export function createUnsettled({ holds, calendar, count }: UnsettledOptions): Unsettled {
  const open = new Map<string, Hold>();
  let kept = 0;

  function list(): Hold[] {
    for (const hold of open.values()) if (isOver(hold, calendar(), Date.now())) drop(hold);
    return [...open.values()].sort((a, b) => a.atMs - b.atMs);
  }

  function drop({ id }: Hold): void {
    open.delete(id);
    holds.drop(id);
  }

  return {
    adopt(hold) {
      open.set(hold.id, hold);
    },
    keep({ id, ...rest }) {
      const hold = { id: `${id}.${++kept}`, ...rest, isGivenUp: true };
      open.set(hold.id, hold);
      holds.put(hold);
    },
    list,
    release(ids) {
      const released = list().filter(({ id }) => ids === undefined || ids.includes(id));
      for (const hold of released) {
        count(hold, -hold.nano);
        drop(hold);
      }
      holds.flush();
      return released;
    },
  };
}

/** Whether no budget counts a moment any more: a week may outlast its month. */
export function isOver({ atMs }: Pick<Hold, 'atMs'>, calendar: Calendar, nowMs: number): boolean {
  const { week, month } = calendar.periodsAt(atMs);
  return Math.max(week.toMs, month.toMs) <= nowMs;
}
