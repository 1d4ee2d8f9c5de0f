import type { Flow } from '../flow.ts';
import type { Exchange, Outcome } from './exchange.ts';

/** One thing done to an exchange. */
export interface Step {
  name: string;
  /** Asked in order until one answers with a flow. Throws a `GatewayError` to refuse. */
  request?(exchange: Exchange): Flow | undefined | Promise<Flow | undefined>;
  /** Told in order, once, when the outcome is known and before the reply's closing bytes leave. It must not throw. */
  settled?(exchange: Exchange, outcome: Outcome): void;
  /** Told once after some exchanges have settled, before the closing bytes of any of them leave. It must not throw. */
  allSettled?(): void;
  /** Told in order, once, when the closing bytes have left, for what need not keep them: still before anything else comes in. It must not throw. */
  sent?(exchange: Exchange, outcome: Outcome): void;
}

/** The first answer. A step that answers at once costs no turn of the event loop. */
export async function ask(steps: readonly Step[], exchange: Exchange): Promise<Flow> {
  for (const step of steps) {
    const answer = step.request?.(exchange);
    const flow = answer instanceof Promise ? await answer : answer;
    if (flow !== undefined) return flow;
  }
  throw new Error('No step answered.');
}

export function settle(steps: readonly Step[], exchange: Exchange, outcome: Outcome): void {
  for (const step of steps) step.settled?.(exchange, outcome);
}

export function sent(steps: readonly Step[], exchange: Exchange, outcome: Outcome): void {
  for (const step of steps) step.sent?.(exchange, outcome);
}

/** To be called once after any number of exchanges have settled. */
export function allSettled(steps: readonly Step[]): void {
  for (const step of steps) step.allSettled?.();
}
