import { createHash } from 'node:crypto';
import type { Usage } from '../chat.ts';
import type { Model, Price, Rates } from './schema.ts';

export type RateKind = Exclude<keyof Rates, 'input' | 'output'>;

/** Rates as integers of micro-dollars per million tokens, which is pico-dollars a token. */
export interface CompiledRates {
  micro: Map<string, number>;
  input: number;
  output: number;
  cacheRead: number;
}

interface CompiledTier extends CompiledRates {
  aboveInputTokens: number;
}

interface CompiledPrice extends CompiledRates {
  fromMs: number;
  untilMs: number;
  /** Highest threshold first. */
  tiers: CompiledTier[];
  price: Price;
}

export const INPUT_PARTS: RateKind[] = ['cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'inputAudio', 'inputImage'];
export const OUTPUT_PARTS: RateKind[] = ['reasoning', 'outputAudio', 'outputImage'];
export const STANDARD_TIERS: ReadonlySet<string> = new Set(['', 'default', 'standard', 'auto', 'on_demand']);
const DAY_MS = 86_400_000;

function compileRates(rates: Rates): CompiledRates {
  const micro = new Map<string, number>();
  for (const kind of ['input', 'output', ...INPUT_PARTS, ...OUTPUT_PARTS] as const) {
    const rate = rates[kind];
    if (rate !== undefined) micro.set(kind, Math.round(rate * 1e6));
  }
  const input = Math.round(rates.input * 1e6);
  return { micro, input, output: Math.round(rates.output * 1e6), cacheRead: micro.get('cacheRead') ?? input };
}

function compileTiers(tiers: Price['tiers']): CompiledTier[] {
  return (tiers ?? [])
    .map((tier) => ({ aboveInputTokens: tier.aboveInputTokens, ...compileRates(tier) }))
    .sort((a, b) => b.aboveInputTokens - a.aboveInputTokens);
}

function compile(price: Price): CompiledPrice {
  return {
    fromMs: price.from === undefined ? -Infinity : Date.parse(price.from),
    untilMs: price.until === undefined ? Infinity : Date.parse(price.until) + DAY_MS,
    ...compileRates(price),
    tiers: compileTiers(price.tiers),
    price,
  };
}

type Priced = Pick<Model, 'prices'>;

const compiledLists = new WeakMap<readonly Price[], CompiledPrice[]>();
const compiledServiceTiers = new WeakMap<object, CompiledRates & { tiers: CompiledTier[] }>();
const compiledPrices = new WeakMap<Price, CompiledPrice>();

export function compiled(price: Price): CompiledPrice {
  let found = compiledPrices.get(price);
  if (found === undefined) {
    found = compile(price);
    compiledPrices.set(price, found);
  }
  return found;
}

function compiledAt(model: Priced, timeMs: number): CompiledPrice | null {
  let prices = compiledLists.get(model.prices);
  if (prices === undefined) {
    prices = model.prices.map(compiled);
    compiledLists.set(model.prices, prices);
  }
  for (const price of prices) if (timeMs >= price.fromMs && timeMs < price.untilMs) return price;
  return null;
}

const versions = new WeakMap<Model, string>();

/** Short hash of a model's prices and where they are from: what a row names, so that its lines can be told when prices have changed. */
export function priceVersion(model: Model): string {
  let version = versions.get(model);
  if (version === undefined) {
    const content = JSON.stringify([model.prices, model.priceSource ?? null]);
    version = createHash('sha256').update(content).digest('hex').slice(0, 12);
    versions.set(model, version);
  }
  return version;
}

/** The price that held at a time (milliseconds since the epoch; days begin at midnight UTC), or null where none is known. */
export function priceAt(model: Priced, timeMs: number): Price | null {
  return compiledAt(model, timeMs)?.price ?? null;
}

function tierFor<T extends CompiledRates>(base: T, tiers: CompiledTier[], inputTokens: number): T | CompiledTier {
  // The threshold itself is still base; above it the tier holds for every token of the request.
  for (const tier of tiers) if (inputTokens > tier.aboveInputTokens) return tier;
  return base;
}

/** Tokens that a request is expected to have; `cachedTokens` are a part of `inputTokens`. */
interface ExpectedTokens {
  inputTokens: number;
  cachedTokens?: number;
  outputTokens: number;
}

/** Nano-dollars that a request would cost at a time, at standard rates; null: unknown price. Cheap: asked for every candidate. */
export function expectedCostNano(model: Priced, expected: ExpectedTokens, timeMs: number): number | null {
  const price = compiledAt(model, timeMs);
  if (price === null) return null;
  const rates = tierFor(price, price.tiers, expected.inputTokens);
  const cached = Math.min(expected.cachedTokens ?? 0, expected.inputTokens);
  const pico =
    (expected.inputTokens - cached) * rates.input + cached * rates.cacheRead + expected.outputTokens * rates.output;
  return Math.round(pico / 1000);
}

interface Chosen {
  rates: CompiledRates;
  /** What to add to the source of each line. */
  note: string;
  /** True where the rates are the nearest known, not the ones that the provider applies. */
  guessed: boolean;
}

/** The tier that the reply names counts, not the one asked for. */
export function chooseRates(usage: Usage, price: CompiledPrice, input: number): Chosen {
  const name = (usage.serviceTier ?? '').toLowerCase();
  const base = tierFor(price, price.tiers, input);
  const baseNote = 'aboveInputTokens' in base ? `, above ${base.aboveInputTokens} input tokens` : '';
  if (STANDARD_TIERS.has(name)) return { rates: base, note: baseNote, guessed: false };
  const row = price.price.serviceTiers?.[name];
  if (row === undefined) return { rates: base, note: `${baseNote}, no rate for ${name}`, guessed: true };
  let tier = compiledServiceTiers.get(row);
  if (tier === undefined) {
    tier = { ...compileRates(row), tiers: compileTiers(row.tiers) };
    compiledServiceTiers.set(row, tier);
  }
  const rates = tierFor(tier, tier.tiers, input);
  if ('aboveInputTokens' in rates)
    return { rates, note: `, ${name}, above ${rates.aboveInputTokens} input tokens`, guessed: false };
  // Long prompts are dearer at the standard rate, but nobody states by how much in this service tier.
  if (base !== price) return { rates: base, note: `${baseNote}, no rate for ${name}`, guessed: true };
  return { rates, note: `, ${name}`, guessed: false };
}
