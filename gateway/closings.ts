import type { Exchange, Outcome } from './pipeline/exchange.ts';
import { allSettled, type Step, sent, settle } from './pipeline/step.ts';

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
 * Brings exchanges to their end, all those of one turn of the event loop together: first they are settled, with one write to the
 * journal for all, then their closing bytes leave, then what need not keep those is done. So whoever has seen the end of an answer finds it in the ledger, and a client that
 * was woken for the first answer is still awake for the others: waking a sleeping process costs more than all else that a write does.
 */
export function createClosings(steps: readonly Step[]): (ended: Ended) => void {
  let waiting: Ended[] = [];

  function closeAll(): void {
    const all = waiting;
    waiting = [];
    const settled = all.filter((ended) => carefully(ended, () => settle(steps, ended.exchange, ended.outcome)));
    allSettled(steps);
    const gone = settled.filter((ended) => carefully(ended, ended.send));
    for (const ended of gone) if (carefully(ended, () => sent(steps, ended.exchange, ended.outcome))) ended.done();
  }

  return (ended) => {
    if (waiting.push(ended) === 1) setImmediate(closeAll);
  };
}

/** What goes wrong with one exchange must not touch the others. */
function carefully({ done }: Ended, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (thrown) {
    done(thrown);
    return false;
  }
}
