import { GatewayError } from '../errors.ts';

/** Wrong sign-ins in a row that cost nothing. */
const FREE = 5;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Names that are remembered; those that were tried longest ago are forgotten first. */
const MAX_NAMES = 1_000;

/** Slows down who guesses: after some wrong sign-ins in a row for a name each further one has to wait twice as long. */
export interface Attempts {
  /** Throws `rate_limited` while it has to wait. */
  begin(name: string): void;
  failed(name: string): void;
  succeeded(name: string): void;
}

export function createAttempts(now: () => number): Attempts {
  const failures = new Map<string, { count: number; freeAtMs: number }>();
  return {
    begin(name) {
      const waitMs = (failures.get(name)?.freeAtMs ?? 0) - now();
      if (waitMs <= 0) return;
      const seconds = Math.ceil(waitMs / 1000);
      throw new GatewayError('rate_limited', `Too many wrong sign-ins. Try again in ${seconds} s.`, {
        retryAfterMs: waitMs,
      });
    },
    failed(name) {
      const count = (failures.get(name)?.count ?? 0) + 1;
      const waitMs = count < FREE ? 0 : Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (count - FREE));
      failures.delete(name);
      failures.set(name, { count, freeAtMs: now() + waitMs });
      const [oldest] = failures.keys();
      if (failures.size > MAX_NAMES && oldest !== undefined) failures.delete(oldest);
    },
    succeeded: (name) => void failures.delete(name),
  };
}
