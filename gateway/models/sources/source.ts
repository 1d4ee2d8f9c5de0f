import type { Price, Rates } from '../schema.ts';

/** What one source says of one model; what it does not say is absent. Prices in USD per million tokens. */
export interface SourceModel {
  title?: string;
  price?: Price;
  /** Prices with their dates, where the source knows any. */
  periods?: Price[];
  contextTokens?: number;
  maxInputTokens?: number;
  maxOutputTokens?: number;
  input?: string[];
  output?: string[];
  tools?: boolean;
  structuredOutput?: boolean;
  reasoning?: boolean;
  promptCaching?: boolean;
  sampling?: boolean;
  efforts?: string[];
  /** What the model does without being asked for an effort. */
  defaultEffort?: string;
  api?: 'chat' | 'responses';
  released?: string;
  knowledge?: string;
  retires?: string;
  status?: string;
  /** Index that the listing carries; used for the rating only, never shipped. */
  intelligence?: number;
}

/** Keyed by `provider/name` with our ids of providers. */
export type Source = Map<string, SourceModel>;

export type Json = Record<string, unknown>;

/** A JSON object, or an empty one for anything else. */
export function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** A finite number that is not negative: other things (`-1` for "varies", words where numbers are due) are no price and no limit. */
export function asAmount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

export function asCount(value: unknown): number | undefined {
  const amount = asAmount(value);
  return amount === undefined || amount < 1 ? undefined : Math.round(amount);
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function asFlag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** USD per million with six decimals at most: binary noise (`0.19999999999999998`) goes. */
export function perMillion(usdPerMillion: number): number {
  return Math.round(usdPerMillion * 1e6) / 1e6;
}

/** The object without its undefined members, so that absence means "not said". */
export function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

/** Rates of which input and output are known; undefined otherwise, since half a price is none. */
export function asRates(partial: { [K in keyof Rates]?: Rates[K] | undefined }): Rates | undefined {
  if (partial.input === undefined || partial.output === undefined) return undefined;
  const rates = compact<Rates>(partial as Rates);
  // The same rate under another name carries nothing, and a free cache write beside a paid input is a source's filler.
  if (rates.reasoning === rates.output) delete rates.reasoning;
  if (rates.cacheWrite5m === 0 && rates.input > 0) delete rates.cacheWrite5m;
  return rates;
}
