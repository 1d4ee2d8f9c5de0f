import { z } from 'zod';
import { limitEvent } from './limit.ts';
import { request } from './request.ts';

/** What happened, as it happens. After a reconnect, ask again for what is shown: events are not kept. */
export const event = z.discriminatedUnion('type', [
  /** Exchanges that were written down: how many, and the latest of them, newest first. */
  z.object({ type: z.literal('requests'), count: z.int(), latest: z.array(request) }),
  /** Provider keys or gateway keys are not as they were. */
  z.object({ type: z.literal('keys') }),
  z.object({ type: z.literal('settings') }),
  /** The state of the desktop app is not as it was. */
  z.object({ type: z.literal('desktop') }),
  /** The registry is another one: prices, models or the owner's edits of them changed. */
  z.object({ type: z.literal('models'), version: z.string() }),
  /** Prices were looked for; `registry.status` tells what came of it. */
  z.object({ type: z.literal('registryCheck'), result: z.string() }),
  /** Providers that were added, changed, removed, found or gone, or models that they list. */
  z.object({ type: z.literal('providers') }),
  z.object({ type: z.literal('aliases') }),
  /** A user was invited, came, or is no longer as before. */
  z.object({ type: z.literal('users') }),
  /** A tool was connected, disconnected or pointed anew. */
  z.object({ type: z.literal('connections') }),
  limitEvent,
  /** An alert fired or was delivered, or rules changed. */
  z.object({ type: z.literal('alerts') }),
  /** The routing policy changed. */
  z.object({ type: z.literal('routing') }),
]);

export type GatewayEvent = z.infer<typeof event>;
