import { z } from 'zod';
import { area, forMembers, idInput, milliseconds, numberInput, providerId } from './common.ts';

const usdPerMillion = z.number().min(0).max(1_000_000);
const modality = z.enum(['text', 'image', 'audio', 'video', 'document']);
/** `embedding`: it makes vectors and answers nothing. */
const outputKind = z.enum([...modality.options, 'embedding']);

/** Where a field is from: the registry as shipped, what was downloaded since, or the owner's own word. */
const layer = z.enum(['shipped', 'downloaded', 'edited']);

/** USD per million tokens, by kind. A kind without a rate of its own is charged at the plain input or output rate. */
const rates = z.object({
  input: usdPerMillion,
  output: usdPerMillion,
  cacheRead: usdPerMillion.optional(),
  cacheWrite5m: usdPerMillion.optional(),
  cacheWrite1h: usdPerMillion.optional(),
  inputAudio: usdPerMillion.optional(),
  outputAudio: usdPerMillion.optional(),
  inputImage: usdPerMillion.optional(),
  outputImage: usdPerMillion.optional(),
  reasoning: usdPerMillion.optional(),
});

const tier = rates.extend({ aboveInputTokens: z.int().positive() });

/** A whole price: rates, those of long prompts (`tiers`) and of service tiers, fees in USD a call, and the days on which it holds. */
const price = rates.extend({
  from: z.string().optional(),
  until: z.string().optional(),
  tiers: z.array(tier).optional(),
  serviceTiers: z.record(z.string(), rates.extend({ tiers: z.array(tier).optional() })).optional(),
  perCall: z.record(z.string(), z.number().min(0)).optional(),
});

const rating = z.number().min(1).max(5);

/** What the owner set of a model, over what the registry says. Absent: as the registry says. */
const modelEdit = z.object({
  /** The whole price: tiers and service tiers of the list no longer hold. */
  price: rates.optional(),
  rating: rating.optional(),
  /** Not listed, and never chosen by `auto`; still answered when asked for by name. */
  hidden: z.boolean().optional(),
});

const capabilities = z.object({
  tools: z.boolean(),
  structuredOutput: z.boolean(),
  reasoning: z.boolean(),
  promptCaching: z.boolean(),
});

/** A model of the registry, with what it costs today. */
const model = z.object({
  /** `provider/name` */
  id: z.string(),
  provider: z.string(),
  name: z.string(),
  title: z.string(),
  aliases: z.array(z.string()),
  /** Tokens that prompt and answer may fill together. */
  contextTokens: z.int(),
  maxInputTokens: z.int().nullable(),
  maxOutputTokens: z.int(),
  input: z.array(modality),
  output: z.array(outputKind),
  capabilities,
  reasoningEfforts: z.array(z.string()),
  /** USD per million tokens, without surcharges for long contexts. Null: the price is unknown. */
  price: z
    .object({
      input: usdPerMillion,
      output: usdPerMillion,
      cacheRead: usdPerMillion.nullable(),
      cacheWrite5m: usdPerMillion.nullable(),
      cacheWrite1h: usdPerMillion.nullable(),
    })
    .nullable(),
  /** Who says so: `LiteLLM 2026-08-01`, or `your own price`. */
  priceSource: z.string().nullable(),
  /** From 1 (weakest) to 5 (frontier), as the model answers when no effort is asked for. Null: unrated. */
  rating: z.number().nullable(),
  released: z.string().nullable(),
  /** Day on which the provider switches it off. */
  retires: z.string().nullable(),
  status: z.enum(['alpha', 'beta', 'deprecated']).nullable(),
  /** Whether a usable key is there. */
  available: z.boolean(),
  hidden: z.boolean(),
  /** Field → where it is from. Fields that are not named here were derived, not read. */
  origins: z.record(z.string(), layer),
});

/** Two sources, two figures: all values in USD per million, which one holds here, and by which rule. */
export const disagreement = z.object({
  model: z.string(),
  field: z.string(),
  values: z.record(z.string(), z.number()),
  chosen: z.number(),
  why: z.string(),
});

