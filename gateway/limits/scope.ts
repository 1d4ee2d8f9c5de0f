import { PERIODS, type Period, type Span } from '../ledger/calendar.ts';
import { budgetOf, type Caps } from './caps.ts';
import { createMinute, type Minute } from './minute.ts';

export type Periods = Readonly<Record<Period, Span>>;

/** Money of one period, nano-dollars. */
interface Sum {
  used: number;
  reserved: number;
  /** The highest of the told shares that was reached. */
  told: 0 | 50 | 80 | 100;
}

const SHARES = [100, 80, 50] as const;
/** A month, and what is left of the one before. */
const KEPT_PERIODS = 40;

/** What is counted for one gateway key, or for all together. */
export interface Scope {
  id: string;
  name: string;
  caps: Caps;
  concurrent: number;
  requests: Minute;
  tokens: Minute;
  /** Money by the start of each period. */
  sums: Record<Period, Map<number, Sum>>;
}

export function createScope(id: string, name: string, caps: Caps): Scope {
  return { id, name, caps, concurrent: 0, requests: createMinute(), tokens: createMinute(), sums: emptySums() };
}

export function emptySums(): Scope['sums'] {
  return { day: new Map(), week: new Map(), month: new Map() };
}

export function sumOf(scope: Scope, period: Period, { fromMs }: Span): Sum {
  const sums = scope.sums[period];
  let sum = sums.get(fromMs);
  if (sum === undefined) {
    sum = { used: 0, reserved: 0, told: 0 };
    sums.set(fromMs, sum);
    if (sums.size > KEPT_PERIODS) sums.delete(Math.min(...sums.keys()));
  }
  return sum;
}

/** Adds to what is used and reserved in all three periods; amounts in nano-dollars, negative ones give back. */
export function addMoney(scope: Scope, periods: Periods, used: number, reserved: number): void {
  for (const period of PERIODS) {
    const sum = sumOf(scope, period, periods[period]);
    sum.used += used;
    sum.reserved += reserved;
  }
}

/** The budget with the least room, and its room in nano-dollars; undefined where there is none. */
export function tightest(scope: Scope, periods: Periods): { period: Period; roomNano: number } | undefined {
  let found: { period: Period; roomNano: number } | undefined;
  for (const period of PERIODS) {
    const cap = budgetOf(scope.caps, period);
    if (cap === null) continue;
    const { used, reserved } = sumOf(scope, period, periods[period]);
    const roomNano = cap - used - reserved;
    if (found === undefined || roomNano < found.roomNano) found = { period, roomNano };
  }
  return found;
}

/** Shares of budgets that what is used has reached since the last time this was asked. */
export function newlyReached(scope: Scope, periods: Periods): { period: Period; percent: 50 | 80 | 100 }[] {
  return PERIODS.flatMap((period) => {
    const cap = budgetOf(scope.caps, period);
    const sum = sumOf(scope, period, periods[period]);
    const percent = cap === null ? undefined : SHARES.find((share) => sum.used * 100 >= cap * share);
    if (percent === undefined || percent <= sum.told) return [];
    sum.told = percent;
    return [{ period, percent }];
  });
}

/** Another budget is told of anew from where it stands. */
export function forgetTold(scope: Scope): void {
  for (const period of PERIODS) for (const sum of scope.sums[period].values()) sum.told = 0;
}
