import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonObject } from '../chat.ts';
import { GatewayError } from '../errors.ts';
import type { Collected } from './collect.ts';
import { createFolder, type Folder, type Folds, NO_FOLDS } from './fold.ts';
import { advance, CLOSE_BRACKET, LONG_STRING_BYTES, OPEN_BRACKET, type Scan, type Span, startScan } from './scan.ts';
import { isTurnSpent } from './turn.ts';

/** A request body: the bytes as received, and what they say. */
export interface Body {
  bytes: Buffer;
  /** SHA-256 of the bytes, as a string of one character a byte. */
  digest: string;
  /** Parsed; the middles of long strings are folded. */
  json: JsonObject;
  folds: Folds;
  /** Where each top-level member's value stands in `bytes`. */
  members: Map<string, Span>;
}

/** Up to here a body is parsed in one go, nothing folded. */
const SMALL_BYTES = 64 * 1024;
/** How far to scan before asking whether other work should get a turn. */
const SCAN_SLICE = 16 * 1024;
/** Bytes, long strings folded, that are parsed at once. A longer text would not fit the young generation, and full collections would follow each body. */
const PIECE = 48 * 1024;
/** Bytes of JSON of one array element (long strings folded) that are parsed in one go; more is refused. */
const MAX_ELEMENT = 3 * 1024 * 1024;

/** Reads a JSON object of any size without holding up the event loop. Throws `invalid_json` or `too_complex`. */
export function readJsonBody({ bytes, digest }: Collected): Body | Promise<Body> {
  if (bytes.length > SMALL_BYTES) return readLarge(bytes, digest);
  const json = parseObject(bytes.toString());
  const scan = startScan();
  advance(scan, bytes, bytes.length);
  return { bytes, digest, json, folds: NO_FOLDS, members: scan.members };
}

async function readLarge(bytes: Buffer, digest: string): Promise<Body> {
  const scan = startScan();
  for (let until = SCAN_SLICE; !advance(scan, bytes, until); until += SCAN_SLICE) if (isTurnSpent()) await nextTurn();
  const folder = createFolder(bytes, luggageOf(scan));
  const whole = { start: 0, end: bytes.length };
  const json =
    folder.sizeOf(whole) <= PIECE ? parseObject(folder.fold(whole)) : await parseInPieces(bytes, scan, folder);
  return { bytes, digest, json, folds: folder.folds, members: scan.members };
}

/** The conversation in the words of the dialects, and how much of its end stays legible: the last turns say what is asked. */
const CONVERSATIONS = ['messages', 'input', 'contents'];
const RECENT_BYTES = 16 * 1024;

/** The strings to fold: all that are very long, and texts that stand before the last turns. */
function luggageOf({ longStrings, members }: Scan): Span[] {
  const ends = CONVERSATIONS.map((name) => members.get(name)?.end ?? 0);
  const recentFrom = Math.max(...ends) - RECENT_BYTES;
  return longStrings.filter(({ start, end }) => end - start > LONG_STRING_BYTES || end <= recentFrom);
}

/** Member by member, long arrays a slice of elements at a time. */
async function parseInPieces(bytes: Buffer, scan: Scan, folder: Folder): Promise<JsonObject> {
  checkAround(bytes.length, scan.members, folder);
  const whole: JsonObject = {};
  for (const [key, span] of scan.members) {
    const commas = scan.commas.get(key);
    const isArray = bytes[span.start] === OPEN_BRACKET && bytes[span.end - 1] === CLOSE_BRACKET;
    const isLong = isArray && commas !== undefined && commas.length > 0 && folder.sizeOf(span) > PIECE;
    setMember(whole, key, isLong ? await parseArray(span, commas, folder) : parse(foldBounded(folder, span, key)));
    if (isTurnSpent()) await nextTurn();
  }
  return whole;
}

/**
 * Members were cut apart by a scan that trusts the grammar: the body with a 0 in the place of each must be an object. Of a name that is there
 * twice the first value is not cut out, and is judged here.
 */
function checkAround(end: number, members: Scan['members'], folder: Folder): void {
  const spans = [...members.values()].sort((a, b) => a.start - b.start);
  let text = '';
  let position = 0;
  for (const span of spans) {
    text += `${foldBounded(folder, { start: position, end: span.start }, 'one member')}0`;
    position = span.end;
  }
  parseObject(text + foldBounded(folder, { start: position, end }, 'one member'));
}

async function parseArray(span: Span, commas: number[], folder: Folder): Promise<unknown[]> {
  const elements: unknown[] = [];
  let start = span.start + 1;
  let first = 0;
  let size = 0;
  for (let index = 0; index <= commas.length; index += 1) {
    const end = commas[index] ?? span.end - 1;
    const next = commas[index + 1] ?? span.end;
    // Elements are taken together while they stay within a piece.
    if (index === first) size = folder.sizeOf({ start, end });
    size += folder.sizeOf({ start: end, end: next });
    if (index < commas.length && size < PIECE) continue;
    const piece = parse(`[${foldBounded(folder, { start, end }, 'one element')}]`) as unknown[];
    if (piece.length !== index - first + 1) throw notJson();
    for (const element of piece) elements.push(element);
    start = end + 1;
    first = index + 1;
    if (isTurnSpent()) await nextTurn();
  }
  return elements;
}

/** Measured before it is decoded: decoding 32 MiB takes longer than other work should wait. */
function foldBounded({ fold, sizeOf }: Folder, range: Span, what: string): string {
  if (sizeOf(range) <= MAX_ELEMENT) return fold(range);
  throw new GatewayError(
    'too_complex',
    `The body holds more structure in ${what} than the gateway reads (3 MiB). Send less at once.`,
  );
}

function setMember(object: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

function parseObject(text: string): JsonObject {
  const value = parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new GatewayError('invalid_json', 'The body must be a JSON object.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
}

function notJson(): GatewayError {
  return new GatewayError('invalid_json', 'The body is not valid JSON. Check for missing quotes, commas or braces.');
}
