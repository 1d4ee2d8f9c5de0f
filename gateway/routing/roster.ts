import { priceAt } from '../models/price.ts';
import type { Model } from '../models/schema.ts';

/** What a request can need of a model, as bits. */
export const NEED = { tools: 1, vision: 2, documents: 4, audio: 8, structuredOutput: 16, reasoning: 32 } as const;

/** A model with everything that does not depend on the request worked out. */
export interface Entry {
  model: Model;
  abilities: number;
  /** Whether its price of the day is known. */
  priced: boolean;
  /** Switched off, or about to be by its provider's own word. */
  gone: 'retired' | 'deprecated' | undefined;
  rating: number;
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

/** The models in the order of their ids, worked out once a list and UTC day: prices and retirements change at midnight. */
export function rosterOf(models: readonly Model[], nowMs: number): readonly Entry[] {
  const day = Math.floor(nowMs / DAY_MS);
  const known = rosters.get(models);
  if (known?.day === day) return known.entries;
  const entries = models.map((model) => entryOf(model, nowMs)).sort((a, b) => (a.model.id < b.model.id ? -1 : 1));
  rosters.set(models, { day, entries });
  return entries;
}

/** The rating of the variant that the asked effort stands for, else of the model as it comes; unrated: 1. */
export function ratingOf(entry: Entry, effort: string | undefined): number {
  if (effort === undefined || entry.model.quality.length < 2) return entry.rating;
  return entry.model.quality.find((quality) => quality.variant === effort)?.rating ?? entry.rating;
}

/** Whether the model will think before it answers: as asked, else as it comes. */
export function thinksAt(entry: Entry, effort: string | undefined): boolean {
  if (effort === undefined) return entry.thinks;
  return entry.model.capabilities.reasoning && !THOUGHTLESS.has(effort);
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
  const isRetired = model.retires !== undefined && Date.parse(model.retires) <= nowMs;
  return {
    model,
    abilities,
    priced: priceAt(model, nowMs) !== null,
    gone: isRetired ? 'retired' : model.status === 'deprecated' ? 'deprecated' : undefined,
    rating: model.quality[0]?.rating ?? 1,
    thinks: capabilities.reasoning && !THOUGHTLESS.has(model.quality[0]?.variant ?? ''),
  };
}
