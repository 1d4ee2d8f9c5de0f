import type { Periods, Scope } from './scope.ts';
import type { Bounds } from './worst.ts';

/** Money that is held back for one request, in all scopes and periods that it counts in. */
export interface Reservation {
  /** Of the exchange that it was made for, under which it is written down. */
  id: string;
  nano: number;
  startedAtMs: number;
  periods: Periods;
}

/** What a request that was let in counts in, until it has settled. */
export interface Admission {
  /** All keys together, then the one key. */
  scopes: readonly [Scope, Scope];
  /** Tokens that were counted before the real ones were known. */
  countedTokens: number;
  bounds: Bounds | undefined;
  reservation: Reservation | undefined;
}

/** Who leaves a shared call before its end hands what is held back for it to the one who pays instead. */
export function bequeath(from: Admission | undefined, to: Admission | undefined): void {
  if (from?.reservation === undefined || to === undefined || to.reservation !== undefined) return;
  to.reservation = from.reservation;
  from.reservation = undefined;
}
