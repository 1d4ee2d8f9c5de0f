import { classify as score } from '../routing/classifier.ts';
import { readFeatures } from '../routing/features.ts';
import { need } from './exchange.ts';
import type { Step } from './step.ts';

/** Scores how hard the request is, from the request alone. */
export function classify(): Step {
  return {
    name: 'classify',
    request(exchange) {
      exchange.features = readFeatures(need(exchange.request), { lengthOf: need(exchange.body).folds.lengthOf });
      exchange.classification = score(exchange.features);
      return undefined;
    },
  };
}
