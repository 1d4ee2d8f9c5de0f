import type { Exchange, Outcome } from './pipeline/exchange.ts';
import type { Step } from './pipeline/step.ts';
import { together } from './together.ts';

/** An exchange whose end is known: what is left to do is to write it down and to send its last bytes. */
export interface Ended {
  exchange: Exchange;
  outcome: Outcome;
  /** Called once the exchange is in the ledger. */
  send(): void;
  /** Told once, at the very end; `thrown` is what nobody foresaw. */
  done(thrown?: unknown): void;
}

/**
 * Brings exchanges to their end, all those of one turn of the event loop together: first they are settled, step by step, with one write to the
 * journal for all, then their closing bytes leave, then what need not keep those is done. So whoever has seen the end of an answer finds it in the ledger, and a client that
 * was woken for the first answer is still awake for the others: waking a sleeping process costs more than all else that a write does.
 */
export function createClosings(steps: readonly Step[]): (ended: Ended) => void {
  return together((all: Ended[]) => {
    let left = all;
    for (const step of steps)
      if (step.settled !== undefined) left = each(left, ({ exchange, outcome }) => step.settled?.(exchange, outcome));
    for (const step of steps) step.allSettled?.();
    left = each(left, ({ send }) => send());
    for (const step of steps)
      if (step.sent !== undefined) left = each(left, ({ exchange, outcome }) => step.sent?.(exchange, outcome));
    for (const { done } of left) done();
  });
}

/** Does the work for each, and leaves out those with which it went wrong: that must not touch the others. */
function each(all: Ended[], work: (ended: Ended) => void): Ended[] {
  let broken: Set<Ended> | undefined;
  for (const ended of all) {
    try {
      work(ended);
    } catch (thrown) {
      broken ??= new Set();
      broken.add(ended);
      ended.done(thrown);
    }
  }
  return broken === undefined ? all : all.filter((ended) => broken.has(ended) === false);
}
