/** What a reader tells of each HTTP/1.1 message: its head once, its body in pieces, its end once. */
interface MessageListener {
  /** Start line and header lines, Latin-1, without the empty line behind them. */
  head(text: string): void;
  /** A piece of the body without its transfer coding; the bytes are valid during the call only. */
  body?(bytes: Buffer, start: number, end: number): void;
  end(): void;
}

/** The value of a header in a message's head, or undefined. `name` in lower case. */
export function header(head: string, name: string): string | undefined {
  const match = new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head);
  return match?.[1];
}

const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
const CR = 13;
const LF = 10;
const SEMICOLON = 59;

/**
 * Reads HTTP/1.1 messages from the pieces in which a socket delivers them, with as little work a byte as it can, because
 * load generator and provider share one core. A message without a length and without chunks has no body.
 */
export function createMessageReader(listener: MessageListener): (bytes: Buffer) => void {
  let state: 'head' | 'length' | 'size' | 'chunk' | 'chunkEnd' | 'trailer' = 'head';
  let pending: Buffer | null = null;
  let remaining = 0;
  let size = 0;
  let inExtension = false;
  let trailerLine = 0;

  function finish(): void {
    state = 'head';
    listener.end();
  }

  function readHead(bytes: Buffer, from: number): number {
    const whole: Buffer = pending === null ? bytes.subarray(from) : Buffer.concat([pending, bytes.subarray(from)]);
    const end = whole.indexOf('\r\n\r\n');
    if (end === -1) {
      pending = Buffer.from(whole);
      return bytes.length;
    }
    const next = from + end + 4 - (pending?.length ?? 0);
    pending = null;
    const text = whole.toString('latin1', 0, end);
    listener.head(text);
    const length = LENGTH.exec(text);
    if (length !== null) {
      remaining = Number(length[1]);
      state = 'length';
      if (remaining === 0) finish();
    } else if (CHUNKED.test(text)) {
      state = 'size';
      size = 0;
      inExtension = false;
    } else {
      finish();
    }
    return next;
  }

  function readBody(bytes: Buffer, from: number): number {
    const end = Math.min(bytes.length, from + remaining);
    listener.body?.(bytes, from, end);
    remaining -= end - from;
    if (remaining === 0) {
      if (state === 'length') finish();
      else state = 'chunkEnd';
    }
    return end;
  }

  function readSize(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === LF) {
        remaining = size;
        state = size === 0 ? 'trailer' : 'chunk';
        trailerLine = 0;
        size = 0;
        inExtension = false;
        return at + 1;
      }
      if (byte === SEMICOLON) inExtension = true;
      else if (byte !== CR && !inExtension) size = size * 16 + (byte <= 57 ? byte - 48 : (byte | 32) - 87);
    }
    return bytes.length;
  }

  function readLineEnd(bytes: Buffer, from: number): number {
    if (bytes[from] === LF) state = 'size';
    return from + 1;
  }

  function readTrailer(bytes: Buffer, from: number): number {
    const byte = bytes[from];
    if (byte === LF) {
      if (trailerLine === 0) finish();
      trailerLine = 0;
    } else if (byte !== CR) {
      trailerLine++;
    }
    return from + 1;
  }

  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      if (state === 'head') at = readHead(bytes, at);
      else if (state === 'length' || state === 'chunk') at = readBody(bytes, at);
      else if (state === 'size') at = readSize(bytes, at);
      else if (state === 'chunkEnd') at = readLineEnd(bytes, at);
      else at = readTrailer(bytes, at);
    }
  };
}
