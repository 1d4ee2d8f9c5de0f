import type { JsonObject, Usage } from '../../chat.ts';
import { isObject, objectsIn } from './wire.ts';

type Part = 'cacheRead' | 'cacheWrite5m' | 'reasoning';

/** Which part of which count stands where. */
const PARTS: readonly [part: Part, holder: string, key: string][] = [
  ['cacheRead', 'input_tokens_details', 'cached_tokens'],
  ['cacheWrite5m', 'input_tokens_details', 'cache_write_tokens'],
  ['reasoning', 'output_tokens_details', 'reasoning_tokens'],
];

/** Which items are calls that the provider bills by the call. Of a web search only `search` is: pages are opened for nothing. */
const HOSTED: Record<string, string> = {
  web_search_call: 'webSearch',
  file_search_call: 'fileSearch',
};

/** xAI: ten thousand million ticks to the dollar (https://docs.x.ai/developers/cost-tracking, 2026-11-23). */
const TICKS_PER_USD = 1e10;

const TIERS = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast']);

function count(from: unknown, key: string): number | undefined {
  const value = isObject(from) ? from[key] : undefined;
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/** `usage` of a response by the house's definition; undefined where there is none. Parts of 0 are left out. */
export function readUsage(response: JsonObject, items: readonly JsonObject[]): Usage | undefined {
  const raw = response.usage;
  const input = count(raw, 'input_tokens');
  const output = count(raw, 'output_tokens');
  if (!isObject(raw) || (input === undefined && output === undefined)) return undefined;
  const usage: Usage = { input: input ?? 0, output: output ?? 0 };
  for (const [part, holder, key] of PARTS) {
    const value = count(raw[holder], key);
    if (value) usage[part] = value;
  }
  const ticks = count(raw, 'cost_in_usd_ticks');
  const billed = count(raw, 'cost') ?? (ticks && ticks / TICKS_PER_USD);
  if (billed !== undefined) usage.billedUsd = billed;
  const hosted = countHosted(items);
  if (hosted !== undefined) usage.hostedCalls = hosted;
  if (typeof response.service_tier === 'string') usage.serviceTier = response.service_tier;
  return usage;
}

function countHosted(items: readonly JsonObject[]): Record<string, number> | undefined {
  let calls: Record<string, number> | undefined;
  for (const { type, action } of items) {
    const kind = HOSTED[String(type)];
    const isBilled = !isObject(action) || action.type === undefined || action.type === 'search';
    if (kind === undefined || !isBilled) continue;
    calls ??= {};
    calls[kind] = (calls[kind] ?? 0) + 1;
  }
  return calls;
}

/** Items of a whole response. */
export const itemsOf = (response: JsonObject): JsonObject[] => objectsIn(response.output);

/** OpenAI's `usage` object. Every count is always there: clients read them unasked. */
export function writeUsage(usage: Usage): JsonObject {
  const written: JsonObject & { [key: string]: unknown } = {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cacheRead ?? 0, cache_write_tokens: writesOf(usage) },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    total_tokens: usage.input + usage.output,
  };
  return written;
}

const writesOf = ({ cacheWrite5m = 0, cacheWrite1h = 0 }: Usage): number => cacheWrite5m + cacheWrite1h;

/** The tier as the dialect spells it; undefined for a word that it does not have. */
export const writeTier = ({ serviceTier }: Usage): string | undefined =>
  serviceTier !== undefined && TIERS.has(serviceTier) ? serviceTier : undefined;
