import { z } from 'zod';
import { area, forMembers, isTimeZone, milliseconds, numberInput, userFilter } from './common.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_RANGE_MS = 400 * DAY_MS;

/** The last 24 hours where nothing is said. */
const range = z.object({
  fromMs: numberInput(milliseconds).default(() => Date.now() - DAY_MS),
  /** Exclusive. */
  toMs: numberInput(milliseconds).default(() => Date.now() + 1),
  user: userFilter,
});

const spans = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => fromMs < toMs && toMs - fromMs <= MAX_RANGE_MS;
const mustSpan = { error: 'The range must end after it begins, and span at most 400 days.', path: ['toMs'] };

const rangeInput = range.refine(spans, mustSpan);

const overviewInput = range
  .extend({
    /** How much earlier the period before lies. Absent: it ends where this one begins. */
    earlierMs: numberInput(milliseconds).optional(),
  })
  .refine(spans, mustSpan);

/** Absent: the zone of the settings. */
const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'A time zone of the IANA database, such as Europe/Madrid')
  .optional();

const dailyInput = range.extend({ timeZone }).refine(spans, mustSpan);

const nano = z.int();
const share = z.number().min(0).max(1);

const sums = z.object({
  requests: z.int(),
  errors: z.int(),
  cancelled: z.int(),
  costNano: nano,
  costUsd: z.number(),
  /** The part of the cost that went to requests which failed or were cancelled, and to calls that were given up before an answer came. */
  failedNano: nano,
  /** Requests whose cost is unknown; `costNano` is without them. */
  unknownCosts: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheWriteTokens: z.int(),
  reasoningTokens: z.int(),
  retries: z.int(),
  averageLatencyMs: z.number().nullable(),
  /** Share of answers from the cache among the requests that looked there. */
  cacheHitRate: share.nullable(),
});

/** Within 4.5 %; null: nothing to tell. */
const percentiles = {
  p50LatencyMs: z.number().nullable(),
  p95LatencyMs: z.number().nullable(),
  p50FirstByteMs: z.number().nullable(),
  p95FirstByteMs: z.number().nullable(),
};

const figures = sums.extend({
  ...percentiles,
  /** The part of the cost that leaving the model of a conversation brought with it. */
  switchLossNano: nano,
});

const overview = figures.extend({
  /** The same of the period before, as long as this one. */
  before: figures.extend({ fromMs: milliseconds, toMs: milliseconds }),
});

const dimension = z.enum(['provider', 'model', 'client', 'complexity', 'dialect', 'mix']);

/** What a group is of: the fields of its dimension, each a filter of `requests.page` too. Null: none was chosen. */
const group = {
  provider: z.string().nullable().optional(),
  model: z.string().nullable().optional(),
  clientId: z.string().nullable().optional(),
  clientName: z.string().nullable().optional(),
  complexity: z.string().nullable().optional(),
  dialect: z.string().nullable().optional(),
};

/** `mix`: complexity and model together. */
const breakdownInput = range.extend({ by: dimension }).refine(spans, mustSpan);

/** Dearest first. */
const breakdown = z.object({ groups: z.array(sums.extend({ ...percentiles, ...group })) });

const MAX_HOURS_MS = 32 * DAY_MS;

/** A range, and by what it is told over time. */
const course = range.extend({ bucket: z.enum(['hour', 'day']).default('day'), timeZone });

const divides = ({ bucket, fromMs, toMs }: z.infer<typeof course>) => bucket === 'day' || toMs - fromMs <= MAX_HOURS_MS;
const mustDivide = { error: 'By the hour, a range may span at most 32 days.', path: ['bucket'] };

/** An hour or calendar day, cut to the range. */
const bucketSpan = {
  /** `YYYY-MM-DD` in the time zone. */
  date: z.string(),
  fromMs: milliseconds,
  toMs: milliseconds,
};

const seriesInput = course
  .extend({
    by: dimension.default('model'),
    /** How many groups are named, the dearest of the range; all others are one more, with `isRest`. */
    groups: numberInput(z.int().min(1).max(100)).default(20),
  })
  .refine(spans, mustSpan)
  .refine(divides, mustDivide);

