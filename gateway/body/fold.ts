import { randomBytes } from 'node:crypto';
import type { Span } from './scan.ts';

/**
 * Long strings are luggage. In the JSON that the gateway looks at, the middle of each long string is folded away behind a mark;
 * when a body is written, each mark is swapped for the bytes as received. So a 20 MB image is never decoded, copied
 * into a string, or encoded again, and what the gateway reads stays small whatever a client sends.
 */
export interface Folds {
  /** Bytes that a string stands for, its folded middle included. */
  lengthOf(text: string): number;
  /** JSON text that may hold marks → its bytes, marks swapped for what was folded. Slices, not copies, of long strings. */
  unfold(json: string): Buffer[];
  /** Decodes one string with all that was folded. For the rare string that must be understood, not carried. */
  textOf(text: string): string;
}

/** What stays readable before and behind a mark. */
const HEAD_BYTES = 512;
const TAIL_BYTES = 256;

// Clients cannot guess a mark: it carries a secret of this process. It never leaves the process unless it is their own text.
const OPEN = `\uE0F0${randomBytes(12).toString('base64url')}:`;
const CLOSE = '\uE0F1';
/** The longest that a mark can be, with the number of a folded string. */
const MARK_BYTES = Buffer.byteLength(OPEN + CLOSE) + 10;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

export interface Folder {
  /** The JSON text of a range, its long strings folded. */
  fold(range: Span): string;
  /** Bytes of the range without what `fold` folds away. Known without decoding any of them. */
  sizeOf(range: Span): number;
  folds: Folds;
}

export function createFolder(bytes: Buffer, longStrings: readonly Span[]): Folder {
  const middles: Span[] = longStrings.map((span) => middleOf(bytes, span));

  function fold(range: Span): string {
    let index = firstFrom(middles, range.start);
    let middle = middles[index];
    if (middle === undefined || middle.end > range.end) return bytes.toString('utf8', range.start, range.end);
    const marks = firstFrom(middles, range.end) - index;
    const room = roomFor(sizeOf(range) + marks * MARK_BYTES);
    let position = range.start;
    let length = 0;
    for (; middle !== undefined && middle.end <= range.end; middle = middles[++index]) {
      length += bytes.copy(room, length, position, middle.start);
      length += room.write(OPEN + index + CLOSE, length);
      position = middle.end;
    }
    length += bytes.copy(room, length, position, range.end);
    return room.toString('utf8', 0, length);
  }

  function sizeOf(range: Span): number {
    let size = range.end - range.start;
    for (let index = firstFrom(middles, range.start); index < middles.length; index += 1) {
      const middle = middles[index] as Span;
      if (middle.end > range.end) break;
      size -= middle.end - middle.start;
    }
    return size;
  }

  const folds: Folds = {
    lengthOf(text) {
      const mark = findMark(text, 0, middles);
      return mark === undefined
        ? text.length
        : text.length - (mark.end - mark.start) + (mark.middle.end - mark.middle.start);
    },
    unfold(json) {
      const out: Buffer[] = [];
      let position = 0;
      for (let mark = findMark(json, 0, middles); mark !== undefined; mark = findMark(json, position, middles)) {
        out.push(Buffer.from(json.slice(position, mark.start)), bytes.subarray(mark.middle.start, mark.middle.end));
        position = mark.end;
      }
      out.push(Buffer.from(position === 0 ? json : json.slice(position)));
      return out;
    },
    textOf(text) {
      const mark = findMark(text, 0, middles);
      if (mark === undefined) return text;
      const middle = String(JSON.parse(`"${bytes.toString('utf8', mark.middle.start, mark.middle.end)}"`));
      return text.slice(0, mark.start) + middle + text.slice(mark.end);
    },
  };
  return { fold, sizeOf, folds };
}

/** Where folded texts are put together, all but the rare long ones. */
const usualRoom = Buffer.allocUnsafeSlow(256 * 1024);

function roomFor(length: number): Buffer {
  return length <= usualRoom.length ? usualRoom : Buffer.allocUnsafeSlow(length);
}

/** For bodies in which nothing is folded. */
export const NO_FOLDS: Folds = {
  lengthOf: (text) => text.length,
  unfold: (json) => [Buffer.from(json)],
  textOf: (text) => text,
};

function findMark(text: string, from: number, middles: Span[]): (Span & { middle: Span }) | undefined {
  const start = text.indexOf(OPEN, from);
  if (start < 0) return undefined;
  const close = text.indexOf(CLOSE, start);
  const middle = middles[Number(text.slice(start + OPEN.length, close))];
  return middle === undefined ? undefined : { start, end: close + CLOSE.length, middle };
}

/** Index of the first middle that begins at or after `start`. */
function firstFrom(middles: Span[], start: number): number {
  let low = 0;
  let high = middles.length;
  while (low < high) {
    const half = (low + high) >> 1;
    if ((middles[half] as Span).start < start) low = half + 1;
    else high = half;
  }
  return low;
}

/** The part of a long string to fold: cut only where no escape and no character is torn. */
function middleOf(bytes: Buffer, span: Span): Span {
  const start = cut(bytes, span.start + HEAD_BYTES) ?? walk(bytes, span.start);
  return { start, end: cut(bytes, span.end - TAIL_BYTES) ?? span.end };
}

/** The first boundary from `wanted` on; undefined where it would take long to tell. */
function cut(bytes: Buffer, wanted: number): number | undefined {
  for (let position = wanted; position < wanted + 16; position += 1) {
    if (!isContinuation(bytes[position]) && !isInEscape(bytes, position)) return position;
  }
  return undefined;
}

/** From the start of the string, escape by escape, to the first boundary after the edge. */
function walk(bytes: Buffer, start: number): number {
  let position = start;
  while (position < start + HEAD_BYTES || isContinuation(bytes[position])) {
    position += bytes[position] !== BACKSLASH ? 1 : bytes[position + 1] === LETTER_U ? 6 : 2;
  }
  return position;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Whether `position` stands behind the backslash of an escape, or among the four digits of a `\u` one. */
function isInEscape(bytes: Buffer, position: number): boolean {
  if (isEscaped(bytes, position)) return true;
  for (let back = 1; back <= 4; back += 1) {
    if (bytes[position - back] === LETTER_U && isEscaped(bytes, position - back)) return true;
  }
  return false;
}

/** An odd number of backslashes stands before. Very long runs of them count as "do not cut here". */
function isEscaped(bytes: Buffer, position: number): boolean {
  let count = 0;
  while (bytes[position - 1 - count] === BACKSLASH) {
    count += 1;
    if (count > 256) return true;
  }
  return count % 2 === 1;
}
