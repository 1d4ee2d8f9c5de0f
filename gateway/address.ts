import { anthropicCount } from './dialects/anthropic/count.ts';
import type { Inbound, InboundCount } from './dialects/dialect.ts';
import { geminiAt, geminiCountAt, geminiEmbeddingAt, readPath } from './dialects/gemini/at.ts';
import { geminiCount } from './dialects/gemini/count.ts';
import { dialects } from './dialects/index.ts';
import { openaiEmbedding, readEmbedRequest } from './dialects/openai-embedding.ts';

/** What is asked for at an address, and in which dialect. */
export interface Address {
  inbound: Inbound;
  /** Where no answer is wanted, but the number of tokens that its prompt has. */
  count?: InboundCount;
}

const PATHS: ReadonlyMap<string, Address> = new Map([
  [
    '/v1/embeddings',
    { inbound: { ...dialects['openai-chat'], readRequest: readEmbedRequest, embedding: openaiEmbedding } },
  ],
  ['/v1/chat/completions', { inbound: dialects['openai-chat'] }],
  ['/v1/responses', { inbound: dialects['openai-responses'] }],
  ['/v1/messages', { inbound: dialects.anthropic }],
  ['/v1/messages/count_tokens', { inbound: dialects.anthropic, count: anthropicCount }],
]);

/** Where an exchange begins; undefined for what is none. Throws `invalid_request` for a path that cannot be read. */
export function readAddress(url: string): Address | undefined {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return PATHS.get(path) ?? readGeminiAddress(path, mark < 0 ? '' : url.slice(mark));
}

function readGeminiAddress(path: string, query: string): Address | undefined {
  const named = path.includes(':') ? readPath(path) : undefined;
  switch (named?.method) {
    case 'generateContent':
      return { inbound: geminiAt(named.model) };
    case 'streamGenerateContent': {
      const asArray = new URLSearchParams(query).get('alt') !== 'sse';
      return { inbound: geminiAt(named.model, { stream: true, asArray }) };
    }
    case 'countTokens':
      return { inbound: geminiCountAt(named.model), count: geminiCount };
    case 'embedContent':
    case 'batchEmbedContents':
      return { inbound: geminiEmbeddingAt(named.model, named.method) };
    default:
      return undefined;
  }
}

/** The dialect that a path belongs to, for lists of models and for errors where there is no exchange. */
export function dialectOf(url: string, headers: Record<string, unknown>): Inbound {
  if (/^\/v1(beta|alpha)\//.test(url) || url.includes(':')) return dialects.gemini;
  if (url.startsWith('/v1/messages')) return dialects.anthropic;
  if (url.startsWith('/v1/responses')) return dialects['openai-responses'];
  if (!/^\/v1\/models\b/.test(url)) return dialects['openai-chat'];
  if (headers['anthropic-version'] !== undefined) return dialects.anthropic;
  return headers['x-goog-api-key'] === undefined ? dialects['openai-chat'] : dialects.gemini;
}
