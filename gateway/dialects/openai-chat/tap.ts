import { join } from '../../body/join.ts';
import type { ChatEvent, ChatRequest, Finish, ReplyError, Usage } from '../../chat.ts';
import { createSseReader } from '../../sse.ts';
import type { StreamReader, Tap } from '../dialect.ts';
import { dataOf, eventEnd, eventStart, isUsageOnly, lastEventEnd, splitEvents } from './events.ts';
import { closeStream } from './room.ts';

/** Of what went to the client, this much is read again at the end, to see how the stream ended; less where that tells. */
const TAIL_BYTES = 4096;
const SHORT_TAIL_BYTES = 1024;
/** Stands in every usage (and, as a member, nowhere else); a long one is found four times faster than `usage` is. */
const USAGE = '"completion_tokens"';
const DONE = Buffer.from('[DONE]');

/**
 * Forwards whole events untouched and looks into few of them: a search for usage in each piece, and the last events at the end.
 * From the usage chunk or `[DONE]` on, events are held back as the closing.
 */
export function createTap(request: ChatRequest, reader: StreamReader): Tap {
  let rest: Buffer[] = [];
  const tail: Buffer[] = [];
  let tailBytes = 0;
  let usage: Usage | undefined;
  let usageEvent: Buffer | undefined;
  let finish: Finish | undefined;
  const held: Buffer[] = [];
  let isClosing = false;

  /** Splits a run of whole events where the closing begins; returns what goes out now. */
  function pass(events: Buffer): Buffer | undefined {
    if (isClosing) {
      hold(events);
      return undefined;
    }
    const end = closingStart(events);
    if (end < 0) return keepTail(events);
    isClosing = true;
    hold(events.subarray(end));
    return end === 0 ? undefined : keepTail(events.subarray(0, end));
  }

  function keepTail(events: Buffer): Buffer {
    tail.push(events);
    tailBytes += events.length;
    while (tailBytes - (tail[0]?.length ?? tailBytes) >= TAIL_BYTES) tailBytes -= tail.shift()?.length ?? 0;
    return events;
  }

  /** Where the usage chunk or `[DONE]` begins, or -1. Usage on other chunks is noted on the way. */
  function closingStart(events: Buffer): number {
    for (let at = events.indexOf(USAGE, 0, 'latin1'); at >= 0; at = events.indexOf(USAGE, at + 1, 'latin1')) {
      const start = eventStart(events, at);
      const json = dataOf(events.subarray(start, eventEnd(events, at)));
      noteUsage(json);
      if (isUsageOnly(json)) return start;
    }
    const last = events.subarray(-64);
    const done = last.lastIndexOf(DONE);
    if (done < 0) return -1;
    const start = eventStart(events, events.length - last.length + done);
    return /^data: ?\[DONE\]\s*$/.test(events.toString('latin1', start)) ? start : -1;
  }

  function noteUsage(json: string): void {
    for (const event of reader.read({ data: json })) {
      if (event.type === 'usage') usage = event.usage;
      // The reader tells each end once: a chunk with both is not read to its end again.
      else if (event.type === 'finish') finish = event.finish;
    }
  }

  function hold(events: Buffer): void {
    for (const event of splitEvents(events)) {
      const json = dataOf(event);
      if (isUsageOnly(json)) {
        noteUsage(json);
        usageEvent = event;
        if (request.streamUsage) held.push(event);
      } else held.push(event);
    }
  }

  return {
    push(pieces) {
      for (const piece of pieces) rest.push(piece);
      if (!pieces.some(holdsLineEnd)) return undefined;
      const bytes = join(rest);
      const cut = lastEventEnd(bytes);
      rest = cut < bytes.length ? [bytes.subarray(cut)] : [];
      return cut === 0 ? undefined : pass(cut === bytes.length ? bytes : bytes.subarray(0, cut));
    },
    end() {
      // A last event without its blank line counts where it is whole.
      const over = Buffer.concat([...rest, Buffer.from('\n\n')]);
      const last = rest.length > 0 && !isCut(dataOf(over)) ? pass(over) : undefined;
      const ends = readEnds(join(tail), reader);
      const template = usageEvent === undefined ? ends.lastChunk : dataOf(usageEvent);
      return {
        ...(last === undefined ? {} : { last }),
        closing: closeStream(held, { usageEvent, template }),
        usage,
        finish: ends.finish ?? finish ?? (held.some((event) => event.includes(DONE)) ? { reason: 'other' } : undefined),
        error: ends.error,
      };
    },
  };
}

function holdsLineEnd(bytes: Buffer): boolean {
  return bytes.includes(0x0a);
}

/** Whether the data of an event are half a chunk. */
function isCut(data: string): boolean {
  if (!data.startsWith('{')) return false;
  try {
    JSON.parse(data);
    return false;
  } catch {
    return true;
  }
}

interface StreamEnd {
  finish?: Finish | undefined;
  error?: ReplyError | undefined;
  /** Data of the last chunk. */
  lastChunk?: string | undefined;
}

/** Most streams end within their last few events. */
function readEnds(tail: Buffer, reader: StreamReader): StreamEnd {
  const short = tail.includes('error') ? {} : readEnd(tail, SHORT_TAIL_BYTES, reader);
  return short.finish === undefined || short.lastChunk === undefined ? readEnd(tail, TAIL_BYTES, reader) : short;
}

function readEnd(tail: Buffer, bytes: number, reader: StreamReader): StreamEnd {
  const start = tail.length > bytes ? eventStart(tail, tail.length - bytes) : 0;
  const end: StreamEnd = {};
  const note = (event: ChatEvent): void => {
    if (event.type === 'finish') end.finish = event.finish;
    else if (event.type === 'error') end.error = event.error;
  };
  const chunks: string[] = [];
  const messages = createSseReader((message) => {
    if (!message.data.startsWith('{')) return;
    chunks.push(message.data);
    for (const event of reader.read(message)) note(event);
  });
  messages.push(tail.subarray(start));
  messages.end();
  end.lastChunk = chunks.findLast((data) => !isCut(data));
  return end;
}
