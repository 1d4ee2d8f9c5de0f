import type { Flow } from './flow.ts';
import type { Exchange } from './pipeline/exchange.ts';
import type { Step } from './pipeline/step.ts';
import { together } from './together.ts';

/** An exchange that has not been answered yet, and the place of the step that is asked next. */
interface Opening {
  exchange: Exchange;
  next: number;
  resolve(flow: Flow): void;
  reject(thrown: unknown): void;
}

/** Answered, or waiting for a step that is not done. */
const NONE = -1;

/**
 * Asks the steps in order until one answers. Exchanges that have waited (nearly all do, for their body) and can go on in the same turn of the event
 * loop do so side by side: one step for all of them, then the next.
 */
export function createOpenings(steps: readonly Step[]): (exchange: Exchange) => Promise<Flow> {
  const goOn = together((all: Opening[]) => {
    for (let at = 0; at < steps.length; at += 1) for (const opening of all) if (opening.next === at) ask(opening);
    for (const opening of all) if (opening.next === steps.length) refuseUnanswered(opening);
  });

  function ask(opening: Opening): void {
    const { exchange, next: at } = opening;
    opening.next = NONE;
    try {
      const answer = steps[at]?.request?.(exchange);
      if (answer === undefined) opening.next = at + 1;
      else if (answer instanceof Promise) answer.then((flow) => follow(opening, at, flow), opening.reject);
      else opening.resolve(answer);
    } catch (thrown) {
      opening.reject(thrown);
    }
  }

  function follow(opening: Opening, at: number, flow: Flow | undefined): void {
    if (flow !== undefined) opening.resolve(flow);
    else {
      opening.next = at + 1;
      goOn(opening);
    }
  }

  return (exchange) => {
    const { promise, resolve, reject } = Promise.withResolvers<Flow>();
    const opening: Opening = { exchange, next: 0, resolve, reject };
    while (opening.next !== NONE && opening.next < steps.length) ask(opening);
    if (opening.next === steps.length) refuseUnanswered(opening);
    return promise;
  };
}

function refuseUnanswered({ reject }: Opening): void {
  reject(new Error('No step answered.'));
}
