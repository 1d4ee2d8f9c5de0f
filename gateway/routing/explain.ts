import type { Candidate, Classification, Complexity, Decision, Features } from './route.ts';

/** The answer of `POST /v1/route`. Costs in USD; null: unknown. */
interface Explanation {
  complexity: Complexity;
  /** 0..1. */
  score: number;
  abstained: boolean;
  features: Features;
  model: string;
  provider: string;
  /** In one sentence, why the model was chosen. */
  why: string;
  /** Signals that moved the score, strongest first: name and signed weight in log odds. */
  reasons: { signal: string; weight: number }[];
  /** The choice first, then the fallbacks in their order, then those that lost. */
  candidates: { model: string; provider: string; estimatedCostUsd: number | null; verdict: string }[];
}

/** Longest text of the `x-gateway-why` header, in characters. */
const WHY_LENGTH = 199;

/** Writes a decision out for people and programs. */
export function writeExplanation(features: Features, classification: Classification, decision: Decision): Explanation {
  const [choice] = decision.ranked;
  return {
    complexity: decision.complexity,
    score: classification.score,
    abstained: classification.abstained,
    features,
    model: choice?.name ?? '',
    provider: choice?.provider ?? '',
    why: decision.why,
    reasons: classification.reasons,
    candidates: [...decision.ranked, ...decision.rejected()].map(writeCandidate),
  };
}

/** The reason of a decision as the value of a header: one line of printable ASCII. */
export function writeWhy(decision: Decision): string {
  const line = decision.why.slice(0, WHY_LENGTH * 2).replace(/[^\x20-\x7e]/g, '?');
  return line.length <= WHY_LENGTH ? line : `${line.slice(0, WHY_LENGTH - 3)}...`;
}

function writeCandidate({ name, provider, estimatedCostNano, verdict }: Candidate): Explanation['candidates'][number] {
  return {
    model: name,
    provider,
    estimatedCostUsd: estimatedCostNano === null ? null : estimatedCostNano / 1e9,
    verdict,
  };
}
