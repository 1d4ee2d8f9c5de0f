import { costAt, type Entry, ratingOf, thinksAt } from './roster.ts';
import type { DecideInput, HealthSnapshot } from './route.ts';
import { expectedMs, type Output } from './trade.ts';

/** A model that may serve the request, with the figures that it competes by. */
export interface Contender {
  entry: Entry;
  rating: number;
  costNano: number;
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
export function contend(entry: Entry, output: Output, input: DecideInput): Contender {
  const { features, health } = input;
  return {
    entry,
    rating: ratingOf(entry, features.effort),
    costNano: costOf(entry, output, input) ?? 0,
    outputTokens: outputOf(entry, output, features.effort),
    health,
    ms: undefined,
  };
}

function outputOf(entry: Entry, output: Output, effort: string | undefined): number {
  return thinksAt(entry, effort) ? output.thinking : output.plain;
}

/** Nano-dollars of the request with the expected answer; null: unknown price. */
export function costOf(entry: Entry, output: Output, { features, nowMs }: DecideInput): number | null {
  const outputTokens = outputOf(entry, output, features.effort);
  return costAt(entry, { inputTokens: features.inputTokens, outputTokens }, nowMs);
}

function msOf(one: Contender): number {
  const { id, model } = one.entry;
  one.ms ??= expectedMs(one.health.get(id), model.tokensPerSecond, one.outputTokens);
  return one.ms;
}

/** Cheapest first, then fastest. */
export function byCost(a: Contender, b: Contender): number {
  return a.costNano - b.costNano || msOf(a) - msOf(b) || compareIds(a, b);
}

/** Fastest first, then cheapest. */
export function byPace(a: Contender, b: Contender): number {
  return msOf(a) - msOf(b) || a.costNano - b.costNano || compareIds(a, b);
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
