import { z } from 'zod';
import { dialect, milliseconds } from './common.ts';

/** What was measured of a provider lately. Null figures: nothing measured yet. */
export const providerHealth = z.object({
  circuit: z.enum(['closed', 'open', 'halfOpen']),
  /** Share of calls that failed, 0..1. */
  errorRate: z.number().min(0).max(1).nullable(),
  firstByteMs: milliseconds.nullable(),
});

const provider = z.object({
  id: z.string(),
  name: z.string(),
  dialect,
  baseUrl: z.string(),
  /** Whether a usable key is there, or none is needed. */
  hasKey: z.boolean(),
  health: providerHealth,
});

export const providerList = z.object({ providers: z.array(provider) });

export type ProviderInfo = z.infer<typeof provider>;
