import type { Inbound, Outbound } from '../dialect.ts';
import { openaiEmbedding } from '../openai-embedding.ts';
import { responsesCount } from './count.ts';
import { readError, writeError, writeStreamError } from './error.ts';
import { forForeign } from './for-foreign.ts';
import { readRequest } from './read-request.ts';
import { createStreamReader } from './read-stream.ts';
import { withItems } from './references.ts';
import { readReply, writeReply } from './reply.ts';
import { NAME } from './wire.ts';
import { writeRequest } from './write-request.ts';
import { createStreamWriter } from './write-stream.ts';

/** OpenAI Responses, spoken to clients and to providers. */
export const openaiResponses: Inbound & Outbound = {
  name: NAME,
  readRequest,
  forForeign,
  withItems,
  writeRequest,
  readReply,
  writeReply,
  createStreamReader,
  createStreamWriter,
  readError,
  writeError,
  writeStreamError,
  pulse: ': keep-alive\n\n',
  count: responsesCount,
  embed: openaiEmbedding,
};
