import type { ClientDialect, DialectName } from '../chat.ts';
import { anthropic } from './anthropic/index.ts';
import { anthropicPass } from './anthropic/pass.ts';
import { cohere } from './cohere/index.ts';
import type { Inbound, Outbound, Pass } from './dialect.ts';
import { gemini } from './gemini/index.ts';
import { geminiPass } from './gemini/pass.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiChatPass } from './openai-chat/pass.ts';
import { openaiResponses } from './openai-responses/index.ts';
import { openaiResponsesPass } from './openai-responses/pass.ts';

/** The dialects that are spoken to clients and to providers. */
export const dialects = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  anthropic,
  gemini,
} satisfies Record<ClientDialect, Inbound & Outbound>;

/** The dialects that are spoken to providers. */
export const outbounds = { ...dialects, cohere } satisfies Record<DialectName, Outbound>;

/** The untouched way of each dialect. */
export const passes = {
  'openai-chat': openaiChatPass,
  'openai-responses': openaiResponsesPass,
  anthropic: anthropicPass,
  gemini: geminiPass,
} satisfies Record<ClientDialect, Pass>;
