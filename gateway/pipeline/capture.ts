import type { Exchange } from './exchange.ts';
import type { Step } from './step.ts';

/** Has prompt and reply kept, where the owner has switched that on. */
export function capture({ take }: { take(exchange: Exchange): void }): Step {
  return { name: 'capture', sent: take };
}
