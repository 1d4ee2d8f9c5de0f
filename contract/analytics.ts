import { z } from 'zod';
import { isTimeZone, milliseconds, numberInput } from './common.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_RANGE_MS = 400 * DAY_MS;

/** The last 24 hours where nothing is said. */
const range = z.object({
  fromMs: numberInput(milliseconds).default(() => Date.now() - DAY_MS),
  /** Exclusive. */
  toMs: numberInput(milliseconds).default(() => Date.now() + 1),
});

const spans = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => fromMs < toMs && toMs - fromMs <= MAX_RANGE_MS;
const mustSpan = { error: 'The range must end after it begins, and span at most 400 days.', path: ['toMs'] };

export const rangeInput = range.refine(spans, mustSpan);

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'A time zone of the IANA database, such as Europe/Madrid')
  .default('UTC');

export const dailyInput = range.extend({ timeZone }).refine(spans, mustSpan);

const sums = z.object({
  requests: z.int(),
  errors: z.int(),
  costNano: z.int(),
  costUsd: z.number(),
  /** Requests whose cost is unknown; `costNano` is without them. */
  unknownCosts: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheWriteTokens: z.int(),
  reasoningTokens: z.int(),
});

export const overview = sums.extend({
  cancelled: z.int(),
  averageLatencyMs: z.number().nullable(),
  p95LatencyMs: z.number().nullable(),
  /** Share of answers from the cache among the requests that looked there, 0..1. */
  cacheHitRate: z.number().nullable(),
});

const modelSums = sums.extend({
  /** Null where an exchange ended before a model was chosen. */
  provider: z.string().nullable(),
  model: z.string().nullable(),
  averageLatencyMs: z.number().nullable(),
});

export const daily = z.object({
  days: z.array(
    sums.extend({
      /** `YYYY-MM-DD` in the time zone that was asked for. */
      date: z.string(),
      fromMs: milliseconds,
      toMs: milliseconds,
      /** Dearest first. */
      models: z.array(modelSums),
    }),
  ),
});

/** Dearest first. */
export const byModel = z.object({ models: z.array(modelSums) });

export type Overview = z.infer<typeof overview>;
export type Daily = z.infer<typeof daily>;
export type ByModel = z.infer<typeof byModel>;
