import type { Facts } from '../diff.ts';
import { type Disagreement, type Model, modelFileSchema, type Price } from '../schema.ts';
import { liteLlmFacts, liteLlmKinds, readLiteLlm } from './litellm.ts';
import { modelsDevFacts, readModelsDev } from './modelsdev.ts';
import { asObject, asText, type SourceModel } from './source.ts';

/** What one model of a list brings. */
export interface Found {
  id: string;
  /** In the order in which they come to hold; empty: the list has no price. */
  prices: Price[];
  retires?: string | undefined;
  /** The whole of it, where it can be a model of the registry by itself. */
  model?: Model | undefined;
  /** Named where the list says that it is not US dollars. */
  currency?: string | undefined;
}

/** A list of prices as it was read, whoever keeps it. */
export interface Reading {
  kind: 'registry' | 'litellm' | 'modelsdev';
  /** For people, and for the source of a price. */
  name: string;
  models: Found[];
  /** Id → `chat`, `responses`, `embedding`, …, of everything in the list. */
  kinds: Record<string, string>;
  /** Only the registry's own format has them. */
  disagreements: Disagreement[];
}

/** Tells which of the three formats it is. Null: none of them. Throws a `ZodError` for a registry that breaks its schema. */
export function readList(json: unknown): Reading | null {
  switch (kindOf(json)) {
    case 'registry':
      return readRegistry(json);
    case 'litellm':
      return {
        kind: 'litellm',
        name: 'LiteLLM',
        models: readSource(readLiteLlm(json), currencies(json)),
        kinds: liteLlmKinds(json),
        disagreements: [],
      };
    case 'modelsdev': {
      const models = readSource(readModelsDev(json));
      return { kind: 'modelsdev', name: 'models.dev', models, kinds: allChat(models), disagreements: [] };
    }
    default:
      return null;
  }
}

/** What a list says in its own words, for comparing two states of it. Null: none of the three formats. */
export function readFacts(json: unknown): Map<string, Facts> | null {
  switch (kindOf(json)) {
    case 'registry':
      return new Map(modelFileSchema.parse(json).models.map((model) => [model.id, factsOf(model, '9999')]));
    case 'litellm':
      return liteLlmFacts(json);
    case 'modelsdev':
      return modelsDevFacts(json);
    default:
      return null;
  }
}

/** A model of the registry on a day (`YYYY-MM-DD`; `9999`: the last price that is announced). */
export function factsOf(model: Model, day: string): Facts {
  const price =
    model.prices.find(({ from = '', until = '9999-12-31' }) => from <= day && day <= until) ?? model.prices.at(-1);
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h, from: _, until: __, ...otherPrice } = price ?? {};
  const rates = { input, output, cacheRead, cacheWrite5m, cacheWrite1h };
  const { contextTokens, maxInputTokens, maxOutputTokens } = model;
  return {
    provider: model.provider,
    kind: model.api ?? 'chat',
    price: said(rates),
    otherPrice,
    limits: said({ contextTokens, maxInputTokens, maxOutputTokens }),
    retires: model.retires ?? null,
    status: model.status ?? null,
  };
}

function said(values: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function kindOf(json: unknown): Reading['kind'] | null {
  const file = asObject(json);
  if (Array.isArray(file.models) && file.version !== undefined) return 'registry';
  const entries = Object.values(file).map(asObject);
  const has = (name: string) => entries.filter((entry) => name in entry).length > entries.length / 2;
  if (entries.length === 0) return null;
  return has('litellm_provider') ? 'litellm' : has('models') ? 'modelsdev' : null;
}

function readRegistry(json: unknown): Reading {
  const file = modelFileSchema.parse(json);
  const models = file.models.map((model) => ({ id: model.id, prices: model.prices, retires: model.retires, model }));
  return {
    kind: 'registry',
    name: `models.json ${file.made}`,
    models,
    kinds: allChat(models),
    disagreements: file.disagreements ?? [],
  };
}

function allChat(models: readonly { id: string }[]): Record<string, string> {
  return Object.fromEntries(models.map(({ id }) => [id, 'chat']));
}

function currencies(json: unknown): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(asObject(json))) {
    const currency = asText(asObject(value).currency);
    if (currency !== undefined) found.set(key, currency);
  }
  return found;
}

function readSource(
  source: ReadonlyMap<string, SourceModel>,
  currency: ReadonlyMap<string, string> = new Map(),
): Found[] {
  return [...source].map(([id, entry]) => ({
    id,
    prices: entry.price === undefined ? [] : [entry.price],
    retires: entry.retires,
    model: modelOf(id, entry),
    currency: currency.get(id) ?? currency.get(id.slice(id.indexOf('/') + 1)),
  }));
}

const MODALITIES = ['text', 'image', 'audio', 'video', 'document'] as const;

/** A model that only one list knows: unrated, so that `auto` leaves it alone, but priced. Undefined where its window is unknown. */
function modelOf(id: string, entry: SourceModel): Model | undefined {
  const { contextTokens, price, tools = false, structuredOutput = false, reasoning = false } = entry;
  if (contextTokens === undefined || price === undefined) return undefined;
  const name = id.slice(id.indexOf('/') + 1);
  const only = (words: string[] = ['text']) => MODALITIES.filter((word) => words.includes(word));
  const output = only(entry.output);
  return {
    id,
    provider: id.slice(0, id.indexOf('/')),
    name,
    title: entry.title ?? name,
    contextTokens,
    maxOutputTokens: Math.min(entry.maxOutputTokens ?? contextTokens, contextTokens),
    input: only(entry.input),
    output: output.length === 0 ? ['text'] : output,
    capabilities: {
      tools,
      structuredOutput,
      reasoning,
      promptCaching: price.cacheRead !== undefined,
      sampling: entry.sampling !== false,
    },
    ...(entry.api === 'responses' && { api: 'responses' as const }),
    prices: [price],
    quality: [],
    ...(entry.released !== undefined && { released: entry.released }),
    ...(entry.retires !== undefined && { retires: entry.retires }),
  };
}
