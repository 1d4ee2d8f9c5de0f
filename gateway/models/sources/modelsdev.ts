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
  type Source,
  type SourceModel,
} from './source.ts';

const PROVIDERS: Record<string, string> = { google: 'gemini' };

function readRates(cost: Json): Rates | undefined {
  return asRates({
    input: asAmount(cost.input),
    output: asAmount(cost.output),
    cacheRead: asAmount(cost.cache_read),
    cacheWrite5m: asAmount(cost.cache_write),
    inputAudio: asAmount(cost.input_audio),
    outputAudio: asAmount(cost.output_audio),
  });
}

/** `cost.context_over_200k` is left alone: it copies a single tier whatever its threshold. */
function readPrice(entry: Json): Price | undefined {
  const cost = asObject(entry.cost);
  const base = readRates(cost);
  if (base === undefined) return undefined;
  const tiers = (Array.isArray(cost.tiers) ? cost.tiers : []).flatMap((item: unknown) => {
    const rates = readRates(asObject(item));
    const aboveInputTokens = asCount(asObject(asObject(item).tier).size);
    return rates === undefined || aboveInputTokens === undefined ? [] : [{ aboveInputTokens, ...rates }];
  });
  const fast = asObject(asObject(asObject(entry.experimental).modes).fast);
  const asked = asText(asObject(asObject(fast.provider).body).service_tier);
  const fastRates = readRates(asObject(fast.cost));
  return compact<Price>({
    ...base,
    tiers: tiers.length === 0 ? undefined : tiers,
    serviceTiers: asked === undefined || fastRates === undefined ? undefined : { [asked]: fastRates },
  });
}

function modalities(list: unknown): string[] {
  return asTexts(list).map((word) => (word === 'pdf' ? 'document' : word));
}

function readModel(entry: Json): SourceModel {
  const limit = asObject(entry.limit);
  const options = (Array.isArray(entry.reasoning_options) ? entry.reasoning_options : []).map(asObject);
  const efforts = asTexts(options.find((option) => option.type === 'effort')?.values);
  return compact<SourceModel>({
    title: asText(entry.name),
    price: readPrice(entry),
    contextTokens: asCount(limit.context),
    maxInputTokens: asCount(limit.input),
    maxOutputTokens: asCount(limit.output),
    input: modalities(asObject(entry.modalities).input),
    output: modalities(asObject(entry.modalities).output),
    tools: asFlag(entry.tool_call),
    structuredOutput: asFlag(entry.structured_output),
    reasoning: asFlag(entry.reasoning),
    sampling: asFlag(entry.temperature),
    efforts: efforts.length === 0 ? undefined : efforts,
    released: asText(entry.release_date),
    knowledge: asText(entry.knowledge),
    status: asText(entry.status),
  });
}

/** Reads models.dev `api.json`: prices are USD per million already. */
export function readModelsDev(file: unknown): Source {
  const source: Source = new Map();
  for (const [id, value] of Object.entries(asObject(file))) {
    for (const [name, entry] of Object.entries(asObject(asObject(value).models))) {
      source.set(`${PROVIDERS[id] ?? id}/${name}`, readModel(asObject(entry)));
    }
  }
  return source;
}

/** The file's own words, by `provider/model` with its own ids of providers, for comparing two states of it. */
export function modelsDevFacts(file: unknown): Map<string, Facts> {
  const facts = new Map<string, Facts>();
  for (const [provider, value] of Object.entries(asObject(file))) {
    for (const [name, one] of Object.entries(asObject(asObject(value).models))) {
      const entry = asObject(one);
      const { input, output, cache_read, cache_write, ...otherPrice } = asObject(entry.cost);
      const limit = asObject(entry.limit);
      facts.set(`${provider}/${name}`, {
        provider,
        kind: 'chat',
        price: compact<Facts['price']>({
          input: asAmount(input),
          output: asAmount(output),
          cacheRead: asAmount(cache_read),
          cacheWrite5m: asAmount(cache_write),
        }),
        otherPrice,
        limits: compact<Facts['limits']>({
          context: asAmount(limit.context),
          input: asAmount(limit.input),
          output: asAmount(limit.output),
        }),
        retires: null,
        status: asText(entry.status) ?? null,
      });
    }
  }
  return facts;
}
