import { expectedCostNano, priceAt } from '../models/price.ts';
import type { Model } from '../models/schema.ts';

/** What a request can need of a model, as bits. */
export const NEED = { tools: 1, vision: 2, documents: 4, audio: 8, structuredOutput: 16, reasoning: 32 } as const;

/**
 * A model with everything that does not depend on the request worked out. It repeats fields of the model, as models differ in
 * the fields that they have, which makes reading one of them slow.
 */
export interface Entry {
  model: Model;
  id: string;
  provider: string;
  contextTokens: number;
  maxInputTokens: number;
  maxOutputTokens: number;
  abilities: number;
  /** Whether its price of the day is known. */
  priced: boolean;
  /** Its standard rates of the day in pico-dollars a token, and the length of a prompt above which others hold. */
  inputPico: number;
  outputPico: number;
  /** Where the provider has no rate of its own for them, the input's. */
  readPico: number;
  writePico: number;
  dearerAbove: number;
  /** Switched off, or about to be by its provider's own word. */
  gone: 'retired' | 'deprecated' | undefined;
  rating: number;
  /** Whether it was rated at more than one effort. */
  varies: boolean;
  /** It thinks before it answers when the client asks for no effort. */
  thinks: boolean;
}

interface Roster {
  day: number;
  entries: readonly Entry[];
}

/** Efforts at which a reasoning model answers at once. */
const THOUGHTLESS: ReadonlySet<string> = new Set(['none', 'minimal']);

const DAY_MS = 86_400_000;
const rosters = new WeakMap<readonly Model[], Roster>();
const entries = new WeakMap<Model, { day: number; entry: Entry }>();

/** The models in the order of their ids, worked out once a list and UTC day: prices and retirements change at midnight. */
export function rosterOf(models: readonly Model[], nowMs: number): readonly Entry[] {
  const day = Math.floor(nowMs / DAY_MS);
  const known = rosters.get(models);
  if (known?.day === day) return known.entries;
  const roster = { day, entries: entriesOf(models, nowMs) };
  rosters.set(models, roster);
  return roster.entries;
}

/** The same for a list that was made for one request; what is worked out of each model is kept for the day. */
export function entriesOf(models: readonly Model[], nowMs: number): readonly Entry[] {
  const day = Math.floor(nowMs / DAY_MS);
  const listed = models.map((model) => {
    const known = entries.get(model);
    if (known?.day === day) return known.entry;
    const entry = entryOf(model, nowMs);
    entries.set(model, { day, entry });
    return entry;
  });
  return listed.length < 2 ? listed : listed.sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface Tokens {
  inputTokens: number;
  /** Of them, those that the provider has in its cache. */
  cachedTokens: number;
  outputTokens: number;
}

/** Nano-dollars at the standard rates of the day, the same as `expectedCostNano` gives; null: unknown price. */
export function costAt(entry: Entry, tokens: Tokens, nowMs: number): number | null {
  if (!entry.priced) return null;
  const { inputTokens, cachedTokens, outputTokens } = tokens;
  if (inputTokens > entry.dearerAbove) return expectedCostNano(entry.model, tokens, nowMs);
  const pico =
    (inputTokens - cachedTokens) * entry.inputPico + cachedTokens * entry.readPico + outputTokens * entry.outputPico;
  return Math.round(pico / 1_000);
}

/** The rating of the variant that the asked effort stands for, else of the model as it comes; unrated: 1. */
export function ratingOf(entry: Entry, effort: string | undefined): number {
  if (effort === undefined || !entry.varies) return entry.rating;
  return entry.model.quality.find((quality) => quality.variant === effort)?.rating ?? entry.rating;
}

/** Whether the model will think before it answers: as asked, else as it comes. */
export function thinksAt(entry: Entry, effort: string | undefined): boolean {
  if (effort === undefined) return entry.thinks;
  return (entry.abilities & NEED.reasoning) !== 0 && !THOUGHTLESS.has(effort);
}

function entryOf(model: Model, nowMs: number): Entry {
  const { capabilities, input } = model;
  let abilities = 0;
  if (capabilities.tools) abilities |= NEED.tools;
  if (capabilities.structuredOutput) abilities |= NEED.structuredOutput;
  if (capabilities.reasoning) abilities |= NEED.reasoning;
  if (input.includes('image')) abilities |= NEED.vision;
  if (input.includes('document')) abilities |= NEED.documents;
  if (input.includes('audio')) abilities |= NEED.audio;
  const price = priceAt(model, nowMs);
  const isRetired = model.retires !== undefined && Date.parse(model.retires) <= nowMs;
  return {
    model,
    id: model.id,
    provider: model.provider,
    contextTokens: model.contextTokens,
    maxInputTokens: model.maxInputTokens ?? Infinity,
    maxOutputTokens: model.maxOutputTokens,
    abilities,
    priced: price !== null,
    inputPico: Math.round((price?.input ?? 0) * 1e6),
    outputPico: Math.round((price?.output ?? 0) * 1e6),
    readPico: Math.round((price?.cacheRead ?? price?.input ?? 0) * 1e6),
    writePico: Math.round((price?.cacheWrite5m ?? price?.input ?? 0) * 1e6),
    dearerAbove: Math.min(Infinity, ...(price?.tiers ?? []).map((tier) => tier.aboveInputTokens)),
    gone: isRetired ? 'retired' : model.status === 'deprecated' ? 'deprecated' : undefined,
    rating: model.quality[0]?.rating ?? 1,
    varies: model.quality.length > 1,
    thinks: capabilities.reasoning && !THOUGHTLESS.has(model.quality[0]?.variant ?? ''),
  };
}
