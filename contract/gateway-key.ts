import { z } from 'zod';
import { idInput, milliseconds } from './common.ts';

/** A gateway key as it may be shown: the key itself is kept nowhere. */
export const gatewayKey = z.object({
  id: z.string(),
  name: z.string(),
  lastFour: z.string().max(4),
  /** Id of the user whose key it is, or `owner`. */
  userId: z.string(),
  /** Null: the owner's. */
  userName: z.string().nullable(),
  /** Whether its requests may be answered from the cache. */
  cache: z.boolean(),
  /** Whether its answers carry the metadata member. */
  metadata: z.boolean(),
  createdAtMs: milliseconds,
  lastUsedAtMs: milliseconds.nullable(),
  revokedAtMs: milliseconds.nullable(),
});

const name = z.string().trim().min(1).max(100);

export const createGatewayKeyInput = z.object({
  name,
  cache: z.boolean().optional(),
  metadata: z.boolean().optional(),
});

/** `key` is shown this once. */
export const createdGatewayKey = z.object({ key: z.string(), gatewayKey });

export const updateGatewayKeyInput = idInput.extend(createGatewayKeyInput.partial().shape);

export type GatewayKeyInfo = z.infer<typeof gatewayKey>;