/** A model in full. */
const modelDetail = model.extend({
  /** Every price with its dates, in the order in which they come to hold. */
  prices: z.array(price),
  /** By effort; the first one is `rating`. */
  quality: z.array(z.object({ rating, variant: z.string(), basis: z.string(), date: z.string() })),
  disagreements: z.array(disagreement),
  edit: modelEdit,
  /** True for a model that the owner added; resetting it removes it. */
  added: z.boolean(),
  /** What the registry says beneath the owner's edit. */
  listed: z.object({ price: rates.nullable(), rating: z.number().nullable() }),
});

/** Null takes a field back to what the registry says; an absent field stays as it is. */
const editModelInput = idInput.extend({
  price: rates.nullable().optional(),
  rating: rating.nullable().optional(),
  hidden: z.boolean().nullable().optional(),
});

/** A model that the registry does not know, such as one of a server of the owner's own. */
const addModelInput = z.object({
  provider: providerId,
  /** The provider's own name, as it goes on the wire. */
  name: z.string().trim().min(1).max(200),
  title: z.string().trim().min(1).max(200).optional(),
  contextTokens: z.int().positive().max(100_000_000),
  maxOutputTokens: z.int().positive().max(100_000_000).optional(),
  input: z.array(modality).min(1).default(['text']),
  capabilities: capabilities.partial().prefault({}),
  /** Null: unknown. Zero for what runs on the owner's own machine. */
  price: rates.nullable().default(null),
  rating: rating.optional(),
});

/** A price list as it was, from a moment on; the newest first. */
const priceHistory = z.object({
  model: z.string(),
  entries: z.array(
    z.object({
      /** What rows of the ledger name as their price version. */
      version: z.string(),
      sinceMs: milliseconds,
      layer,
      source: z.string().nullable(),
      prices: z.array(price),
    }),
  ),
});

const tokens = z.int().min(0).max(10_000_000);

const compareInput = z.object({
  ids: z.array(z.string().min(1).max(200)).min(2).max(8),
  /** Of one request; `cachedTokens` are a part of `inputTokens`. */
  inputTokens: numberInput(tokens).default(10_000),
  cachedTokens: numberInput(tokens).default(0),
  outputTokens: numberInput(tokens).default(1000),
});

const comparison = z.object({
  models: z.array(
    modelDetail.extend({
      /** What such a request would cost today. Null: the price is unknown. */
      costNano: z.int().nullable(),
      costUsd: z.number().nullable(),
    }),
  ),
});

const routes = area('Models');

export const modelRoutes = {
  list: routes
    .meta(forMembers)
    .route({ method: 'GET', path: '/models', summary: 'List the models of the registry, hidden ones too' })
    .output(z.object({ models: z.array(model) })),
  one: routes
    .meta(forMembers)
    .route({ method: 'GET', path: '/models/{+id}', summary: 'One model in full, by provider/name' })
    .input(idInput)
    .output(modelDetail),
  add: routes
    .route({ method: 'POST', path: '/models', summary: 'Add a model that the registry does not know' })
    .input(addModelInput)
    .output(modelDetail),
  edit: routes
    .route({ method: 'PATCH', path: '/models/{+id}', summary: 'Set your own price or rating of a model, or hide it' })
    .input(editModelInput)
    .output(modelDetail),
  reset: routes
    .route({
      method: 'DELETE',
      path: '/models/{+id}',
      summary: 'Take back all edits of a model; one that you added is removed',
    })
    .input(idInput)
    .output(z.object({ id: z.string(), model: modelDetail.nullable() })),
  priceHistory: routes
    .route({ method: 'GET', path: '/model-prices/{+id}', summary: 'What a model cost since when, newest first' })
    .input(idInput)
    .output(priceHistory),
  compare: routes
    .route({ method: 'POST', path: '/models/compare', summary: 'Models side by side, with what a request would cost' })
    .input(compareInput)
    .output(comparison),
};

export type ModelInfo = z.infer<typeof model>;
export type ModelDetail = z.infer<typeof modelDetail>;
export type ModelEdit = z.infer<typeof modelEdit>;
export type AddModel = z.infer<typeof addModelInput>;
export type EditModel = z.infer<typeof editModelInput>;
export type Layer = z.infer<typeof layer>;
