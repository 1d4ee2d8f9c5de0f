import type { GatewayError } from '../errors.ts';
import type { Calendar } from '../ledger/calendar.ts';
import type { Model } from '../models/schema.ts';
import type { BudgetRoom, Candidate } from '../routing/route.ts';
import type { Admission, Reservation } from './admission.ts';
import { hasBudget } from './caps.ts';
import type { Holds } from './holds.ts';
import { addMoney, type Periods, type Scope, tightest } from './scope.ts';
import { budgetExceeded, unknownPrice } from './sentences.ts';
import type { Unsettled } from './unsettled.ts';
import { costOfWorst, LEAST_OUTPUT_TOKENS, type Worst, wholeNano, worstOf } from './worst.ts';

/** What the last of a budget is shared out by: beyond this one request takes at most half of what is left. */
const AMPLE_OUTPUT_TOKENS = 8_192;

interface BudgetOptions {
  calendar(): Calendar;
  holds: Holds;
  unsettled: Unsettled;
  allowsUnknown(): boolean;
}

/** A request that was let in, and what is known of its worst case. */
export interface Asking {
  id: string;
  startedAtMs: number;
  clientId: string;
  admission: Admission;
  /** Whether the gateway may set a lower limit of output than the client did: only where it chooses the model. */
  mayShrink: boolean;
}

/** Money: what is held back before a call, so that no budget is ever overshot. */
export interface Budget {
  /** Whether any budget applies. */
  applies(admission: Admission): boolean;
  /** What is left for the request in the tightest budget; undefined where none applies. */
  room(asking: Asking): BudgetRoom | undefined;
  /**
   * Holds back the worst case with this candidate in place of what was held back so far. Returns the limit of output tokens that
   * it holds for, where the request must be given one. Throws `budget_exceeded`. `givenUpNano`: the call before was given up, may
   * have been charged, and is thought to have cost so much; what was held back for it then stays, and this is on top.
   */
  cover(asking: Asking, candidate: Candidate, givenUpNano?: number): number | undefined;
  refusal(asking: Asking, candidate: Candidate): GatewayError;
  /** Holds back anew what is held back now, as all sums began anew. */
  reserveAgain(): void;
  /** What the request has cost, in the place of what was held back. `inDoubt`: what is left of that may have been charged as well. */
  settle(asking: Pick<Asking, 'admission' | 'startedAtMs'>, costNano: number, inDoubt?: boolean): void;
}

