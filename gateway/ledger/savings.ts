import { chargeOf } from '../models/cost.ts';
import { priceAt } from '../models/price.ts';
import type { Model, Price } from '../models/schema.ts';
import type { Used } from './queries.ts';

/** Nano-dollars. `baseline` = what the same tokens would have cost; the parts add up to `baseline` - `actual`. */
export interface Savings {
  actualNano: number;
  baselineNano: number;
  parts: { modelsNano: number; cacheNano: number; retriesNano: number; failuresNano: number; switchingNano: number };
}

const NOTHING: Savings = {
  actualNano: 0,
  baselineNano: 0,
  parts: { modelsNano: 0, cacheNano: 0, retriesNano: 0, failuresNano: 0, switchingNano: 0 },
};

/**
 * What was paid beside what the same tokens would have cost with one model, at the price of their day. Answers alone count for the
 * baseline: a request that failed has cost what it has cost and is worth nothing. `switchLossNano` is a part of what was paid. Without
 * a baseline there is nothing to compare with, and all is 0.
 */
export function savingsOf(used: readonly Used[], baseline: Model | undefined, switchLossNano: number): Savings {
  if (baseline === undefined) return NOTHING;
  let [calls, copies, paidForCalls, paidForRetries, paidForNothing] = [0, 0, 0, 0, 0];
  for (const one of used) {
    if (one.answeredBy === 'none') paidForNothing += one.costNano;
    else if (one.answeredBy === 'cache') copies += wouldCost(one, baseline);
    else {
      calls += wouldCost(one, baseline);
      paidForCalls += one.costNano - one.failedNano;
      paidForRetries += one.failedNano;
    }
  }
  return {
    actualNano: paidForCalls + paidForRetries + paidForNothing,
    baselineNano: calls + copies,
    parts: {
      modelsNano: calls - paidForCalls + switchLossNano,
      cacheNano: copies,
      retriesNano: 0 - paidForRetries,
      failuresNano: 0 - paidForNothing,
      switchingNano: 0 - switchLossNano,
    },
  };
}

/** The model that would have been the dearest for what was used; undefined where none of them has a price. */
export function dearestFor(used: readonly Used[], models: readonly Model[]): Model | undefined {
  const costs = models.map((model) => ({ model, costNano: used.reduce((sum, one) => sum + wouldCost(one, model), 0) }));
  const priced = costs.filter(({ model }) => used.length > 0 && priceAt(model, used[0]?.startMs ?? 0) !== null);
  return priced.sort((a, b) => b.costNano - a.costNano || (a.model.id < b.model.id ? -1 : 1))[0]?.model;
}

/** Nano-dollars; 0 where the model had no price then. */
function wouldCost(used: Used, model: Model): number {
  const price = priceAt(model, used.startMs);
  if (price === null) return 0;
  const { inputTokens: input, outputTokens: output, cacheReadTokens: cacheRead } = used;
  const { cacheWrite5mTokens: cacheWrite5m, cacheWrite1hTokens: cacheWrite1h } = used;
  const usage = { input, output, cacheRead, cacheWrite5m, cacheWrite1h };
  return chargeOf(usage, ratesFor(price, used.aboveInputTokens), false).totalNano ?? 0;
}

const untiered = new WeakMap<Price, Price>();

/** The tier goes by the length of each prompt, which the sum of many does not tell. */
function ratesFor(price: Price, aboveInputTokens: number): Price {
  const reached = (price.tiers ?? []).filter((tier) => aboveInputTokens >= tier.aboveInputTokens);
  const [tier] = reached.sort((a, b) => b.aboveInputTokens - a.aboveInputTokens);
  if (tier !== undefined) return tier;
  let base = untiered.get(price);
  if (base === undefined) {
    base = { ...price, tiers: undefined };
    untiered.set(price, base);
  }
  return base;
}
