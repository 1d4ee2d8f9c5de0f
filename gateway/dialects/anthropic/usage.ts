import type { JsonObject, Usage } from '../../chat.ts';
import { isObject } from './wire.ts';

/** The hub's name of Anthropic's tiers; others go by the same name. */
const TIERS: [string, string][] = [['standard', 'default']];

/** Hub's kinds of hosted calls and the counters that stand for them. */
const HOSTED: [string, string][] = [
  ['webSearch', 'web_search_requests'],
  ['webFetch', 'web_fetch_requests'],
];

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}

/**
 * The one mapping of usage, both ways (https://platform.claude.com/docs/en/build-with-claude/prompt-caching, read 2026-11).
 * Anthropic counts the parts of a prompt apart, the hub counts the whole and its parts:
 *
 * | hub | Anthropic |
 * |---|---|
 * | input | input_tokens + cache_read_input_tokens + cache_creation_input_tokens |
 * | cacheRead | cache_read_input_tokens |
 * | cacheWrite1h | cache_creation.ephemeral_1h_input_tokens |
 * | cacheWrite5m | cache_creation_input_tokens - cache_creation.ephemeral_1h_input_tokens |
 * | output | output_tokens |
 * | reasoning | output_tokens_details.thinking_tokens |
 * | hostedCalls | server_tool_use.web_search_requests, .web_fetch_requests |
 * | serviceTier | service_tier, `standard` being `default` |
 *
 * The breakdown of cache writes comes once at the start of a stream while their sum grows: what it does not name is written
 * for five minutes, the default.
 */
export function readUsage(wire: JsonObject): Usage {
  const split = isObject(wire.cache_creation) ? wire.cache_creation : {};
  const hour = count(split.ephemeral_1h_input_tokens);
  const written = Math.max(count(wire.cache_creation_input_tokens), hour + count(split.ephemeral_5m_input_tokens));
  const read = count(wire.cache_read_input_tokens);
  const usage: Usage = { input: count(wire.input_tokens) + read + written, output: count(wire.output_tokens) };
  if (read > 0) usage.cacheRead = read;
  if (written > hour) usage.cacheWrite5m = written - hour;
  if (hour > 0) usage.cacheWrite1h = hour;
  const details = isObject(wire.output_tokens_details) ? wire.output_tokens_details : {};
  const reasoning = count(details.thinking_tokens);
  if (reasoning > 0) usage.reasoning = reasoning;
  const calls = isObject(wire.server_tool_use) ? wire.server_tool_use : {};
  for (const [kind, key] of HOSTED) {
    if (count(calls[key]) > 0) usage.hostedCalls = { ...usage.hostedCalls, [kind]: count(calls[key]) };
  }
  const tier = wire.service_tier;
  if (typeof tier === 'string') usage.serviceTier = TIERS.find(([own]) => own === tier)?.[1] ?? tier;
  return usage;
}

/** The same table from right to left, with every field that the official SDK's `Usage` has. */
export function writeUsage(usage: Usage | undefined): JsonObject {
  const read = usage?.cacheRead ?? 0;
  const short = usage?.cacheWrite5m ?? 0;
  const hour = usage?.cacheWrite1h ?? 0;
  const calls = HOSTED.map(([kind, key]): [string, number] => [key, usage?.hostedCalls?.[kind] ?? 0]);
  const tier = usage?.serviceTier;
  return {
    input_tokens: Math.max(0, (usage?.input ?? 0) - read - short - hour),
    cache_creation_input_tokens: short + hour,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: hour },
    output_tokens: usage?.output ?? 0,
    output_tokens_details: usage?.reasoning === undefined ? null : { thinking_tokens: usage.reasoning },
    server_tool_use: calls.some(([, number]) => number > 0) ? Object.fromEntries(calls) : null,
    service_tier: tierOf(tier),
    inference_geo: null,
    speed: null,
  };
}

/** The SDK knows three tiers; one of another provider has no name here. */
function tierOf(tier: string | undefined): string | null {
  if (tier === 'priority' || tier === 'batch') return tier;
  return TIERS.find(([, hub]) => hub === tier)?.[0] ?? null;
}
