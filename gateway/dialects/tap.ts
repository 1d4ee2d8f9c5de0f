import { join } from '../body/join.ts';
import type { ChatReply, Finish, ReplyError, Usage } from '../chat.ts';
import { createSseReader } from '../sse.ts';
import type { Pass, StreamReader, Tap } from './dialect.ts';

/**
 * Forwards every byte as it comes and reads a copy. From the event that announces the end on, bytes are held back as the
 * closing, so that the exchange can be written down before the client sees its end.
 */
export function createWatchingTap(reader: StreamReader): Tap {
  let usage: Usage | undefined;
  let finish: Finish | undefined;
  let error: ReplyError | undefined;
  const held: Buffer[] = [];
  const messages = createSseReader((message) => {
    for (const event of reader.read(message)) {
      if (event.type === 'usage') usage = event.usage;
      else if (event.type === 'finish') finish = event.finish;
      else if (event.type === 'error') error = event.error;
    }
  });

  return {
    push(pieces) {
      const chunk = join(pieces);
      messages.push(chunk);
      if (finish === undefined) return chunk;
      held.push(chunk);
      return undefined;
    },
    end() {
      messages.end();
      return { closing: { bytes: Buffer.concat(held) }, usage, finish, error };
    },
  };
}

/** What `Pass.readSummary` tells, from a reply that was read whole. */
export function summaryOf({ usage, choices, error }: ChatReply): ReturnType<Pass['readSummary']> {
  return { usage, finish: choices.at(-1)?.finish, error };
}
