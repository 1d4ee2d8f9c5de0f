import type { Inbound, Outbound } from '../dialect.ts';
import { openaiEmbedding } from '../openai-embedding.ts';
import { readError, writeError, writeStreamError } from './error.ts';
import { readRequest } from './read-request.ts';
import { createStreamReader } from './read-stream.ts';
import { readReply, writeReply } from './reply.ts';
import { NAME } from './wire.ts';
import { writeRequest } from './write-request.ts';
import { createStreamWriter } from './write-stream.ts';

/** OpenAI Chat Completions, spoken to clients and to providers. */
export const openaiChat: Inbound & Outbound = {
  name: NAME,
  readRequest,
  writeRequest,
  readReply,
  writeReply,
  createStreamReader,
  createStreamWriter,
  readError,
  writeError,
  writeStreamError,
  pulse: ': keep-alive\n\n',
  embed: openaiEmbedding,
};
