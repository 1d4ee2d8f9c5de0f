import type { Routing } from '../routing/index.ts';
import { tierOf } from '../routing/tier.ts';
import type { Step } from './step.ts';

/** Lets routing know how it went: what the conversation is with now, and what its provider has in its cache. */
export function remember({ conversations }: Routing): Step {
  return {
    name: 'remember',
    settled({ planned, thread, routed, cache, startedAtMs, startedAt }, outcome) {
      if (planned === undefined || thread === undefined || routed === undefined) return;
      if (cache === 'hit' || cache === 'shared' || outcome.status === 'error') return;
      const { candidate } = routed;
      const { classification, policy } = planned.inputs;
      conversations.ended(thread, {
        model: candidate.id,
        complexity: tierOf(classification, policy),
        unsure: classification.abstained,
        usage: outcome.usage,
        costNano: outcome.cost?.totalNano ?? 0,
        caches: candidate.model?.capabilities.promptCaching === true && !isMarked(candidate.model.prices),
        nowMs: startedAtMs + Math.round(performance.now() - startedAt),
      });
    },
  };
}

/** Where writing to the cache has a price, clients mark what is to be kept; elsewhere the provider keeps what it likes. */
function isMarked(prices: readonly { cacheWrite5m?: number | undefined }[]): boolean {
  return prices.some(({ cacheWrite5m }) => cacheWrite5m !== undefined && cacheWrite5m > 0);
}
