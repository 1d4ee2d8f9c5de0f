import { StringDecoder } from 'node:string_decoder';
import { createParser } from 'eventsource-parser';
import { GatewayError } from './errors.ts';

/** One message of a `text/event-stream`. */
export interface SseMessage {
  event?: string;
  data: string;
  id?: string;
}

interface SseReaderOptions {
  /** Longest line, in characters. Default 16 Mi. */
  maxLineLength?: number;
}

/** Takes the bytes of a stream as the network cut them. */
export interface SseReader {
  /** Throws a `GatewayError` `provider_bad_reply` when a line (or the data of one message) outgrows the limit. */
  push(chunk: Uint8Array): void;
  /** The body has ended: hands out a last message that lacks only its blank line; a line cut short is dropped. */
  end(): void;
}

const MAX_LINE_LENGTH = 16 * 1024 * 1024;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Bytes → messages. Chunks may end anywhere, inside a character too; lines end in CRLF, LF or CR; comments are skipped.
 * `onMessage` is called during `push` and `end`, in order.
 */
export function createSseReader(onMessage: (message: SseMessage) => void, options: SseReaderOptions = {}): SseReader {
  const limit = options.maxLineLength ?? MAX_LINE_LENGTH;
  const decoder = new StringDecoder('utf8');
  let outgrown = false;
  let atLineEnd = false;
  const parser = createParser({
    maxBufferSize: limit,
    onEvent: ({ event, data, id }) => {
      const message: SseMessage = { data };
      if (event !== undefined) message.event = event;
      if (id !== undefined) message.id = id;
      onMessage(message);
    },
    onError: (error) => {
      // The other kinds of error (an unknown field, a bad `retry`) are to be ignored by the standard.
      if (error.type === 'max-buffer-size-exceeded') outgrown = true;
    },
  });

  function feed(text: string): void {
    if (!outgrown) parser.feed(text);
    if (outgrown) {
      throw new GatewayError('provider_bad_reply', `The provider sent a stream line of more than ${limit} characters.`);
    }
  }

  return {
    push(chunk) {
      const last = chunk.at(-1);
      if (last === undefined) return;
      atLineEnd = last === LINE_FEED || last === CARRIAGE_RETURN;
      const text = decoder.write(chunk);
      if (text !== '') feed(text);
    },
    end() {
      // A lone line feed after a final CR would be read as its other half, hence two: an empty message is never handed out.
      if (atLineEnd) feed('\n\n');
      atLineEnd = false;
    },
  };
}

/** A message as text of a `text/event-stream`, its blank line included. `data` may hold line breaks. */
export function writeSse(message: SseMessage): string {
  let text = '';
  if (message.event !== undefined) text += `event: ${message.event}\n`;
  if (message.id !== undefined) text += `id: ${message.id}\n`;
  const data = /[\r\n]/.test(message.data) ? message.data.replaceAll(/\r\n|\r|\n/g, '\ndata: ') : message.data;
  return `${text}data: ${data}\n\n`;
}
