import { type Charge, chargeOf } from '../models/cost.ts';
import { priceAt, priceVersion } from '../models/price.ts';
import { mayBeCharged } from './doubt.ts';
import type { Exchange, Outcome } from './exchange.ts';
import type { Step } from './step.ts';

/** Counts and prices: what the provider said it used, at the price that held when the exchange began. */
export function track(): Step {
  return {
    name: 'track',
    settled(exchange, outcome) {
      const { features, routed, cache } = exchange;
      const unanswered = exchange.inDoubt || mayBeBilled(outcome);
      if (outcome.usage === undefined && routed !== undefined && cache !== 'shared' && unanswered) {
        outcome.usage = { input: features?.inputTokens ?? 0, output: 0 };
      }
      const cost = withGivenUp(priceOf(exchange, outcome), exchange.admission?.givenUpNano ?? 0);
      if (cost !== undefined) {
        const model = exchange.routed?.candidate.model;
        outcome.switchLossNano = switchLossOf(exchange, outcome);
        outcome.cost = { ...cost, priceVersion: model == null ? null : priceVersion(model) };
      }
    },
  };
}

/** Prompt tokens that the cache of the conversation's earlier model held, at what this one charged for reading them anew. */
function switchLossOf({ planned, routed, cache, startedAtMs }: Exchange, { usage }: Outcome): number {
  const conversation = planned?.inputs.conversation;
  const candidate = routed?.candidate;
  if (conversation === undefined || usage === undefined || candidate?.model == null) return 0;
  if (candidate.id === conversation.model || cache === 'hit' || cache === 'shared') return 0;
  const price = priceAt(candidate.model, startedAtMs);
  if (price === null) return 0;
  const { input, cacheRead = input, cacheWrite5m = input } = price;
  const paid = (usage.cacheWrite5m ?? 0) > 0 ? cacheWrite5m : input;
  const tokens = Math.max(0, Math.min(conversation.cachedTokens, usage.input - (usage.cacheRead ?? 0)));
  return Math.max(0, Math.round(tokens * (paid - cacheRead) * 1000));
}

/** The provider had the prompt and never refused it: it may well charge for what nobody saw the answer of. */
function mayBeBilled({ status, error }: Outcome): boolean {
  return status === 'cancelled' || (status === 'error' && error !== undefined && mayBeCharged(error, 0));
}

const NOTHING: Charge = { totalNano: 0, kind: 'exact' };

/** What calls before are thought to have cost, that were given up: their money is gone whatever the last one came to. */
function withGivenUp(cost: Charge | undefined, givenUpNano: number): (Charge & { givenUpNano?: number }) | undefined {
  if (cost === undefined || cost.totalNano === null || givenUpNano === 0) return cost;
  return { ...cost, totalNano: cost.totalNano + givenUpNano, kind: 'estimated', givenUpNano };
}

function priceOf(exchange: Exchange, outcome: Outcome): Charge | undefined {
  // A copy costs nothing: who asked first has paid. Nor does a request that never reached a provider.
  if (exchange.cache === 'hit' || exchange.cache === 'shared' || exchange.routed === undefined) return NOTHING;
  const { usage, usageIsEstimated } = outcome;
  const { model } = exchange.routed.candidate;
  if (usage === undefined) return outcome.status === 'error' ? NOTHING : undefined;
  const price = model === null ? null : priceAt(model, exchange.startedAtMs);
  return chargeOf(usage, price, usageIsEstimated || outcome.status !== 'ok');
}
