import type { Price, Rates } from '../../gateway/models/schema.ts';
import {
  asAmount,
  asCount,
  asObject,
  asRates,
  asText,
  compact,
  type Json,
  type SourceModel,
} from '../../gateway/models/sources/source.ts';

const PROVIDERS: Record<string, string> = { gemini: 'google', xai: 'x-ai' };

const RATES: Record<string, keyof Rates> = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cacheRead',
  cache_write_mtok: 'cacheWrite5m',
  cache_write_1h_mtok: 'cacheWrite1h',
  input_audio_mtok: 'inputAudio',
  output_audio_mtok: 'outputAudio',
};

/** A rate is a number, or `{base, tiers: [{start, price}]}` whose tiers hold above `start`, for the whole request. */
function readPrice(prices: Json): Price | undefined {
  const base: Record<string, number | undefined> = {};
  const tiers = new Map<number, Record<string, number | undefined>>();
  for (const [key, kind] of Object.entries(RATES)) {
    const value = prices[key];
    base[kind] = asAmount(value) ?? asAmount(asObject(value).base);
    const steps = asObject(value).tiers;
    for (const step of (Array.isArray(steps) ? steps : []).map(asObject)) {
      const start = asCount(step.start) ?? 0;
      tiers.set(start, { ...tiers.get(start), [kind]: asAmount(step.price) });
    }
  }
  const rates = asRates(base);
  if (rates === undefined) return undefined;
  const searches = asAmount(prices.web_searches_kcount);
  const list = [...tiers]
    .sort(([a], [b]) => a - b)
    .flatMap(([aboveInputTokens, sparse]) => {
      const tier = asRates(sparse);
      return tier === undefined ? [] : [{ aboveInputTokens, ...tier }];
    });
  return compact<Price>({
    ...rates,
    tiers: list.length === 0 ? undefined : list,
    perCall: searches === undefined ? undefined : { webSearch: searches / 1000 },
  });
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

/** Prices in the order of their dates. A price that depends on the hour cannot be said by day: such an entry counts as unread. */
function readPeriods(prices: unknown): Price[] {
  if (!Array.isArray(prices)) return [readPrice(asObject(prices))].filter((price) => price !== undefined);
  const items = prices.map(asObject);
  if (items.some((item) => asObject(item.constraint).start_time !== undefined)) return [];
  const read = items.flatMap((item) => {
    const price = readPrice(asObject(item.prices));
    return price === undefined ? [] : [{ from: asText(asObject(item.constraint).start_date), price }];
  });
  return read.map(({ from, price }, index) => {
    const next = read[index + 1]?.from;
    return compact<Price>({ from, until: next === undefined ? undefined : dayBefore(next), ...price });
  });
}

function matches(rule: Json, name: string): boolean {
  if (Array.isArray(rule.or)) return rule.or.map(asObject).some((part) => matches(part, name));
  if (Array.isArray(rule.and)) return rule.and.map(asObject).every((part) => matches(part, name));
  const text = (key: string) => asText(rule[key]);
  if (text('equals') !== undefined) return name === text('equals');
  if (text('starts_with') !== undefined) return name.startsWith(text('starts_with') ?? name);
  if (text('ends_with') !== undefined) return name.endsWith(text('ends_with') ?? name);
  if (text('contains') !== undefined) return name.includes(text('contains') ?? name);
  if (text('regex') !== undefined) return new RegExp(text('regex') ?? '$^').test(name);
  return false;
}

/** Looks models up in genai-prices, whose entries say by rules which names they cover. */
export function readGenaiPrices(file: unknown): (provider: string, name: string) => SourceModel | undefined {
  const providers = Object.values((file ?? {}) as object).map(asObject);
  return (provider, name) => {
    const owner = providers.find((entry) => entry.id === (PROVIDERS[provider] ?? provider));
    const models = (Array.isArray(owner?.models) ? owner.models : []).map(asObject);
    const entry = models.find((model) => matches(asObject(model.match), name));
    // Entries that were themselves copied from OpenRouter say nothing of the provider's own price.
    if (entry === undefined || /imported from openrouter/i.test(asText(entry.price_comments) ?? '')) return undefined;
    const periods = readPeriods(entry.prices);
    return periods.length === 0 ? undefined : { periods };
  };
}
