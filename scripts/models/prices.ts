/*
 * Which price counts where sources disagree. In this order, field by field (input, output, cached read, cache writes, audio):
 *
 *   1. A ruling of ours, with its evidence (`RULINGS`).
 *   2. A price that two of LiteLLM, models.dev and genai-prices give.
 *   3. The one of several that OpenRouter's listing gives too.
 *   4. LiteLLM (read last of those that cover nearly all), then models.dev, then genai-prices.
 *
 * Context tiers, service tiers and fees come from the first source in that order whose input and output are the decided
 * ones. OpenRouter's own price never decides for another provider: it is that of one host and moves with promotions.
 * For models asked of OpenRouter it is the only one that counts.
 *
 * Dates come from genai-prices, the only source that has any. A dated price whose input and output are the decided ones is
 * the decided one; another keeps the service tiers in proportion. Where its present price differs from what the others
 * read before, it holds from the day on which it was read. Prices that ended before 2026 are left out. An entry that
 * changes with the hour of the day is left out. A price of zero for a hosted model is a trial, not a price: it counts as unknown.
 */

import type { Disagreement, Price, Rates } from '../../gateway/models/schema.ts';
import { compact, perMillion, type SourceModel } from '../../gateway/models/sources/source.ts';

/** Days on which the sources were read. */
export const READ = { litellm: '2026-08-01', modelsdev: '2026-07-02', genai: '2026-08-21', openrouter: '2026-08-01' };

const FIELDS = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'inputAudio', 'outputAudio'] as const;
const HISTORY_FROM = '2026-01-01';

interface Ruling {
  trust: 'models.dev' | 'LiteLLM';
  why: string;
}

const RULINGS: Record<string, Ruling> = {
  'gemini/gemini-3.5-flash': {
    trust: 'models.dev',
    why: 'the other price would make audio cheaper than text, which no Gemini model does',
  },
  'xai/grok-4.20-0309-reasoning': {
    trust: 'models.dev',
    why: "a bill of the provider's own (cost_in_usd_ticks, Wei-Shaw/sub2api issue 5771) agrees with it",
  },
  'deepseek/deepseek-chat': {
    trust: 'models.dev',
    why: 'deepseek-v4-flash serves the name: models.dev gives its price and limits',
  },
  'deepseek/deepseek-reasoner': {
    trust: 'models.dev',
    why: 'deepseek-v4-flash serves the name: models.dev gives its price and limits',
  },
};

/** Service tiers where LiteLLM is overruled: Portkey's price list gives what models.dev gives. */
const PRIORITY_BY_MODELSDEV = new Set(['openai/gpt-5.5']);

interface Readings {
  litellm?: SourceModel | undefined;
  modelsdev?: SourceModel | undefined;
  genai?: SourceModel | undefined;
  openrouter?: SourceModel | undefined;
}

interface Decided {
  prices: Price[];
  priceSource?: string;
  disagreements: Disagreement[];
}

interface Witness {
  name: 'LiteLLM' | 'models.dev' | 'genai-prices';
  date: string;
  price: Price;
}

function inForce(periods: Price[] | undefined, day: string): Price | undefined {
  return periods?.find((price) => (price.from ?? '') <= day && day <= (price.until ?? '9999'));
}

function pick(
  values: Map<string, number>,
  ruling: Ruling | undefined,
  listed: number | undefined,
): { chosen: number; why: string } | undefined {
  const [first] = values.values();
  if (first === undefined) return undefined;
  const ruled = ruling === undefined ? undefined : values.get(ruling.trust);
  if (ruling !== undefined && ruled !== undefined) return { chosen: ruled, why: ruling.why };
  const numbers = [...values.values()];
  const twice = numbers.find((value, index) => numbers.indexOf(value) !== index);
  if (twice !== undefined) return { chosen: twice, why: 'two sources agree on it' };
  const confirmed = numbers.find((value) => value === listed);
  if (confirmed !== undefined && numbers.length > 1)
    return { chosen: confirmed, why: "OpenRouter's listing gives it too" };
  return { chosen: first, why: `${[...values.keys()][0]} goes first where nothing decides` };
}

function decideRates(
  id: string,
  witnesses: Witness[],
  listed: Price | undefined,
): { rates: Partial<Rates>; disagreements: Disagreement[] } {
  const rates: Partial<Rates> = {};
  const disagreements: Disagreement[] = [];
  for (const field of FIELDS) {
    const values = new Map(
      witnesses.flatMap(({ name, price }) => (price[field] === undefined ? [] : [[name, price[field]]])),
    );
    const decided = pick(values, RULINGS[id], listed?.[field]);
    if (decided === undefined) continue;
    rates[field] = decided.chosen;
    const all = listed?.[field] === undefined ? values : new Map([...values, ['OpenRouter', listed[field]]]);
    if (new Set(all.values()).size < 2) continue;
    const why =
      new Set(values.values()).size < 2 ? "only OpenRouter's listing differs: the price of one host" : decided.why;
    disagreements.push({ model: id, field, values: Object.fromEntries(all), chosen: decided.chosen, why });
  }
  return { rates, disagreements };
}

