import { costAt, type Entry, ratingOf, thinksAt } from './roster.ts';
import type { Complexity, Conversation, Corrections, DecideInput, HealthSnapshot } from './route.ts';
import { expectedMs, isStep, type Output, STEPS_AHEAD } from './trade.ts';

/** A model that may serve the request, with the figures that it competes by. */
export interface Contender {
  entry: Entry;
  rating: number;
  costNano: number;
  /** What it is chosen by: the same, and for the first step of an agent that of the steps ahead. */
  outlookNano: number;
  outputTokens: number;
  health: HealthSnapshot;
  /** Worked out when it is asked for: it decides between few. */
  ms: number | undefined;
}

/** Negative: the first is better. Never 0 for two models. */
type Order = (a: Contender, b: Contender) => number;

/** The first by an order, but for those already picked and those of one provider. Few are asked for, so nothing is sorted. */
export function best(
  list: readonly Contender[],
  order: Order,
  picked: readonly Contender[],
  otherThan?: string,
): Contender | undefined {
  let found: Contender | undefined;
  for (const one of list) {
    if (found !== undefined && order(one, found) >= 0) continue;
    if (!picked.includes(one) && one.entry.provider !== otherThan) found = one;
  }
  return found;
}

/** Figures of a model that has lost to no constraint, so that its price is known. */
export function contend(entry: Entry, rating: number, output: Output, input: DecideInput): Contender {
  const { features, health, conversation } = input;
  const costNano = costOf(entry, output, input) ?? 0;
  const outputTokens = outputOf(entry, output, features.effort);
  const opens = conversation === undefined && isStep(features);
  return {
    entry,
    rating,
    costNano,
    outlookNano: opens ? costNano + aheadNano(entry, features.inputTokens, outputTokens) : costNano,
    outputTokens,
    health,
    ms: undefined,
  };
}

/** Nano-dollars of the steps that an agent is expected to take after its first. */
function aheadNano(entry: Entry, inputTokens: number, outputTokens: number): number {
  return (STEPS_AHEAD * (inputTokens * entry.readPico + outputTokens * entry.outputPico)) / 1_000;
}

/** Nano-dollars that a conversation would have cost so far had it been with a model from the start. */
export function costOfUse(entry: Entry, { fresh, read, output }: Conversation['used']): number {
  const pico = fresh * entry.writePico + read * entry.readPico + output * entry.outputPico;
  return pico / 1_000;
}

function outputOf(entry: Entry, output: Output, effort: string | undefined): number {
  return thinksAt(entry, effort) ? output.thinking : output.plain;
}

/** Nano-dollars of the request with the expected answer; what the conversation's model has in its cache is cheaper. Null: unknown price. */
export function costOf(entry: Entry, output: Output, { features, conversation, nowMs }: DecideInput): number | null {
  const { inputTokens } = features;
  const cachedTokens = conversation?.model === entry.id ? Math.min(conversation.cachedTokens, inputTokens) : 0;
  const outputTokens = outputOf(entry, output, features.effort);
  return costAt(entry, { inputTokens, cachedTokens, outputTokens }, nowMs);
}

/** The rating that counts: as rated for the asked effort, and what was learned from use. */
export function gradeOf(
  entry: Entry,
  effort: string | undefined,
  complexity: Complexity,
  corrections?: Corrections,
): number {
  const rating = ratingOf(entry, effort);
  const correction = corrections?.get(entry.id)?.[complexity] ?? 0;
  return correction === 0 ? rating : Math.round(Math.min(5, Math.max(1, rating + correction)) * 10) / 10;
}

export function msOf(one: Contender): number {
  const { id, model } = one.entry;
  one.ms ??= expectedMs(one.health.get(id), model.tokensPerSecond, one.outputTokens);
  return one.ms;
}

/** Cheapest first, then fastest. */
export function byCost(a: Contender, b: Contender): number {
  return a.outlookNano - b.outlookNano || msOf(a) - msOf(b) || compareIds(a, b);
}

/** Fastest first, then cheapest. */
export function byPace(a: Contender, b: Contender): number {
  return msOf(a) - msOf(b) || a.outlookNano - b.outlookNano || compareIds(a, b);
}

/** Those good enough by their cost, then the others by their quality. */
export function byWorth(needed: number): Order {
  return (a, b) => {
    const quality = Math.min(b.rating, needed) - Math.min(a.rating, needed);
    return quality || byCost(a, b);
  };
}

function compareIds(a: Contender, b: Contender): number {
  return a.entry.id < b.entry.id ? -1 : 1;
}
