import type { Outbound } from '../dialect.ts';
import { embedding } from './embed.ts';
import { readError } from './error.ts';
import { readReply } from './read-reply.ts';
import { createStreamReader } from './read-stream.ts';
import { NAME } from './wire.ts';
import { writeRequest } from './write-request.ts';

/** Cohere's Chat API v2, spoken to providers. */
export const cohere: Outbound = {
  name: NAME,
  writeRequest,
  readReply,
  createStreamReader,
  readError,
  embed: embedding,
};
