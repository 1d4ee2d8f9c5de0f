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
