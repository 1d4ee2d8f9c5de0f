import { GatewayError } from '../errors.ts';

/** Wrong sign-ins in a row that cost nothing. */
const FREE = 5;
const LONGEST_WAIT_MS = 15 * 60_000;

/** Slows down who guesses: after some wrong sign-ins in a row each further one has to wait twice as long. */
export interface Attempts {
  /** Throws `rate_limited` while it has to wait. */
  begin(): void;
  failed(): void;
  succeeded(): void;
}

export function createAttempts(now: () => number): Attempts {
  let failures = 0;
  let freeAtMs = 0;
  return {
    begin() {
      const waitMs = freeAtMs - now();
      if (waitMs <= 0) return;
      const seconds = Math.ceil(waitMs / 1000);
      throw new GatewayError('rate_limited', `Too many wrong sign-ins. Try again in ${seconds} s.`, {
        retryAfterMs: waitMs,
      });
    },
    failed() {
      failures += 1;
      if (failures >= FREE) freeAtMs = now() + Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (failures - FREE));
    },
    succeeded() {
      failures = 0;
      freeAtMs = 0;
    },
  };
}