export function createBudget({ calendar, holds, unsettled, allowsUnknown }: BudgetOptions): Budget {
  /** Reservations and the scopes that they count in. */
  const open = new Map<Reservation, readonly Scope[]>();

  /** What is left beside the request's own reservation. */
  function roomOf({
    admission,
    startedAtMs,
  }: Asking): { scope: Scope; period: keyof Periods; roomNano: number } | undefined {
    const periods = calendar().periodsAt(startedAtMs);
    let found: { scope: Scope; period: keyof Periods; roomNano: number } | undefined;
    for (const scope of admission.scopes) {
      const least = tightest(scope, periods);
      if (least !== undefined && (found === undefined || least.roomNano < found.roomNano)) found = { scope, ...least };
    }
    return found;
  }

  function reserve({ id, admission, startedAtMs, clientId }: Asking, nano: number): void {
    const { reservation } = admission;
    if (reservation !== undefined) {
      const more = nano - reservation.nano;
      if (more === 0) return;
      reservation.nano = nano;
      for (const scope of admission.scopes) addMoney(scope, reservation.periods, 0, more);
    } else {
      const made = { id, clientId, nano, startedAtMs, periods: calendar().periodsAt(startedAtMs) };
      admission.reservation = made;
      open.set(made, admission.scopes);
      for (const scope of admission.scopes) addMoney(scope, made.periods, 0, nano);
    }
    holds.put({ id: admission.reservation?.id ?? id, clientId, atMs: startedAtMs, nano });
  }

  /** What was held back for the call that a new one replaces. */
  function replaced({ admission: { reservation, givenUpNano } }: Asking): number {
    return reservation === undefined ? 0 : reservation.nano - givenUpNano;
  }

  /** The rest of what is held back for a call that was given up stays, whatever becomes of the request. */
  function giveUp({ admission }: Asking, costNano: number): void {
    const { reservation } = admission;
    admission.givenUpNano += costNano;
    if (reservation === undefined) return;
    const nano = reservation.nano - admission.givenUpNano;
    if (nano <= 0) return;
    reservation.nano -= nano;
    keepUnsettled(reservation, nano);
  }

  function keepUnsettled({ id, clientId, startedAtMs }: Reservation, nano: number): void {
    unsettled.keep({ id, clientId, atMs: startedAtMs, nano });
  }

  function worst(asking: Asking, model: Model | null): Worst | null {
    const { bounds } = asking.admission;
    if (bounds === undefined) throw new Error('The request was not measured before its money was asked for.');
    return model === null ? null : worstOf(model, bounds, asking.startedAtMs);
  }

  function refusal(asking: Asking, { model, id }: Candidate): GatewayError {
    const room = roomOf(asking);
    if (room === undefined) throw new Error('There is no budget to exceed.');
    const most = worst(asking, model);
    if (most === null) return unknownPrice(room.scope, id);
    const { timeZone } = calendar();
    return budgetExceeded({
      ...room,
      periods: calendar().periodsAt(asking.startedAtMs),
      timeZone,
      nowMs: Date.now(),
      need: { nano: wholeNano(most), model: id },
    });
  }

  return {
    applies: ({ scopes }) => scopes.some((scope) => hasBudget(scope.caps)),
    room(asking) {
      const { bounds } = asking.admission;
      const room = roomOf(asking);
      if (room === undefined || bounds === undefined) return undefined;
      return { roomNano: room.roomNano + replaced(asking), bounds, allowsUnknown: allowsUnknown() };
    },
    cover(asking, candidate, givenUpNano) {
      const room = roomOf(asking);
      if (room === undefined) {
        asking.admission.givenUpNano += givenUpNano ?? 0;
        return undefined;
      }
      const roomNano = room.roomNano + (givenUpNano === undefined ? replaced(asking) : 0);
      const hold = (nano: number) => {
        if (givenUpNano !== undefined) giveUp(asking, givenUpNano);
        reserve(asking, nano + asking.admission.givenUpNano);
      };
      const most = worst(asking, candidate.model);
      if (most === null) {
        if (!allowsUnknown()) throw refusal(asking, candidate);
        hold(0);
        return undefined;
      }
      if (wholeNano(most) <= roomNano) {
        hold(wholeNano(most));
        return undefined;
      }
      const isOpen = asking.admission.bounds?.maxOutputTokens === undefined;
      const tokens = isOpen || asking.mayShrink ? affordable(most, roomNano) : 0;
      if (tokens < Math.min(LEAST_OUTPUT_TOKENS, most.maxOutputTokens)) throw refusal(asking, candidate);
      hold(costOfWorst(most, tokens));
      return tokens;
    },
    refusal,
    reserveAgain() {
      for (const [reservation, scopes] of open) {
        reservation.periods = calendar().periodsAt(reservation.startedAtMs);
        for (const scope of scopes) addMoney(scope, reservation.periods, 0, reservation.nano);
      }
    },
    settle({ admission, startedAtMs }, costNano, inDoubt = false) {
      const { reservation, scopes } = admission;
      if (reservation !== undefined) {
        const kept = inDoubt ? Math.max(0, reservation.nano - costNano) : 0;
        if (kept > 0) keepUnsettled(reservation, kept);
        for (const scope of scopes) addMoney(scope, reservation.periods, 0, kept - reservation.nano);
        holds.drop(reservation.id);
        open.delete(reservation);
        admission.reservation = undefined;
      }
      if (costNano === 0) return;
      const periods = calendar().periodsAt(startedAtMs);
      for (const scope of scopes) addMoney(scope, periods, costNano, 0);
    },
  };
}

/** Output tokens that the room pays for; of much room only a part, so that others find some too. */
function affordable({ fixedNano, nanoPerOutputToken }: Worst, roomNano: number): number {
  const most = Math.floor((roomNano - fixedNano) / nanoPerOutputToken);
  return most <= AMPLE_OUTPUT_TOKENS ? most : Math.max(AMPLE_OUTPUT_TOKENS, Math.floor(most / 2));
}
