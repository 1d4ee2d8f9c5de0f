import type { DialectName, Loss } from '../../chat.ts';

/** Losses of one request or reply, in the order found; the same one is said once. */
export interface LossLog {
  add(field: string, why: string): void;
  list: Loss[];
}

export function createLossLog(): LossLog {
  const list: Loss[] = [];
  const said = new Set<string>();
  return {
    list,
    add(field, why) {
      const size = said.size;
      if (said.add(`${field}: ${why}`).size > size) list.push({ field, why });
    },
  };
}

type Term =
  | 'count'
  | 'seed'
  | 'logprobs'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'verbosity'
  | 'format'
  | 'reasoning'
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'stop'
  | 'serviceTier'
  | 'toolChoice';

/** The clients' own names of what the hub names; losses and refusals speak of these. */
const TERMS: Record<Term, Partial<Record<DialectName, string>>> = {
  count: { 'openai-chat': 'n', gemini: 'generationConfig.candidateCount' },
  seed: { gemini: 'generationConfig.seed' },
  logprobs: { 'openai-responses': 'top_logprobs', gemini: 'generationConfig.responseLogprobs' },
  frequencyPenalty: { 'openai-chat': 'frequency_penalty', gemini: 'generationConfig.frequencyPenalty' },
  presencePenalty: { 'openai-chat': 'presence_penalty', gemini: 'generationConfig.presencePenalty' },
  verbosity: { 'openai-responses': 'text.verbosity' },
  format: {
    'openai-chat': 'response_format',
    'openai-responses': 'text.format',
    anthropic: 'output_config.format',
    gemini: 'generationConfig.responseSchema',
  },
  reasoning: {
    'openai-chat': 'reasoning_effort',
    'openai-responses': 'reasoning.effort',
    anthropic: 'thinking',
    gemini: 'generationConfig.thinkingConfig',
  },
  maxOutputTokens: {
    'openai-chat': 'max_completion_tokens',
    'openai-responses': 'max_output_tokens',
    anthropic: 'max_tokens',
    gemini: 'generationConfig.maxOutputTokens',
  },
  temperature: { gemini: 'generationConfig.temperature' },
  topP: { 'openai-chat': 'top_p', 'openai-responses': 'top_p', anthropic: 'top_p', gemini: 'generationConfig.topP' },
  topK: { 'openai-chat': 'top_k', anthropic: 'top_k', gemini: 'generationConfig.topK' },
  stop: { anthropic: 'stop_sequences', gemini: 'generationConfig.stopSequences' },
  serviceTier: { 'openai-chat': 'service_tier', 'openai-responses': 'service_tier', anthropic: 'service_tier' },
  toolChoice: {
    'openai-chat': 'tool_choice',
    'openai-responses': 'tool_choice',
    anthropic: 'tool_choice',
    gemini: 'toolConfig.functionCallingConfig',
  },
};

/** The name that a client of `dialect` knows the field by. */
export function termOf(dialect: DialectName, term: Term): string {
  return TERMS[term][dialect] ?? term;
}
