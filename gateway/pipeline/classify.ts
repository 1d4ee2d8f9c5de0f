import { classify as score } from '../routing/classifier.ts';
import { readFeatures } from '../routing/features.ts';
import { readThread } from '../routing/thread.ts';
import { need } from './exchange.ts';
import type { Step } from './step.ts';

/** Scores how hard the request is, and finds the conversation that it belongs to, from the request alone. */
export function classify(): Step {
  return {
    name: 'classify',
    request(exchange) {
      exchange.admittedAt = performance.now();
      const request = need(exchange.request);
      const { lengthOf } = need(exchange.body).folds;
      exchange.features = readFeatures(request, { lengthOf });
      exchange.classification = score(exchange.features);
      const { headers } = exchange.incoming;
      exchange.thread = readThread(request, { headers, clientId: exchange.client?.id ?? '' });
      return undefined;
    },
  };
}
