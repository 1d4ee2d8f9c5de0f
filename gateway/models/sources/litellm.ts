import type { Facts } from '../diff.ts';
import type { Price, Rates } from '../schema.ts';
import {
  asAmount,
  asCount,
  asFlag,
  asObject,
  asRates,
  asText,
  asTexts,
  compact,
  type Json,
  perMillion,
  type Source,
  type SourceModel,
} from './source.ts';

const PROVIDERS: Record<string, string> = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'gemini',
  groq: 'groq',
  mistral: 'mistral',
  cohere: 'cohere',
  cohere_chat: 'cohere',
  deepseek: 'deepseek',
  xai: 'xai',
  openrouter: 'openrouter',
};

/** LiteLLM's name of a rate → ours. */
const RATES: Record<string, keyof Rates> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  // The older name of the next.
  input_cost_per_token_cache_hit: 'cacheRead',
  cache_read_input_token_cost: 'cacheRead',
  cache_creation_input_token_cost: 'cacheWrite5m',
  cache_creation_input_token_cost_above_1hr: 'cacheWrite1h',
  input_cost_per_audio_token: 'inputAudio',
  output_cost_per_audio_token: 'outputAudio',
  input_cost_per_image_token: 'inputImage',
  output_cost_per_image_token: 'outputImage',
  output_cost_per_reasoning_token: 'reasoning',
};

const FIELD = /^([a-z_]+?(?:_above_1hr)?)(?:_above_(\d+)k_tokens)?(?:_(batches|flex|priority))?$/;

type Sparse = { [K in keyof Rates]?: number };

/** All rates of an entry, by service tier (`` for the standard one) and threshold (0 for none). */
function ratesOf(entry: Json): Map<string, Map<number, Sparse>> {
  const found = new Map<string, Map<number, Sparse>>();
  for (const [key, value] of Object.entries(entry)) {
    const match = FIELD.exec(key);
    const kind = RATES[match?.[1] ?? ''];
    const amount = asAmount(value);
    if (match === null || kind === undefined || amount === undefined) continue;
    const tier = (match[3] ?? '').replace('batches', 'batch');
    const byThreshold = found.get(tier) ?? new Map<number, Sparse>();
    found.set(tier, byThreshold);
    const threshold = Number(match[2] ?? 0) * 1000;
    const rates = byThreshold.get(threshold) ?? {};
    byThreshold.set(threshold, rates);
    if (match[1] === 'input_cost_per_token_cache_hit' && rates.cacheRead !== undefined) continue;
    // USD per token → USD per million.
    rates[kind] = perMillion(amount * 1e6);
  }
  return found;
}

function withTiers(
  byThreshold: Map<number, Sparse>,
): (Rates & { tiers?: (Rates & { aboveInputTokens: number })[] }) | undefined {
  const base = asRates(byThreshold.get(0) ?? {});
  if (base === undefined) return undefined;
  const tiers = [...byThreshold]
    .filter(([threshold]) => threshold > 0)
    .sort(([a], [b]) => a - b)
    .flatMap(([aboveInputTokens, sparse]) => {
      const rates = asRates(sparse);
      return rates === undefined ? [] : [{ aboveInputTokens, ...rates }];
    });
  return tiers.length === 0 ? base : { ...base, tiers };
}

function scaled(rates: Rates, factor: number): Rates {
  return Object.fromEntries(
    Object.entries(rates).map(([kind, rate]) => [kind, perMillion((rate ?? 0) * factor)]),
  ) as Rates;
}

function readPrice(entry: Json): Price | undefined {
  const found = ratesOf(entry);
  const base = withTiers(found.get('') ?? new Map());
  if (base === undefined) return undefined;
  const serviceTiers: NonNullable<Price['serviceTiers']> = {};
  for (const tier of ['batch', 'flex', 'priority']) {
    const rates = withTiers(found.get(tier) ?? new Map());
    // A tier at the standard price says nothing (Gemini 2.5 Pro lists `priority` so).
    if (rates !== undefined && (rates.input !== base.input || rates.output !== base.output)) serviceTiers[tier] = rates;
  }
  const fast = asAmount(asObject(entry.provider_specific_entry).fast);
  const { tiers: _, ...flat } = base;
  if (fast !== undefined) serviceTiers.fast = scaled(flat, fast);
  const search = asAmount(asObject(entry.search_context_cost_per_query).search_context_size_medium);
  return compact<Price>({
    ...base,
    serviceTiers: Object.keys(serviceTiers).length === 0 ? undefined : serviceTiers,
    perCall: search === undefined ? undefined : { webSearch: search },
  });
}

