import { cachesUnmarked } from '../routing/conversations.ts';
import type { Routing } from '../routing/index.ts';
import { turnOf } from '../routing/stay.ts';
import type { Step } from './step.ts';

/** Lets routing know how it went: what the conversation is with now, and what its provider has in its cache. */
export function remember({ conversations }: Routing): Step {
  return {
    name: 'remember',
    settled({ planned, thread, routed, cache, startedAtMs, startedAt }, outcome) {
      if (planned === undefined || thread === undefined || routed === undefined) return;
      if (cache === 'hit' || cache === 'shared' || outcome.status === 'error') return;
      const { candidate } = routed;
      const { classification } = planned.inputs;
      conversations.ended(thread, {
        model: candidate.id,
        complexity: turnOf(planned.inputs),
        unsure: classification.abstained,
        usage: outcome.usage,
        costNano: outcome.cost?.totalNano ?? 0,
        caches: candidate.model !== null && cachesUnmarked(candidate.model),
        nowMs: startedAtMs + Math.round(performance.now() - startedAt),
      });
    },
  };
}
