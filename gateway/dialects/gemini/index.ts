import type { Inbound, Outbound } from '../dialect.ts';
import { readError, writeError, writeStreamError } from './error.ts';
import { readRequest } from './read-request.ts';
import { createStreamReader } from './read-stream.ts';
import { readReply, writeReply } from './reply.ts';
import { writeRequest } from './write-request.ts';
import { createStreamWriter } from './write-stream.ts';

/**
 * Gemini `generateContent` (v1beta), both ways. The model and whether to stream stand in the URL: `readRequest` leaves `model` ''
 * and `stream` false for the caller to fill in. `createStreamWriter` takes `{array: true}` for clients that did not ask for `alt=sse`.
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
} satisfies Inbound & Outbound;
