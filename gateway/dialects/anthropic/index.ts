import type { Inbound, Outbound } from '../dialect.ts';
import { anthropicCount } from './count.ts';
import { readError, writeError, writeStreamError } from './error.ts';
import { forForeign } from './for-foreign.ts';
import { readRequest } from './read-request.ts';
import { createStreamReader } from './read-stream.ts';
import { readReply, writeReply } from './reply.ts';
import { writeRequest } from './write-request.ts';
import { createStreamWriter } from './write-stream.ts';

/** Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages, read 2026-11), to clients and to providers. */
export const anthropic: Inbound & Outbound = {
  name: 'anthropic',
  readRequest,
  forForeign,
  writeRequest,
  readReply,
  writeReply,
  createStreamReader,
  createStreamWriter,
  readError,
  writeError,
  writeStreamError,
  pulse: 'event: ping\ndata: {"type":"ping"}\n\n',
  count: anthropicCount,
};
