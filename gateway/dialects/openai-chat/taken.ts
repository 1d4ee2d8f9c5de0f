import type { JsonObject } from '../../chat.ts';
import { isObject, type Quirk, type Target } from './wire.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const EVERYWHERE =
  'model messages tools tool_choice parallel_tool_calls temperature top_p stop stream response_format reasoning_effort max_tokens n';

/**
 * Fields of a request that a provider takes, where it answers any other with 400 or 422: console.groq.com/docs/api-reference,
 * docs.mistral.ai/api, inference-docs.cerebras.ai/api-reference (read 2026-11).
 */
const FIELDS: [Quirk, ReadonlySet<string>][] = [
  [
    'groqFields',
    words(
      `${EVERYWHERE} max_completion_tokens stream_options seed user service_tier metadata store frequency_penalty presence_penalty
      reasoning_format include_reasoning documents citation_options compound_custom search_settings disable_tool_validation
      exclude_domains include_domains functions function_call`,
    ),
  ],
  [
    'mistralFields',
    words(
      `${EVERYWHERE} random_seed metadata frequency_penalty presence_penalty prediction prompt_mode safe_prompt guardrails
      prompt_cache_key`,
    ),
  ],
  [
    'cerebrasFields',
    words(
      `${EVERYWHERE} max_completion_tokens stream_options seed user service_tier prediction logprobs top_logprobs clear_thinking
      disable_reasoning reasoning_format min_tokens`,
    ),
  ],
];

/** Tiers of OpenAI that Groq has no word for. */
const GROQ_LACKS = new Set(['default', 'priority', 'scale']);

/** Takes out of a body what the provider would refuse; what asked for something is a loss. */
export function dropRefused(body: JsonObject, target: Target): void {
  for (const field of refusedIn(body, target)) {
    const value = body[field];
    delete body[field];
    if (says(value)) target.lose(field, 'the provider does not take it');
  }
}

/** Zero, nothing and the one choice that there is anyway ask for nothing. */
function says(value: unknown): boolean {
  return !(value === 0 || value === false || value === null || (Array.isArray(value) && value.length === 0));
}

/** Names of the fields that are there and refused. */
export function refusedIn(body: JsonObject, { has, model }: Pick<Target, 'has' | 'model'>): string[] {
  const refused = new Set<string>();
  const taken = FIELDS.find(([quirk]) => has(quirk))?.[1];
  if (taken !== undefined) for (const field in body) if (!taken.has(field)) refused.add(field);
  if (has('groqFields') && GROQ_LACKS.has(String(body.service_tier))) refused.add('service_tier');
  // https://docs.x.ai/docs/guides/reasoning: an error for models that reason (read 2026-11).
  if (has('reasonsUnpenalized') && model.reasons)
    for (const field of ['presence_penalty', 'frequency_penalty', 'stop']) if (field in body) refused.add(field);
  // https://api-docs.deepseek.com/guides/thinking_mode: log probabilities are an error while it thinks (read 2026-11).
  if (has('reasonedCalls') && model.reasons && !(isObject(body.thinking) && body.thinking.type === 'disabled'))
    for (const field of ['logprobs', 'top_logprobs']) if (field in body) refused.add(field);
  return [...refused];
}
