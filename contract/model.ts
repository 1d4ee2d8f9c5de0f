import { z } from 'zod';

const usdPerMillion = z.number().min(0);
const modality = z.enum(['text', 'image', 'audio', 'video', 'document']);

/** A model of the registry, with what it costs today. */
export const model = z.object({
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
  output: z.array(modality),
  capabilities: z.object({
    tools: z.boolean(),
    structuredOutput: z.boolean(),
    reasoning: z.boolean(),
    promptCaching: z.boolean(),
  }),
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
  /** From 1 (weakest) to 5 (frontier), as the model answers when no effort is asked for. Null: unrated. */
  rating: z.number().nullable(),
  released: z.string().nullable(),
  /** Day on which the provider switches it off. */
  retires: z.string().nullable(),
  status: z.enum(['alpha', 'beta', 'deprecated']).nullable(),
  /** Whether a usable key is there. */
  available: z.boolean(),
});

export const modelList = z.object({ models: z.array(model) });

export type ModelInfo = z.infer<typeof model>;
