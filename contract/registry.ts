import { oc } from '@orpc/contract';
import { z } from 'zod';
import { milliseconds, numberInput } from './common.ts';
import { disagreement } from './model.ts';

const change = <Value extends z.ZodType>(value: Value) =>
  z.object({ from: value.nullable(), to: value.nullable() }).optional();

/** What a new list changes. Prices are USD per million tokens. */
const catalogueDiff = z.object({
  added: z.array(z.string()),
  removed: z.array(z.string()),
  changed: z.array(
    z.object({
      id: z.string(),
      /** It is served in another way (`chat`, `responses`), or is another kind of model now. */
      kind: change(z.string()),
      /** Standard rates: `input`, `output`, `cacheRead`, `cacheWrite5m`, `cacheWrite1h`. */
      price: z.record(z.string(), z.object({ from: z.number().nullable(), to: z.number().nullable() })).optional(),
      /** Names of other prices that changed: tiers, service tiers, fees. */
      otherPrice: z.array(z.string()).optional(),
      limits: z.record(z.string(), z.object({ from: z.number().nullable(), to: z.number().nullable() })).optional(),
      /** Day on which the provider switches it off. */
      retires: change(z.string()),
      status: change(z.string()),
    }),
  ),
});

/** One look for new prices and what came of it. */
const registryCheck = z.object({
  /** Null: a preview, which is kept nowhere. */
  id: z.int().nullable(),
  atMs: milliseconds,
  /**
   * `updated`: the list holds now (in a preview: it would). `unchanged`: the registry stays as it is. `failed`: no list could be read.
   * `refused`: a list was read and made no sense. `restored`: an earlier state was put back.
   */
  result: z.enum(['updated', 'unchanged', 'failed', 'refused', 'restored']),
  /** Address of the list; null where none was asked. */
  source: z.string().nullable(),
  /** One sentence. */
  message: z.string(),
  /** Version of the registry afterwards. */
  version: z.string(),
  diff: catalogueDiff,
  /** Prices that were not taken over, each with the reason. What held before still holds. */
  quarantined: z.array(z.object({ model: z.string(), why: z.string() })),
  /** What it means for this gateway's owner, a sentence each. */
  notices: z.array(z.string()),
  /** Whether `restore` can take the change back. */
  restorable: z.boolean(),
});

const registryStatus = z.object({
  version: z.string(),
  models: z.int(),
  /** The list that came with this version of the gateway. */
  shipped: z.object({ made: z.string(), models: z.int() }),
  /** Models of which something was downloaded since, and edited by the owner. */
  downloaded: z.int(),
  edited: z.int(),
  /** Whether prices are looked for once a day. */
  enabled: z.boolean(),
  sources: z.array(z.string()),
  lastCheckAtMs: milliseconds.nullable(),
  /** Null while updates are off. */
  nextCheckAtMs: milliseconds.nullable(),
  lastCheck: registryCheck.nullable(),
  disagreements: z.array(disagreement),
});

const routes = oc.$route({ tags: ['Models'] });

export const registryRoutes = {
  status: routes
    .route({ method: 'GET', path: '/registry', summary: 'Where models and prices are from, and how fresh they are' })
    .output(registryStatus),
  check: routes
    .route({
      method: 'POST',
      path: '/registry/check',
      summary: 'Look for new models and prices now, and take them over',
    })
    .output(registryCheck),
  preview: routes
    .route({ method: 'POST', path: '/registry/preview', summary: 'What a check would change, without changing it' })
    .output(registryCheck),
  history: routes
    .route({ method: 'GET', path: '/registry/checks', summary: 'Earlier checks, newest first' })
    .output(z.object({ checks: z.array(registryCheck) })),
  restore: routes
    .route({
      method: 'POST',
      path: '/registry/checks/{id}/restore',
      summary: 'Put back what held before a check; edits stay',
    })
    .input(z.object({ id: numberInput(z.int().positive()) }))
    .output(registryCheck),
};

export type RegistryCheck = z.infer<typeof registryCheck>;
export type RegistryStatus = z.infer<typeof registryStatus>;
