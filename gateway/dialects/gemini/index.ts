import type { Inbound, Outbound } from '../dialect.ts';
import { geminiCount } from './count.ts';
import { outboundEmbedding } from './embed.ts';
import { readError, writeError, writeStreamError } from './error.ts';
import { readRequest } from './read-request.ts';
import { createStreamReader } from './read-stream.ts';
import { readReply, writeReply } from './reply.ts';
import { writeRequest } from './write-request.ts';
import { createStreamWriter } from './write-stream.ts';

/**
 * Gemini `generateContent` (v1beta), both ways. The model and whether to stream stand in the URL: `readRequest` leaves `model` ''
 * and `stream` false; `at.ts` has the dialect as it is at one URL.
 */
export const gemini = {
  name: 'gemini',
  readRequest,
  writeRequest,
  readReply,
  writeReply,
  createStreamReader,
  createStreamWriter,
  readError,
  writeError,
  writeStreamError,
  // Google's Python client takes any line for JSON, a comment as well; an empty one it skips.
  pulse: '\n\n',
  count: geminiCount,
  embed: outboundEmbedding,
} satisfies Inbound & Outbound;
