import { z } from 'zod';
import { milliseconds } from './common.ts';

export const status = z.object({
  version: z.string(),
  /** Where it listens, such as `http://127.0.0.1:4556`. */
  address: z.string(),
  uptimeMs: milliseconds,
});

export type Status = z.infer<typeof status>;
