import type { ServerResponse } from 'node:http';
import { createWatch, type Watched } from './providers/watch.ts';

/** A stream to a client while it is under way. */
export interface Beat extends Watched {
  /** The bytes that went out last. */
  said: Buffer | undefined;
}

interface BeatOptions {
  response: ServerResponse;
  /** What keeps a stream alive and says nothing, in the client's dialect. */
  bytes: string;
  /** Whether a message of the stream has ended with these bytes: in the middle of one anything put in would spoil it. */
  isWhole(bytes: Buffer): boolean;
  /** Sends the head, where it has not gone out. */
  begin(): void;
}

/** Sends signs of life on streams whose provider is thinking: clients and proxies give up on connections that say nothing. */
export interface Pulse {
  start(options: BeatOptions): Beat;
  stop(beat: Beat): void;
}

export function createPulse(afterMs: () => number): Pulse {
  const watch = createWatch();
  return {
    start({ response, bytes, isWhole, begin }) {
      let seen: Buffer | undefined;
      let quietSince = performance.now();
      const beat: Beat = {
        place: 0,
        said: undefined,
        check(now) {
          if (beat.said !== seen) {
            seen = beat.said;
            quietSince = now;
          } else if (now - quietSince >= afterMs()) {
            quietSince = now;
            if (response.destroyed || response.writableNeedDrain || (seen !== undefined && !isWhole(seen))) return;
            begin();
            response.write(bytes);
          }
        },
      };
      watch.add(beat);
      return beat;
    },
    stop: watch.remove,
  };
}

/** Whether bytes of a `text/event-stream` end with a message. */
export function endsMessage(bytes: Buffer): boolean {
  return bytes.length === 0 || /(\n\n|\r\r|\n\r\n)$/.test(bytes.toString('latin1', Math.max(0, bytes.length - 3)));
}