const series = z.object({
  buckets: z.array(
    sums.extend({
      ...bucketSpan,
      /** Of up to 366 buckets; null where there are more. */
      ...percentiles,
      /** Dearest of the whole range first. */
      groups: z.array(
        sums.pick({ requests: true, errors: true, costNano: true, costUsd: true, unknownCosts: true }).extend({
          inputTokens: z.int(),
          outputTokens: z.int(),
          averageLatencyMs: z.number().nullable(),
          isRest: z.literal(true).optional(),
          ...group,
        }),
      ),
    }),
  ),
});

const distributionInput = range
  .extend({ of: z.enum(['latency', 'firstByte', 'cost', 'tokens']) })
  .refine(spans, mustSpan);

/** Milliseconds, micro-dollars or tokens, from `from` (inclusive) to twice that. Empty buckets are left out. */
const distribution = z.object({
  buckets: z.array(z.object({ from: z.number(), to: z.number(), count: z.int() })),
});

const savingsInput = course
  .extend({
    /** `provider/name`; absent: the setting, or the dearest model that was used. */
    baseline: z.string().min(1).max(200).optional(),
  })
  .refine(spans, mustSpan)
  .refine(divides, mustDivide);

/** What was paid beside what the same tokens would have cost with one model. All in nano-dollars; what costs more than it saves is negative. */
const savings = z.object({
  /** Null: no model with a known price was used. */
  baseline: z.object({ id: z.string(), title: z.string(), from: z.enum(['asked', 'setting', 'dearest']) }).nullable(),
  actualNano: nano,
  actualUsd: z.number(),
  baselineNano: nano,
  baselineUsd: z.number(),
  /** `baselineNano - actualNano`: the sum of the parts. */
  savedNano: nano,
  savedUsd: z.number(),
  /** Each is a filter of `requests.page` too: `saving` by its name. */
  parts: z.object({
    /** Cheaper models than the baseline. */
    modelsNano: nano,
    /** Answers from the gateway's own cache. */
    cacheNano: nano,
    /** Paid for calls that were given up and tried again before an answer came: never positive. */
    retriesNano: nano,
    /** Paid for requests that failed or were cancelled: never positive. */
    failuresNano: nano,
    /** Prompts read anew because a conversation left its model: never positive. */
    switchingNano: nano,
  }),
  /** Requests that are left out because their cost is unknown. */
  unknownCosts: z.int(),
  /** The same over time, against the same baseline: they add up to `savedNano`. */
  buckets: z.array(z.object({ ...bucketSpan, savedNano: nano, savedUsd: z.number() })),
});

const modelSums = sums.extend({
  /** Null where an exchange ended before a model was chosen. */
  provider: z.string().nullable(),
  model: z.string().nullable(),
});

const daily = z.object({
  days: z.array(
    sums.extend({
      ...bucketSpan,
      /** Dearest first. */
      models: z.array(modelSums),
    }),
  ),
});

/** Dearest first. */
const byModel = z.object({ models: z.array(modelSums) });

const analytics = area('Analytics').meta(forMembers);

export const analyticsRoutes = {
  overview: analytics
    .route({
      method: 'GET',
      path: '/analytics/overview',
      summary: 'Cost, requests, tokens and latency of a time range, and of the one before',
    })
    .input(overviewInput)
    .output(overview),
  breakdown: analytics
    .route({ method: 'GET', path: '/analytics/breakdown', summary: 'The same by model, provider, client, …' })
    .input(breakdownInput)
    .output(breakdown),
  series: analytics
    .route({ method: 'GET', path: '/analytics/series', summary: 'The same over time, by hour or calendar day' })
    .input(seriesInput)
    .output(series),
  distribution: analytics
    .route({ method: 'GET', path: '/analytics/distribution', summary: 'How latency, cost or tokens are spread' })
    .input(distributionInput)
    .output(distribution),
  savings: analytics
    .route({ method: 'GET', path: '/analytics/savings', summary: 'What was saved, net, against one model for all' })
    .input(savingsInput)
    .output(savings),
  daily: analytics
    .route({ method: 'GET', path: '/analytics/daily', summary: 'By calendar day and model' })
    .input(dailyInput)
    .output(daily),
  byModel: analytics
    .route({ method: 'GET', path: '/analytics/models', summary: 'By model' })
    .input(rangeInput)
    .output(byModel),
};

export type Savings = z.infer<typeof savings>;
export type Overview = z.infer<typeof overview>;
export type Daily = z.infer<typeof daily>;
export type ByModel = z.infer<typeof byModel>;
export type AnalyticsSeries = z.infer<typeof series>;
export type Breakdown = z.infer<typeof breakdown>;
