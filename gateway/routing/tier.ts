import type { RoutingPolicy } from '../../contract/routing.ts';
import type { Classification, Complexity } from './route.ts';

/** The tier by the owner's thresholds, else the classifier's; where that is unsure, the middle one. */
export function tierOf({ score, abstained, complexity }: Classification, { thresholds }: RoutingPolicy): Complexity {
  if (abstained || thresholds === null) return complexity;
  if (score < thresholds.medium) return 'simple';
  return score < thresholds.complex ? 'medium' : 'complex';
}
