import type { GatewayError } from '../errors.ts';

/** Tries on one target after the first one. */
const MAX_RETRIES = 2;
const FIRST_DELAY_MS = 250;

/**
 * Milliseconds to wait before trying the same target again; undefined where that makes no sense: the error is not of that
 * kind, the tries are used up, or the provider asks for more patience than `maxWaitMs`. Jitter, so that
 * clients who failed together do not come back together.
 */
export function retryDelayMs(error: GatewayError, tries: number, maxWaitMs: number): number | undefined {
  if (error.retry !== 'same' || tries >= MAX_RETRIES) return undefined;
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= maxWaitMs ? error.retryAfterMs + Math.random() * 100 : undefined;
  }
  return FIRST_DELAY_MS * 2 ** tries * (0.5 + Math.random() / 2);
}
