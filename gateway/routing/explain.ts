import type { RoutingExplanation } from '../../contract/routing.ts';
import type { Inputs } from './plan.ts';
import type { Candidate, Decision } from './route.ts';

/** Writes a decision out for people and programs, with what it was made of. */
export function writeExplanation(inputs: Inputs, decision: Decision): RoutingExplanation {
  const { features, classification, conversation, boundary, tool } = inputs;
  const [choice] = decision.ranked;
  return {
    complexity: decision.complexity,
    score: classification.score,
    abstained: classification.abstained,
    features: { ...features },
    model: choice?.name ?? '',
    provider: choice?.provider ?? '',
    why: decision.why,
    reasons: classification.reasons,
    candidates: [...decision.ranked, ...decision.rejected()].map(writeCandidate),
    needed: decision.needed,
    rule: decision.rule,
    tool: tool ?? null,
    policyVersion: inputs.policyVersion,
    conversation:
      conversation === undefined
        ? null
        : {
            model: conversation.model,
            requests: conversation.requests,
            cachedTokens: Math.round(conversation.cachedTokens),
            boundary,
          },
  };
}

function writeCandidate(candidate: Candidate): RoutingExplanation['candidates'][number] {
  const { id, provider, name, estimatedCostNano, rating, expectedMs, verdict } = candidate;
  const estimatedCostUsd = estimatedCostNano === null ? null : estimatedCostNano / 1e9;
  return { id, provider, model: name, estimatedCostUsd, rating, expectedMs, verdict };
}
