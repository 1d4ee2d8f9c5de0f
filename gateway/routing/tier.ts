import type { RoutingPolicy } from '../../contract/routing.ts';
import { THRESHOLDS } from './classifier.ts';
import type { Classification, Complexity } from './route.ts';

/** The tier by the owner's thresholds, else the classifier's; where that is unsure, the middle one. */
export function tierOf({ score, abstained, complexity }: Classification, { thresholds }: RoutingPolicy): Complexity {
  return abstained || thresholds === null ? complexity : tierAt(score, thresholds);
}

/**
 * What a turn asks of the conversation that it goes on: it is harder than the ones before only where its score is well beyond the threshold, since
 * scores drift as conversations grow.
 */
export function tierWithin(
  { score, abstained, complexity }: Classification,
  { thresholds, stay }: RoutingPolicy,
): Complexity {
  return abstained ? complexity : tierAt(score - stay.margin, thresholds ?? THRESHOLDS);
}

function tierAt(score: number, { medium, complex }: { medium: number; complex: number }): Complexity {
  if (score < medium) return 'simple';
  return score < complex ? 'medium' : 'complex';
}
