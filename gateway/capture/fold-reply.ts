import type { ChatReply, ClientDialect, JsonObject } from '../chat.ts';
import { dialects } from '../dialects/index.ts';
import { createCollector } from '../reply.ts';
import { createSseReader, type SseMessage } from '../sse.ts';

/** A reply as its client got it, a stream as the parts that it is made of; null where the bytes cannot be read as one. */
export function foldReply(dialect: ClientDialect, contentType: string, bytes: Uint8Array): ChatReply | null {
  if (bytes.length === 0) return null;
  try {
    if (contentType.startsWith('text/event-stream')) {
      return foldStream(dialect, (take) => {
        const messages = createSseReader(take);
        messages.push(bytes);
        messages.end();
      });
    }
    const json = JSON.parse(Buffer.from(bytes).toString()) as JsonObject | unknown[];
    if (!Array.isArray(json)) return dialects[dialect].readReply(json);
    // Google streams as one long list to clients that do not ask for events.
    return foldStream(dialect, (take) => {
      for (const each of json) take({ data: JSON.stringify(each) });
    });
  } catch {
    return null;
  }
}

function foldStream(dialect: ClientDialect, feed: (take: (message: SseMessage) => void) => void): ChatReply {
  const reader = dialects[dialect].createStreamReader();
  const collector = createCollector();
  feed((message) => reader.read(message).forEach(collector.add));
  reader.end().forEach(collector.add);
  return collector.reply();
}
