import type { Database } from '../db/open.ts';
import type { limits } from '../db/schema.ts';
import { PERIODS, type Period } from '../ledger/calendar.ts';

/** Limits of one gateway key or of all together. Null: none. */
export type Caps = Omit<typeof limits.$inferSelect, 'id'>;

export const NO_CAPS: Caps = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrentRequests: null,
  dayNano: null,
  weekNano: null,
  monthNano: null,
};

export function budgetOf(caps: Caps, period: Period): number | null {
  if (period === 'day') return caps.dayNano;
  return period === 'week' ? caps.weekNano : caps.monthNano;
}

export function hasBudget(caps: Caps): boolean {
  return PERIODS.some((period) => budgetOf(caps, period) !== null);
}

interface CapsStore {
  /** By the id of the gateway key, or `overall`. */
  all(): Map<string, Caps>;
  save(id: string, caps: Caps): void;
}

export function createCapsStore({ client }: Database): CapsStore {
  const read = client.prepare<[], Caps & { id: string }>(
    `SELECT id, requests_per_minute AS requestsPerMinute, tokens_per_minute AS tokensPerMinute,
       concurrent_requests AS concurrentRequests, day_nano AS dayNano, week_nano AS weekNano, month_nano AS monthNano
     FROM limits`,
  );
  const write = client.prepare(
    `INSERT OR REPLACE INTO limits (id, requests_per_minute, tokens_per_minute, concurrent_requests, day_nano, week_nano,
       month_nano) VALUES (@id, @requestsPerMinute, @tokensPerMinute, @concurrentRequests, @dayNano, @weekNano, @monthNano)`,
  );
  return {
    all: () => new Map(read.all().map(({ id, ...caps }) => [id, caps])),
    save: (id, caps) => void write.run({ id, ...caps }),
  };
}
