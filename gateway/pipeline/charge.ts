import { correctTokens } from '../limits/counts.ts';
import type { Limits } from '../limits/index.ts';
import type { Step } from './step.ts';

/** Puts what a request really used and cost in the place of what was counted and held back for it. */
export function charge(limits: Limits): Step {
  return {
    name: 'charge',
    settled({ admission, startedAtMs, cache, inDoubt }, { usage, cost }) {
      if (admission === undefined) return;
      const isCopy = cache === 'hit' || cache === 'shared';
      correctTokens(admission, isCopy || usage === undefined ? 0 : usage.input + usage.output);
      limits.settle({ startedAtMs, admission }, cost?.totalNano ?? 0, inDoubt);
    },
    /** After `store`: what is in the ledger needs no reservation any more. */
    allSettled: limits.flush,
  };
}
