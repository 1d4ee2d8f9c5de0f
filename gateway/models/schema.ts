import { z } from 'zod';

/** USD per million tokens. */
const rate = z.number().min(0);

/** Rates by kind of token, USD per million. A kind that is absent has no rate of its own: see `price.ts` for what then holds. */
const rates = z.object({
  input: rate,
  output: rate,
  cacheRead: rate.optional(),
  cacheWrite5m: rate.optional(),
  cacheWrite1h: rate.optional(),
  inputAudio: rate.optional(),
  outputAudio: rate.optional(),
  inputImage: rate.optional(),
  outputImage: rate.optional(),
  reasoning: rate.optional(),
});

/** Rates that hold for the whole request once its prompt (cached parts included) is longer than `aboveInputTokens`. */
const contextTier = rates.extend({ aboveInputTokens: z.int().positive() });

const day = z.iso.date();

const price = rates.extend({
  /** First day on which it holds; absent: since ever. */
  from: day.optional(),
  /** Last day on which it holds; absent: until further notice. */
  until: day.optional(),
  tiers: z.array(contextTier).optional(),
  /** Rates of the tiers `batch`, `flex`, `priority`, … */
  serviceTiers: z.record(z.string(), rates.extend({ tiers: z.array(contextTier).optional() })).optional(),
  /** USD a call of tools that the provider runs, by kind (`webSearch`). */
  perCall: z.record(z.string(), z.number().min(0)).optional(),
});

const modality = z.enum(['text', 'image', 'audio', 'video', 'document']);
/** `embedding`: it makes vectors and answers nothing. */
const outputKind = z.enum([...modality.options, 'embedding']);

/** Quality from 1 (weakest) to 5 (frontier) in steps of 0.1, of one variant. Coarse on purpose; our own rating, grounded in `basis`. */
const quality = z.object({
  rating: z.number().min(1).max(5),
  /** What was rated: an effort (`high`), `default`, or a snapshot. */
  variant: z.string(),
  /** Which public benchmarks stand behind it. */
  basis: z.string(),
  date: day,
});

const modelSchema = z.object({
  /** `provider/name`, unique. */
  id: z.string(),
  provider: z.string(),
  /** The provider's own name, as it goes on the wire. */
  name: z.string(),
  title: z.string(),
  /** Other names of the same model (dated snapshots, `-latest`). */
  aliases: z.array(z.string()).optional(),
  /** Tokens that prompt and answer may fill together. */
  contextTokens: z.int().positive(),
  /** Tokens of prompt alone, where that limit is narrower. */
  maxInputTokens: z.int().positive().optional(),
  maxOutputTokens: z.int().positive(),
  input: z.array(modality),
  output: z.array(outputKind),
  capabilities: z.object({
    tools: z.boolean(),
    structuredOutput: z.boolean(),
    reasoning: z.boolean(),
    promptCaching: z.boolean(),
    /** False where `temperature` and `top_p` are refused. */
    sampling: z.boolean(),
  }),
  reasoningEfforts: z.array(z.string()).optional(),
  /** Which of OpenAI's two APIs serves it; absent: chat. */
  api: z.enum(['chat', 'responses']).optional(),
  /** In the order in which they come to hold. Empty: the price is unknown. */
  prices: z.array(price),
  /** The first one is what the model does when the client asks for no effort. Empty: unrated. */
  quality: z.array(quality),
  /** Tokens a second after the first one, rounded to coarse steps; a start for the gateway's own measurements. */
  tokensPerSecond: z.number().positive().optional(),
  released: z.string().optional(),
  knowledge: z.string().optional(),
  /** Day on which the provider switches it off. */
  retires: day.optional(),
  status: z.enum(['alpha', 'beta', 'deprecated']).optional(),
  /** Which source gave the price, as `name date`. */
  priceSource: z.string().optional(),
});

/** Where sources gave different figures for one field of a price (USD per million), what was chosen, and by which rule. */
const disagreement = z.object({
  model: z.string(),
  field: z.string(),
  values: z.record(z.string(), z.number()),
  chosen: z.number(),
  why: z.string(),
});

export const modelFileSchema = z.object({
  version: z.literal(1),
  /** When the file was made. */
  made: day,
  sources: z.array(z.object({ name: z.string(), date: day, licence: z.string(), path: z.string() })),
  disagreements: z.array(disagreement).optional(),
  models: z.array(modelSchema),
});

export type Rates = z.infer<typeof rates>;
export type Price = z.infer<typeof price>;
export type Quality = z.infer<typeof quality>;
export type Model = z.infer<typeof modelSchema>;
export type Disagreement = z.infer<typeof disagreement>;
export type ModelFile = z.infer<typeof modelFileSchema>;
