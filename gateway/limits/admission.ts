import type { Periods, Scope } from './scope.ts';
import type { Bounds } from './worst.ts';

/** Money that is held back for one request, in all scopes and periods that it counts in. */
export interface Reservation {
  /** Of the exchange that it was made for, under which it is written down. */
  id: string;
  /** For the call under way, and `givenUpNano` of the admission. */
  nano: number;
  startedAtMs: number;
  clientId: string;
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
  /** What calls that were given up are thought to have cost: a part of what the request costs. */
  givenUpNano: number;
}

export function admitted(scopes: readonly [Scope, Scope]): Admission {
  return { scopes, countedTokens: 0, bounds: undefined, reservation: undefined, givenUpNano: 0 };
}

/** Who leaves a shared call before its end hands what is held back for it to the one who pays instead, and what it has cost. */
export function bequeath(from: Admission | undefined, to: Admission | undefined): void {
  if (from === undefined || to === undefined) return;
  to.givenUpNano += from.givenUpNano;
  from.givenUpNano = 0;
  if (from.reservation === undefined || to.reservation !== undefined) return;
  to.reservation = from.reservation;
  from.reservation = undefined;
}
