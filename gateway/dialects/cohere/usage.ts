import type { JsonObject, Usage } from '../../chat.ts';
import { isObject, objectOf } from './wire.ts';

/**
 * What is billed: `billed_units`, where they are there, else `tokens`, which count Cohere's own preamble too. `cached_tokens` count that
 * preamble as well and have no price of their own, so they are left out.
 */
export function readUsage(raw: unknown): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const counts = [objectOf(raw.billed_units), objectOf(raw.tokens)].find(
    (each) => typeof each.input_tokens === 'number' || typeof each.output_tokens === 'number',
  );
  return counts === undefined
    ? undefined
    : { input: count(counts, 'input_tokens'), output: count(counts, 'output_tokens') };
}

function count(from: JsonObject, key: string): number {
  const value = from[key];
  return typeof value === 'number' && value >= 0 ? value : 0;
}
