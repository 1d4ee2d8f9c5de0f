import { z } from 'zod';
import { area, dialect, forMembers, idInput, milliseconds } from './common.ts';

/** A piece of a prompt or a reply, as text to be read; `image`: a data URL or an address. */
const part = z.object({
  type: z.enum(['text', 'thinking', 'toolCall', 'toolResult', 'media', 'refusal', 'other']),
  text: z.string(),
  /** Of the tool or the file. */
  name: z.string().nullable(),
  image: z.string().nullable(),
});

const message = z.object({ role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']), parts: z.array(part) });

/** What was kept of one request. Keys are cut out of it. */
const capture = z.object({
  id: z.string(),
  startedAtMs: milliseconds,
  dialect,
  /** The body as the client sent it. */
  body: z.record(z.string(), z.unknown()).nullable(),
  /** The same, to be read. Null where the body cannot be read as a prompt, or was left out. */
  messages: z.array(message).nullable(),
  /** Names of the tools that the model was offered. */
  tools: z.array(z.string()),
  /** As the client got it, a stream put together. Null: there was none that can be read. */
  reply: z.array(part).nullable(),
  /** What was larger than 8 MiB and so is not kept. */
  leftOut: z.array(z.enum(['request', 'reply'])),
});

const size = z.object({
  captures: z.int(),
  /** Of the file on disk. */
  bytes: z.int(),
  oldestAtMs: milliseconds.nullable(),
});

const captures = area('Captures');

/** Prompts and replies, kept where the setting `capture.enabled` is on. */
export const captureRoutes = {
  size: captures
    .route({ method: 'GET', path: '/captures', summary: 'How many prompts and replies are kept, and in how much room' })
    .output(size),
  one: captures
    .meta(forMembers)
    .route({ method: 'GET', path: '/captures/{id}', summary: 'Prompt and reply of one request' })
    .input(idInput)
    .output(capture),
  remove: captures
    .meta(forMembers)
    .route({ method: 'DELETE', path: '/captures/{id}', summary: 'Delete prompt and reply of one request for good' })
    .input(idInput)
    .output(z.object({ id: z.string() })),
  removeAll: captures
    .route({ method: 'DELETE', path: '/captures', summary: 'Delete all kept prompts and replies for good' })
    .output(z.object({ removed: z.int() })),
};

export type CapturedPart = z.infer<typeof part>;
export type CaptureInfo = z.infer<typeof capture>;
