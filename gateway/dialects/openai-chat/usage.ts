import type { JsonObject, Usage } from '../../chat.ts';
import { isObject } from './wire.ts';

type Count = Exclude<keyof Usage, 'input' | 'output' | 'hostedCalls' | 'serviceTier' | 'billedUsd'>;

/**
 * Which count stands where. The first path that holds a number counts; the first one of each is OpenAI's and is the one written.
 * Others: DeepSeek `prompt_cache_hit_tokens`, Moonshot and Together `cached_tokens`, Mistral `num_cached_tokens`.
 */
const PATHS: Record<Count, readonly [parent: string, key: string][]> = {
  cacheRead: [
    ['prompt_tokens_details', 'cached_tokens'],
    ['', 'prompt_cache_hit_tokens'],
    ['', 'cached_tokens'],
    ['', 'num_cached_tokens'],
  ],
  cacheWrite5m: [['prompt_tokens_details', 'cache_write_tokens']],
  cacheWrite1h: [],
  inputAudio: [['prompt_tokens_details', 'audio_tokens']],
  inputImage: [['prompt_tokens_details', 'image_tokens']],
  reasoning: [['completion_tokens_details', 'reasoning_tokens']],
  outputAudio: [['completion_tokens_details', 'audio_tokens']],
  outputImage: [['completion_tokens_details', 'image_tokens']],
};

/** xAI: ten thousand million ticks to the dollar (https://docs.x.ai/developers/cost-tracking, 2026-11-23). */
const TICKS_PER_USD = 1e10;

const COUNTS = Object.keys(PATHS) as Count[];

function count(from: JsonObject, parent: string, key: string): number | undefined {
  const holder = parent === '' ? from : from[parent];
  const value = isObject(holder) ? holder[key] : undefined;
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/** A provider's `usage` by the house's definition; undefined where there is none. Counts of 0 are left out. */
export function readUsage(raw: unknown, serviceTier?: string): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const input = count(raw, '', 'prompt_tokens');
  const output = count(raw, '', 'completion_tokens');
  if (input === undefined && output === undefined) return undefined;
  const usage: Usage = { input: input ?? 0, output: output ?? 0 };
  for (const name of COUNTS) {
    for (const [parent, key] of PATHS[name]) {
      const value = count(raw, parent, key);
      if (value === undefined) continue;
      if (value > 0) usage[name] = value;
      break;
    }
  }
  // xAI counts reasoning beside the output; only its total tells (recorded 2026-02-11).
  const { reasoning = 0 } = usage;
  if (reasoning > 0 && count(raw, '', 'total_tokens') === usage.input + usage.output + reasoning)
    usage.output += reasoning;
  const billed = billedUsd(raw);
  if (billed !== undefined) usage.billedUsd = billed;
  const searches = count(raw, 'server_tool_use', 'web_search_requests') ?? count(raw, '', 'num_search_queries');
  if (searches) usage.hostedCalls = { webSearch: searches };
  if (serviceTier !== undefined) usage.serviceTier = serviceTier;
  return usage;
}

/** OpenRouter `cost`, Perplexity `cost.total_cost`, xAI `cost_in_usd_ticks`. */
function billedUsd(raw: JsonObject): number | undefined {
  const ticks = count(raw, '', 'cost_in_usd_ticks');
  return count(raw, '', 'cost') ?? count(raw, 'cost', 'total_cost') ?? (ticks && ticks / TICKS_PER_USD);
}

/** OpenAI's `usage` object. Cached and reasoning tokens are always there: clients read them unasked. */
export function writeUsage(usage: Usage): JsonObject {
  const prompt: JsonObject = { cached_tokens: 0, audio_tokens: 0 };
  const completion: JsonObject = {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  };
  const written = usage.cacheWrite1h
    ? { ...usage, cacheWrite5m: (usage.cacheWrite5m ?? 0) + usage.cacheWrite1h }
    : usage;
  for (const name of COUNTS) {
    const path = PATHS[name][0];
    const value = written[name];
    if (path !== undefined && value !== undefined)
      (path[0] === 'prompt_tokens_details' ? prompt : completion)[path[1]] = value;
  }
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: prompt,
    completion_tokens_details: completion,
  };
}
