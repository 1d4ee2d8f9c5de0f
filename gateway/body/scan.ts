import { GatewayError } from '../errors.ts';

/** A range of bytes, `end` not included. */
export interface Span {
  start: number;
  end: number;
}

/** A pass over the bytes of a JSON object that learns where things stand without building them. */
export interface Scan {
  /** Where each top-level member's value stands. */
  members: Map<string, Span>;
  /**
   * Contents (between the quotes) of strings longer than `LONG_STRING_BYTES`, and of texts longer than `LONG_TEXT_BYTES`, in order. Not
   * those within a tool's input: a dialect may want that as text and another as an object, and what is folded can only go where it is
   * escaped as often as before.
   */
  longStrings: Span[];
  /** For each top-level member that is an array: where the commas between its elements stand. */
  commas: Map<string, number[]>;
  /** Where the pass has come to, and what it stands in. */
  state: State;
}

interface State {
  position: number;
  depth: number;
  values: number;
  /** Start of the string that `position` stands in, or -1. */
  stringStart: number;
  /** Within a string: whether the byte at `position` is escaped by a backslash of the slice before. */
  escaping: boolean;
  expectKey: boolean;
  key: string;
  valueStart: number;
  /** Depth of the tool input that `position` stands in, or 0. */
  inputDepth: number;
  /** Commas of the top-level array that `position` stands in. */
  elements: number[] | undefined;
}

/** A string beyond this many bytes is luggage: see `fold.ts`. */
export const LONG_STRING_BYTES = 8 * 1024;
/** What was said and shown is luggage much sooner, where it is old: `read.ts` decides which is. */
export const LONG_TEXT_BYTES = 1536;
/** Nesting beyond this is refused: no real request comes near, and recursion over it could overflow. */
const MAX_DEPTH = 128;
/** Members and elements in all; what can be built and read in a few milliseconds a slice. */
const MAX_VALUES = 100_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

export function startScan(): Scan {
  const state: State = {
    position: 0,
    depth: 0,
    values: 0,
    stringStart: -1,
    escaping: false,
    expectKey: false,
    key: '',
    valueStart: 0,
    inputDepth: 0,
    elements: undefined,
  };
  return { members: new Map(), longStrings: [], commas: new Map(), state };
}

/**
 * Goes on to byte `until`, so that a caller can let other work in between; returns whether the end is reached. It checks bounds (depth,
 * number of values), not grammar: parsing does that. Throws `too_complex`. It makes nothing for what it passes over.
 */
export function advance(scan: Scan, bytes: Buffer, until: number): boolean {
  const { state } = scan;
  const base = state.position;
  // A view, because `indexOf` searches a buffer to its end.
  const slice = bytes.subarray(base, until);
  const end = slice.length;
  let at = 0;
  while (at < end) {
    if (state.stringStart >= 0) {
      at = closingQuote(slice, at, state);
      if (at >= end) break;
      endString(scan, bytes, base + at);
    } else {
      const code = slice[at];
      if (code === QUOTE) {
        state.stringStart = base + at + 1;
        state.escaping = false;
      } else if (code === COMMA) comma(scan, bytes, base + at);
      else if (code === COLON) {
        if (state.depth === 1) state.valueStart = base + at + 1;
      } else if (code === OPEN_BRACE || code === OPEN_BRACKET) open(scan, bytes, base + at);
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) close(scan, bytes, base + at);
    }
    at += 1;
  }
  state.position = base + end;
  return state.position >= bytes.length;
}

/** Index of the quote that ends the string, or the slice's length where it goes on in the next one. */
function closingQuote(slice: Buffer, from: number, state: State): number {
  for (let quote = slice.indexOf(QUOTE, from); quote >= 0; quote = slice.indexOf(QUOTE, quote + 1)) {
    if (!isEscaped(slice, from, quote, state.escaping)) return quote;
  }
  state.escaping = isEscaped(slice, from, slice.length, state.escaping);
  return slice.length;
}

/** Whether the byte at `at` is escaped: an odd run of backslashes stands before it. `before`: whether `from` itself was. */
function isEscaped(slice: Buffer, from: number, at: number, before: boolean): boolean {
  let start = at;
  while (start > from && slice[start - 1] === BACKSLASH) start -= 1;
  const odd = (at - start) % 2 === 1;
  return start === from && before ? !odd : odd;
}

function endString({ state, longStrings }: Scan, bytes: Buffer, end: number): void {
  const start = state.stringStart;
  state.stringStart = -1;
  if (state.depth === 1 && state.expectKey) {
    state.key = readKey(bytes, start, end);
    state.expectKey = false;
  } else if (end - start > LONG_TEXT_BYTES && state.inputDepth === 0) {
    const key = keyBefore(bytes, start - 1);
    if (end - start > LONG_STRING_BYTES ? !TOOL_INPUT.has(key) : TEXT.has(key)) longStrings.push({ start, end });
  }
}

function open({ state, commas }: Scan, bytes: Buffer, position: number): void {
  const byte = bytes[position];
  state.depth += 1;
  if (state.depth > MAX_DEPTH)
    throw new GatewayError('too_complex', `The body is nested more than ${MAX_DEPTH} levels deep.`);
  if (state.depth === 1) state.expectKey = byte === OPEN_BRACE;
  else if (state.depth === 2 && byte === OPEN_BRACKET) {
    state.elements = [];
    commas.set(state.key, state.elements);
  } else if (
    state.depth > 3 &&
    state.inputDepth === 0 &&
    byte === OPEN_BRACE &&
    TOOL_INPUT.has(keyBefore(bytes, position))
  ) {
    state.inputDepth = state.depth;
  }
}

function comma(scan: Scan, bytes: Buffer, position: number): void {
  const { state } = scan;
  state.values += 1;
  if (state.values > MAX_VALUES) {
    throw new GatewayError('too_complex', `The body holds more than ${MAX_VALUES} values. Send a smaller request.`);
  }
  if (state.depth === 1) {
    endMember(scan, bytes, position);
    state.expectKey = true;
  } else if (state.depth === 2) state.elements?.push(position);
}

function close(scan: Scan, bytes: Buffer, position: number): void {
  const { state } = scan;
  if (state.depth === 1) endMember(scan, bytes, position);
  else if (state.depth === 2) state.elements = undefined;
  if (state.depth === state.inputDepth) state.inputDepth = 0;
  state.depth -= 1;
}

function endMember({ state, members }: Scan, bytes: Buffer, position: number): void {
  if (state.valueStart === 0) return;
  let start = state.valueStart;
  let end = position;
  while (start < end && isSpace(bytes[start])) start += 1;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  members.set(state.key, { start, end });
}

function readKey(bytes: Buffer, start: number, end: number): string {
  const raw = bytes.toString('utf8', start, end);
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}

/** Members that hold a tool's input or its structured output: Chat's, Anthropic's, and Gemini's two. */
const TOOL_INPUT: ReadonlySet<string> = new Set(['arguments', 'input', 'args', 'response']);

/** Members that hold what was said and shown, in all dialects. What else is long (proofs, ids, schemas) may be compared or looked into. */
const TEXT: ReadonlySet<string> = new Set(['text', 'content']);

/** Name of the member whose value begins at `position`; empty where none of the names above can stand there. */
function keyBefore(bytes: Buffer, position: number): string {
  let end = position - 1;
  while (isSpace(bytes[end])) end -= 1;
  if (bytes[end] !== COLON) return '';
  do end -= 1;
  while (isSpace(bytes[end]));
  const start = bytes.lastIndexOf(QUOTE, end - 1);
  return end - start > 12 ? '' : bytes.toString('latin1', start + 1, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
