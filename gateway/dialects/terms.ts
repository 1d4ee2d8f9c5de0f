import type { DialectName } from '../chat.ts';

type Term =
  | 'count'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'seed'
  | 'stop'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'logprobs'
  | 'maxOutputTokens'
  | 'reasoning'
  | 'serviceTier'
  | 'toolChoice'
  | 'format'
  | 'verbosity'
  | 'user'
  | 'parallelToolCalls';

/** What a field of the hub is called where no dialect has a name of its own for it, and where one has. */
const TERMS: Record<Term, Partial<Record<DialectName, string>> & { common: string }> = {
  count: { common: 'n', gemini: 'generationConfig.candidateCount' },
  temperature: { common: 'temperature', gemini: 'generationConfig.temperature' },
  topP: { common: 'top_p', gemini: 'generationConfig.topP' },
  topK: { common: 'top_k', gemini: 'generationConfig.topK' },
  seed: { common: 'seed', gemini: 'generationConfig.seed' },
  stop: { common: 'stop', anthropic: 'stop_sequences', gemini: 'generationConfig.stopSequences' },
  frequencyPenalty: { common: 'frequency_penalty', gemini: 'generationConfig.frequencyPenalty' },
  presencePenalty: { common: 'presence_penalty', gemini: 'generationConfig.presencePenalty' },
  logprobs: { common: 'logprobs', gemini: 'generationConfig.responseLogprobs', 'openai-responses': 'top_logprobs' },
  maxOutputTokens: {
    common: 'max_tokens',
    'openai-responses': 'max_output_tokens',
    gemini: 'generationConfig.maxOutputTokens',
  },
  reasoning: {
    common: 'reasoning_effort',
    'openai-responses': 'reasoning.effort',
    anthropic: 'thinking',
    gemini: 'generationConfig.thinkingConfig',
  },
  serviceTier: { common: 'service_tier' },
  toolChoice: { common: 'tool_choice', gemini: 'toolConfig.functionCallingConfig' },
  format: {
    common: 'response_format',
    'openai-responses': 'text.format',
    anthropic: 'output_config.format',
    gemini: 'generationConfig.responseSchema',
  },
  verbosity: { common: 'verbosity', 'openai-responses': 'text.verbosity' },
  user: { common: 'user', anthropic: 'metadata.user_id' },
  parallelToolCalls: { common: 'parallel_tool_calls', anthropic: 'tool_choice.disable_parallel_tool_use' },
};

/** The name that a client of `dialect` knows the field by; losses and refusals speak of these. */
export const termOf = (dialect: DialectName, term: Term): string => TERMS[term][dialect] ?? TERMS[term].common;
