import type { Price, Rates } from '../../gateway/models/schema.ts';
import {
  asCount,
  asObject,
  asRates,
  asText,
  asTexts,
  compact,
  type Json,
  perMillion,
  type Source,
  type SourceModel,
} from '../../gateway/models/sources/source.ts';

/** `"0.000002"` USD per token → 2 USD per million. `-1` stands for "varies" and is no price. */
function rate(value: unknown): number | undefined {
  const amount = Number.parseFloat(asText(value) ?? '');
  return Number.isFinite(amount) && amount >= 0 ? perMillion(amount * 1e6) : undefined;
}

function readRates(pricing: Json): Rates | undefined {
  return asRates({
    input: rate(pricing.prompt),
    output: rate(pricing.completion),
    cacheRead: rate(pricing.input_cache_read),
    cacheWrite5m: rate(pricing.input_cache_write),
    cacheWrite1h: rate(pricing.input_cache_write_1h),
    inputAudio: rate(pricing.audio),
  });
}

function readPrice(pricing: Json): Price | undefined {
  const base = readRates(pricing);
  if (base === undefined) return undefined;
  const tiers = (Array.isArray(pricing.overrides) ? pricing.overrides : []).map(asObject).flatMap((item) => {
    const rates = readRates(item);
    const aboveInputTokens = asCount(item.min_prompt_tokens);
    return rates === undefined || aboveInputTokens === undefined ? [] : [{ aboveInputTokens, ...rates }];
  });
  const search = rate(pricing.web_search);
  return compact<Price>({
    ...base,
    tiers: tiers.length === 0 ? undefined : tiers,
    perCall: search === undefined || search === 0 ? undefined : { webSearch: search / 1e6 },
  });
}

function modalities(list: unknown): string[] {
  return asTexts(list).map((word) => (word === 'file' ? 'document' : word));
}

function defaultEffort(reasoning: Json): string | undefined {
  return reasoning.default_enabled === false ? 'none' : asText(reasoning.default_effort);
}

function readModel(entry: Json): SourceModel {
  const top = asObject(entry.top_provider);
  const architecture = asObject(entry.architecture);
  const parameters = new Set(asTexts(entry.supported_parameters));
  const reasoning = asObject(entry.reasoning);
  const efforts = asTexts(reasoning.supported_efforts);
  const price = readPrice(asObject(entry.pricing));
  const index = asObject(asObject(entry.benchmarks).artificial_analysis).intelligence_index;
  return compact<SourceModel>({
    title: asText(entry.name)?.replace(/^[^:]+: /, ''),
    price,
    contextTokens: asCount(top.context_length) ?? asCount(entry.context_length),
    maxOutputTokens: asCount(top.max_completion_tokens),
    input: modalities(architecture.input_modalities),
    output: modalities(architecture.output_modalities),
    tools: parameters.has('tools'),
    structuredOutput: parameters.has('structured_outputs'),
    reasoning: parameters.has('reasoning'),
    promptCaching: price?.cacheRead !== undefined,
    sampling: parameters.has('temperature'),
    efforts: efforts.length === 0 ? undefined : efforts,
    defaultEffort: defaultEffort(reasoning),
    released: typeof entry.created === 'number' ? new Date(entry.created * 1000).toISOString().slice(0, 10) : undefined,
    knowledge: asText(entry.knowledge_cutoff),
    retires: asText(entry.expiration_date)?.slice(0, 10),
    intelligence: typeof index === 'number' ? index : undefined,
  });
}

/** Reads the answer of OpenRouter's model listing; ids that start with `~` are moving aliases and left out. */
export function readOpenRouter(file: unknown): Source {
  const list = asObject(file).data;
  const source: Source = new Map();
  for (const entry of (Array.isArray(list) ? list : []).map(asObject)) {
    const id = asText(entry.id);
    if (id !== undefined && !id.startsWith('~')) source.set(id, readModel(entry));
  }
  return source;
}