function scaledTiers(price: Price, factor: number): Price['serviceTiers'] {
  if (price.serviceTiers === undefined) return undefined;
  const scale = <T extends object>(rates: T): T =>
    Object.fromEntries(
      Object.entries(rates).map(([key, value]) => [
        key,
        key === 'tiers' ? value.map(scale) : key === 'aboveInputTokens' ? value : perMillion(value * factor),
      ]),
    ) as T;
  return Object.fromEntries(Object.entries(price.serviceTiers).map(([tier, rates]) => [tier, scale(rates)]));
}

function same(a: Price, b: Price): boolean {
  return a.input === b.input && a.output === b.output;
}

/** Lays the dates of genai-prices over the decided price. */
function dated(price: Price, periods: Price[]): Price[] {
  const { from: _, until: __, ...undatedPrice } = price;
  const full = (period: Price): Price => {
    const span = { from: period.from, until: period.until };
    // A tier that ended is told apart from the same price without it.
    if (same(period, price) && (period.tiers === undefined) === (price.tiers === undefined))
      return compact<Price>({ ...span, ...undatedPrice });
    const { from: _from, until: _until, ...rates } = period;
    const factor = price.input === 0 ? 1 : period.input / price.input;
    return compact<Price>({
      ...span,
      ...rates,
      serviceTiers: scaledTiers(price, factor),
      perCall: price.perCall ?? period.perCall,
    });
  };
  const atReading = inForce(periods, READ.litellm);
  if (periods.length < 2 || atReading === undefined) return [undatedPrice];
  if (same(atReading, price)) return periods.filter((period) => (period.until ?? '9999') >= HISTORY_FROM).map(full);
  const later = periods.filter((period) => (period.until ?? '9999') >= READ.genai);
  const before = new Date(Date.parse(READ.genai) - 86_400_000).toISOString().slice(0, 10);
  return [
    { until: before, ...undatedPrice },
    ...later.map((period, index) => full(index === 0 ? { ...period, from: READ.genai } : period)),
  ];
}

function priority(id: string, price: Price, readings: Readings, disagreements: Disagreement[]): Price {
  const other = readings.modelsdev?.price?.serviceTiers?.priority;
  const ours = price.serviceTiers?.priority;
  if (other === undefined || ours === undefined || (other.input === ours.input && other.output === ours.output))
    return price;
  const trusted = PRIORITY_BY_MODELSDEV.has(id);
  disagreements.push({
    model: id,
    field: 'serviceTiers.priority.input',
    values: { LiteLLM: ours.input, 'models.dev': other.input },
    chosen: trusted ? other.input : ours.input,
    why: trusted
      ? "Portkey's price list agrees with models.dev (output likewise)"
      : 'LiteLLM goes first where nothing decides',
  });
  return trusted ? { ...price, serviceTiers: { ...price.serviceTiers, priority: other } } : price;
}

/** The prices of a model of OpenRouter: its own listing, nothing else. */
export function listedPrices(openrouter: SourceModel | undefined): Decided {
  if (openrouter?.price === undefined) return { prices: [], disagreements: [] };
  return { prices: [openrouter.price], priceSource: `OpenRouter ${READ.openrouter}`, disagreements: [] };
}

/** The prices of a model of any other provider, by the rule above. Empty where no source has a whole price. */
export function decidePrices(id: string, readings: Readings): Decided {
  const genai = inForce(readings.genai?.periods, READ.litellm);
  const witnesses: Witness[] = [];
  if (readings.litellm?.price !== undefined)
    witnesses.push({ name: 'LiteLLM', date: READ.litellm, price: readings.litellm.price });
  if (readings.modelsdev?.price !== undefined)
    witnesses.push({ name: 'models.dev', date: READ.modelsdev, price: readings.modelsdev.price });
  if (genai !== undefined) witnesses.push({ name: 'genai-prices', date: READ.genai, price: genai });
  const { rates, disagreements } = decideRates(id, witnesses, readings.openrouter?.price);
  const lead = witnesses.find(({ price }) => price.input === rates.input && price.output === rates.output);
  if (lead === undefined || (lead.price.input === 0 && lead.price.output === 0)) return { prices: [], disagreements };
  const base: Price = { ...lead.price, ...rates };
  // Fees a search: OpenRouter passes the provider's own on, where no other source has them.
  const perCall = lead.price.perCall ?? genai?.perCall ?? readings.openrouter?.price?.perCall;
  const whole = priority(id, perCall === undefined ? base : { ...base, perCall }, readings, disagreements);
  const { from: _, until: __, ...price } = whole;
  const prices = dated(price, readings.genai?.periods ?? []);
  for (const item of disagreements) {
    if (prices.some(({ from }) => from === READ.genai))
      item.why += `; what genai-prices gives holds from ${READ.genai}, the day it was read`;
  }
  return { prices, priceSource: `${lead.name} ${lead.date}`, disagreements };
}
