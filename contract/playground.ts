import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { area, complexity, forMembers, milliseconds } from './common.ts';

const image = z
  .string()
  .max(4_000_000)
  .regex(/^data:image\/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+$/, 'An image as a data URL');

const message = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  text: z.string().max(1_000_000),
  images: z.array(image).max(8).default([]),
});

export const playgroundInput = z.object({
  /** Whatever a client may ask for: `auto`, a model, `provider/model`, an alias. */
  model: z.string().trim().min(1).max(200),
  messages: z.array(message).min(1).max(2_000),
  /** Id of a gateway key of one's own, whose limits hold. Absent: the owner has one for this; of a user, the newest. */
  gatewayKey: z.string().min(1).max(200).optional(),
});

/** Text as it comes, then one `done` or `failed`. */
const playgroundEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('done'),
    requestId: z.string(),
    provider: z.string().nullable(),
    model: z.string().nullable(),
    complexity: complexity.nullable(),
    costUsd: z.number().nullable(),
    latencyMs: milliseconds,
    firstByteMs: milliseconds.nullable(),
    inputTokens: z.int().nullable(),
    outputTokens: z.int().nullable(),
  }),
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
]);

export const playgroundRoutes = {
  chat: area('Playground')
    .meta(forMembers)
    .route({
      method: 'POST',
      path: '/playground/chat',
      summary: 'Have a model answer as it would a client; the request is in the ledger',
    })
    .input(playgroundInput)
    .output(eventIterator(playgroundEvent)),
};

export type PlaygroundInput = z.input<typeof playgroundInput>;
export type PlaygroundEvent = z.infer<typeof playgroundEvent>;
