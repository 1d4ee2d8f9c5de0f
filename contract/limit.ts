import { z } from 'zod';
import { area, forMembers, idInput, milliseconds } from './common.ts';

const count = z.int().min(1).max(1_000_000_000);
const usd = z.number().min(0).max(1_000_000);

/** Null: no limit. Budgets are in USD and hold for the calendar day, week and month of the owner's time zone. */
const caps = z.object({
  requestsPerMinute: count.nullable(),
  tokensPerMinute: count.nullable(),
  concurrentRequests: count.nullable(),
  dayUsd: usd.nullable(),
  weekUsd: usd.nullable(),
  monthUsd: usd.nullable(),
});

/** What counts now. `resetsAtMs`: when all that counts has left the last 60 seconds; null: nothing to wait for. */
const countBar = z.object({ used: z.int(), cap: z.int().nullable(), resetsAtMs: milliseconds.nullable() });

/** Money of one calendar period. `reserved` is held back for requests under way: `used` + `reserved` never exceeds a cap. */
const moneyBar = z.object({
  usedNano: z.int(),
  usedUsd: z.number(),
  reservedNano: z.int(),
  reservedUsd: z.number(),
  capNano: z.int().nullable(),
  capUsd: z.number().nullable(),
  fromMs: milliseconds,
  resetsAtMs: milliseconds,
});

const limit = z.object({
  /** `overall`, or the id of a gateway key. */
  id: z.string(),
  /** The name of the gateway key; `All keys` for the overall one. */
  name: z.string(),
  caps,
  use: z.object({
    requestsPerMinute: countBar,
    tokensPerMinute: countBar,
    concurrentRequests: countBar,
    day: moneyBar,
    week: moneyBar,
    month: moneyBar,
  }),
});

/** A share of a budget that was reached by what is spent. Told once a period. */
export const limitEvent = z.object({
  type: z.literal('limit'),
  id: z.string(),
  name: z.string(),
  period: z.enum(['day', 'week', 'month']),
  percent: z.union([z.literal(50), z.literal(80), z.literal(100)]),
  usedUsd: z.number(),
  capUsd: z.number(),
  resetsAtMs: milliseconds,
});

/**
 * A call whose end nobody saw: the gateway was killed meanwhile, or gave up waiting for the answer. Its provider may have charged it, so
 * what it could cost at most stays reserved until the periods of its budgets are over or the owner releases it.
 */
const unsettledCall = z.object({
  id: z.string(),
  requestId: z.string(),
  clientId: z.string(),
  clientName: z.string().nullable(),
  atMs: milliseconds,
  heldNano: z.int(),
  heldUsd: z.number(),
  why: z.enum(['killed', 'givenUp']),
});

const unsettledCalls = z.object({ calls: z.array(unsettledCall), heldNano: z.int(), heldUsd: z.number() });

const limits = area('Limits');

/** Limits of each gateway key and of all of them together, with what is used of them now. */
export const limitRoutes = {
  list: limits
    .meta(forMembers)
    .route({ method: 'GET', path: '/limits', summary: 'Limits and their use: all keys together, then each key' })
    .output(z.object({ limits: z.array(limit) })),
  one: limits
    .meta(forMembers)
    .route({ method: 'GET', path: '/limits/{id}', summary: 'Limits of a gateway key, or of all (overall)' })
    .input(idInput)
    .output(limit),
  update: limits
    .route({
      method: 'PATCH',
      path: '/limits/{id}',
      summary: 'Set or lift some limits; they hold from the next request',
    })
    .input(idInput.extend(caps.partial().shape))
    .output(limit),
  unsettled: limits
    .route({
      method: 'GET',
      path: '/unsettled-calls',
      summary: 'Calls that may have been charged though nobody saw their end, and what is reserved for them',
    })
    .output(unsettledCalls),
  release: limits
    .route({
      method: 'POST',
      path: '/unsettled-calls/release',
      summary: 'Give back what is reserved for such calls: they did not cost it',
    })
    /** Absent: all. */
    .input(z.object({ ids: z.array(z.string()).max(10_000).optional() }))
    /** What was released. */
    .output(unsettledCalls),
};

export type UnsettledCalls = z.infer<typeof unsettledCalls>;

export type Caps = z.infer<typeof caps>;
export type LimitInfo = z.infer<typeof limit>;
export type LimitEvent = z.infer<typeof limitEvent>;