function readModel(entry: Json): SourceModel {
  return compact<SourceModel>({
    price: readPrice(entry),
    contextTokens: asCount(entry.max_input_tokens),
    maxOutputTokens: asCount(entry.max_output_tokens),
    input: [
      'text',
      ...(entry.supports_vision === true ? ['image'] : []),
      ...(entry.supports_audio_input === true ? ['audio'] : []),
      ...(entry.supports_video_input === true ? ['video'] : []),
      ...(entry.supports_pdf_input === true ? ['document'] : []),
    ],
    output: asTexts(entry.supported_output_modalities),
    tools: asFlag(entry.supports_function_calling),
    structuredOutput: asFlag(entry.supports_response_schema),
    reasoning: asFlag(entry.supports_reasoning),
    promptCaching: asFlag(entry.supports_prompt_caching),
    sampling: asFlag(entry.supports_sampling_params),
    api: entry.mode === 'responses' ? 'responses' : 'chat',
    retires: /^\d{4}-\d\d-\d\d$/.test(asText(entry.deprecation_date) ?? '')
      ? asText(entry.deprecation_date)
      : undefined,
  });
}

/** Entries of the providers that are known, under our ids. */
function entriesOf(file: unknown): { id: string; kind: string; entry: Json }[] {
  return Object.entries(asObject(file)).flatMap(([key, value]) => {
    const entry = asObject(value);
    const prefix = asText(entry.litellm_provider) ?? '';
    const provider = PROVIDERS[prefix];
    const kind = asText(entry.mode);
    if (provider === undefined || kind === undefined) return [];
    const name = key.startsWith(`${prefix}/`) ? key.slice(prefix.length + 1) : key;
    return [{ id: `${provider}/${name}`, kind, entry }];
  });
}

/**
 * Reads `model_prices_and_context_window.json`. Keys are no ids: the provider is `litellm_provider`, and a key may carry
 * its name as a prefix. Entries that are no chat model (`sample_spec`, `fallback_generalizations`, embeddings) are left out.
 */
export function readLiteLlm(file: unknown): Source {
  const chat = entriesOf(file).filter(({ kind }) => kind === 'chat' || kind === 'responses');
  return new Map(chat.map(({ id, entry }) => [id, readModel(entry)]));
}

/** The models that make vectors: input has a price, and there is no output. */
export function readLiteLlmEmbeddings(file: unknown): Source {
  const embeddings = entriesOf(file).filter(({ kind }) => kind === 'embedding');
  return new Map(embeddings.map(({ id, entry }) => [id, readModel(entry)]));
}

/** What each entry is, other kinds than chat too: a model that becomes one of them has not gone. */
export function liteLlmKinds(file: unknown): Record<string, string> {
  return Object.fromEntries(entriesOf(file).map(({ id, kind }) => [id, kind]));
}

const STANDARD: Record<string, string> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cacheRead',
  cache_creation_input_token_cost: 'cacheWrite5m',
  cache_creation_input_token_cost_above_1hr: 'cacheWrite1h',
};

/** The file's own words, entry by entry under its own keys, for comparing two states of it. Everything with a mode is an entry. */
export function liteLlmFacts(file: unknown): Map<string, Facts> {
  const facts = new Map<string, Facts>();
  for (const [key, value] of Object.entries(asObject(file))) {
    const entry = asObject(value);
    const kind = asText(entry.mode);
    if (key === 'sample_spec' || kind === undefined) continue;
    const price: Facts['price'] = {};
    const otherPrice: Facts['otherPrice'] = {};
    for (const [name, amount] of Object.entries(entry)) {
      const standard = STANDARD[name];
      const number = asAmount(amount);
      if (standard !== undefined && number !== undefined) price[standard] = perMillion(number * 1e6);
      else if (standard === undefined && /cost|pricing/.test(name)) otherPrice[name] = amount;
    }
    facts.set(key, {
      provider: asText(entry.litellm_provider) ?? '',
      kind,
      price,
      otherPrice,
      limits: compact<Facts['limits']>({
        max_input_tokens: asAmount(entry.max_input_tokens),
        max_output_tokens: asAmount(entry.max_output_tokens),
      }),
      retires: asText(entry.deprecation_date) ?? null,
      status: null,
    });
  }
  return facts;
}
