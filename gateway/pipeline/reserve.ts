import { asGatewayError } from '../errors.ts';
import { countTokens } from '../limits/counts.ts';
import type { Limits } from '../limits/index.ts';
import { askingOf } from './asking.ts';
import { chooseCandidate, type Exchange, need } from './exchange.ts';
import type { Step } from './step.ts';

/** Counts the prompt's tokens, and holds back what the request can cost at most, so that no budget is overshot. */
export function reserve({ budget }: Limits): Step {
  /** For the first candidate that there is room for: dearer ones before it fall away. */
  function cover(exchange: Exchange): void {
    const decision = need(exchange.decision);
    const asking = askingOf(exchange);
    let refusal: unknown;
    for (const [index, candidate] of decision.ranked.entries()) {
      try {
        exchange.outputLimit = budget.cover(asking, candidate);
      } catch (error) {
        if (asGatewayError(error).code !== 'budget_exceeded') throw error;
        refusal ??= error;
        continue;
      }
      if (index === 0) return;
      exchange.decision = { ...decision, ranked: decision.ranked.slice(index) };
      chooseCandidate(exchange, 0);
      return;
    }
    throw refusal;
  }

  return {
    name: 'reserve',
    request(exchange) {
      const admission = need(exchange.admission);
      countTokens(admission, need(exchange.features).inputTokens);
      if (budget.applies(admission)) cover(exchange);
      return undefined;
    },
  };
}
