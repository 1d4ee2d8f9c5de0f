import { cachesUnmarked } from '../routing/conversations.ts';
import type { Routing } from '../routing/index.ts';
import { turnOf } from '../routing/stay.ts';
import type { Step } from './step.ts';

/** Lets routing know how it went: what the conversation is with now, what its provider has cached, and what the answer was worth. */
export function remember({ conversations, signals }: Routing): Step {
  return {
    name: 'remember',
    settled(exchange, outcome) {
      const { planned, thread, routed, cache, request, decision, startedAtMs, startedAt } = exchange;
      if (planned === undefined || thread === undefined || routed === undefined || request === undefined) return;
      if (cache === 'hit' || cache === 'shared' || outcome.status === 'error') return;
      const { candidate } = routed;
      const { inputs } = planned;
      const nowMs = startedAtMs + Math.round(performance.now() - startedAt);
      conversations.ended(thread, {
        model: candidate.id,
        complexity: turnOf(inputs),
        unsure: inputs.classification.abstained,
        usage: outcome.usage,
        costNano: outcome.cost?.totalNano ?? 0,
        caches: candidate.model !== null && cachesUnmarked(candidate.model),
        nowMs,
      });
      if (outcome.status !== 'ok' || decision === undefined || !inputs.policy.learning) return;
      const finish = exchange.flow?.ending?.finish?.reason;
      signals.answered({ request, inputs, decision, thread, candidate, finish, nowMs });
    },
  };
}
