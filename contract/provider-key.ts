import { z } from 'zod';
import { idInput, milliseconds, providerId } from './common.ts';

/** What a check of a key with its provider said. */
const checkResult = z.enum(['works', 'refused', 'unreachable', 'rateLimited']);

/** A provider key as it may be shown. No field can hold the key. */
export const providerKey = z.object({
  id: z.string(),
  provider: z.string(),
  label: z.string(),
  /** `environment`: given for this run, stored nowhere, not to be changed here. */
  source: z.enum(['stored', 'environment']),
  lastFour: z.string().max(4).nullable(),
  /** `unreadable`: it cannot be opened on this machine and has to be entered again. */
  status: z.enum([...checkResult.options, 'unchecked', 'unreadable']),
  checkedAtMs: milliseconds.nullable(),
  createdAtMs: milliseconds,
});

/** Keys are one line of visible ASCII, whoever issued them; they go into an HTTP header. */
export const secret = z
  .string()
  .trim()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, 'A key has no spaces, line breaks or special characters');

const label = z.string().trim().min(1).max(100);

export const addProviderKeyInput = z.object({ provider: providerId, key: secret, label: label.optional() });

export const replaceProviderKeyInput = idInput.extend({ key: secret });

export type ProviderKeyInfo = z.infer<typeof providerKey>;
