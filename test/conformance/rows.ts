import { anthropic as anthropicClient } from './clients/anthropic.ts';
import { gemini as geminiClient } from './clients/gemini.ts';
import { openaiChat } from './clients/openai-chat.ts';
import { openaiResponses as responsesClient } from './clients/openai-responses.ts';
import type { Client, Provider } from './meaning.ts';
import { anthropic } from './providers/anthropic.ts';
import { cohere } from './providers/cohere.ts';
import { gemini } from './providers/gemini.ts';
import { createOpenAiChat } from './providers/openai-chat.ts';
import { openaiResponses } from './providers/openai-responses.ts';

export const CLIENTS = {
  'OpenAI Chat': openaiChat,
  'OpenAI Responses': responsesClient,
  Anthropic: anthropicClient,
  Gemini: geminiClient,
} satisfies Record<string, Client>;

export type ClientName = keyof typeof CLIENTS;

/** A model to talk to, one that thinks, and one that sees. */
export interface Outbound {
  /** Of the provider's row. */
  id: string;
  wire: Provider;
  model: string;
  thinker: string;
  seer?: string;
  /** The client that says the same bytes. */
  same?: ClientName;
  /** Clients that meet this provider in another dialect. */
  not?: readonly ClientName[];
}

export const OUTBOUNDS: Record<string, Outbound> = {
  // Clients of Responses are answered by OpenAI in their own dialect, whatever the model.
  'OpenAI Chat': {
    id: 'openai',
    wire: createOpenAiChat('none'),
    model: 'gpt-4.1',
    thinker: 'gpt-5.1',
    same: 'OpenAI Chat',
    not: ['OpenAI Responses'],
  },
  'OpenAI Responses': {
    id: 'openai',
    wire: openaiResponses,
    model: 'gpt-5-codex',
    thinker: 'gpt-5-codex',
    same: 'OpenAI Responses',
  },
  Anthropic: {
    id: 'anthropic',
    wire: anthropic,
    model: 'claude-sonnet-4-5',
    thinker: 'claude-opus-4-6',
    same: 'Anthropic',
  },
  Gemini: {
    id: 'gemini',
    wire: gemini,
    model: 'gemini-3.1-pro-preview',
    thinker: 'gemini-3.1-pro-preview',
    same: 'Gemini',
  },
  Cohere: {
    id: 'cohere',
    wire: cohere,
    model: 'command-a-03-2025',
    thinker: 'command-a-reasoning-08-2025',
    seer: 'command-a-vision-07-2025',
  },
  Groq: {
    id: 'groq',
    wire: createOpenAiChat('reasoning'),
    model: 'groq/llama-3.3-70b-versatile',
    thinker: 'groq/openai/gpt-oss-120b',
    seer: 'groq/meta-llama/llama-4-scout-17b-16e-instruct',
  },
  Mistral: {
    id: 'mistral',
    wire: createOpenAiChat('parts'),
    model: 'mistral/mistral-medium-2604',
    thinker: 'mistral/magistral-medium-latest',
  },
  DeepSeek: {
    id: 'deepseek',
    wire: createOpenAiChat('reasoning_content'),
    model: 'deepseek/deepseek-v4-pro',
    thinker: 'deepseek/deepseek-v4-pro',
  },
  OpenRouter: {
    id: 'openrouter',
    wire: createOpenAiChat('reasoning'),
    model: 'openrouter/openai/gpt-4.1',
    thinker: 'openrouter/openai/gpt-5.1',
  },
  xAI: {
    id: 'xai',
    wire: createOpenAiChat('reasoning_content'),
    model: 'xai/grok-4.20-0309-non-reasoning',
    thinker: 'xai/grok-4.3',
  },
  Together: {
    id: 'together',
    wire: createOpenAiChat('reasoning'),
    model: 'together/a-model',
    thinker: 'together/a-model',
  },
  Cerebras: {
    id: 'cerebras',
    wire: createOpenAiChat('reasoning'),
    model: 'cerebras/a-model',
    thinker: 'cerebras/a-model',
  },
  Ollama: { id: 'ollama', wire: createOpenAiChat('reasoning'), model: 'ollama/a-model', thinker: 'ollama/a-model' },
  'LM Studio': {
    id: 'lmstudio',
    wire: createOpenAiChat('reasoning'),
    model: 'lmstudio/a-model',
    thinker: 'lmstudio/a-model',
  },
  vLLM: { id: 'vllm', wire: createOpenAiChat('reasoning'), model: 'vllm/a-model', thinker: 'vllm/a-model' },
};

export interface Pair {
  inbound: ClientName;
  outbound: string;
}

export const PAIRS: Pair[] = (Object.keys(CLIENTS) as ClientName[]).flatMap((inbound) =>
  Object.entries(OUTBOUNDS)
    .filter(([, { not }]) => !not?.includes(inbound))
    .map(([outbound]) => ({ inbound, outbound })),
);
