import { CUE, CUE_COUNT, cuesAt, glance } from './cues.ts';
import { KIND, KINDS } from './letters.ts';

/** What one pass over a text found. Cues count once a place and signal; `lead` are those of the instruction, `body` the others, by `CUE`. */
export interface Scan {
  lead: Uint16Array;
  body: Uint16Array;
  /** Words that are frequent in the languages of the lexicon. */
  common: number;
  /** Words of Latin script and of others; Han and kana count a word per two characters. */
  words: number;
  lines: number;
  listLines: number;
  optionLines: number;
  codeLines: number;
  diffLines: number;
  fences: number;
  /** An order to rework or digest stands at the end, behind its material. */
  orderedLast: boolean;
  /** Characters by kind. */
  latin: number;
  han: number;
  kana: number;
  otherScript: number;
  digits: number;
  symbols: number;
  maths: number;
  questions: number;
}

const ORDERS = (1 << CUE.rework) | (1 << CUE.digest);
const NEWLINE = 0x0a;
const TICK = 0x60;
/** The kinds at which something may begin, as bits. */
const LOOKS = (1 << KIND.latin) | (1 << KIND.han) | (1 << KIND.kana) | (1 << KIND.newline) | (1 << KIND.tick);
const KIND_COUNT = Object.keys(KIND).length;

/** How many characters at both ends of a turn are taken for the instruction itself when the turn is longer than `LONG`. */
const EDGE = 280;
const LONG = 1_200;
/** In a text this short the words before an order are part of it, not its material. */
const SHORT = 120;
/** An order to rework or digest within so many characters of an end makes the rest its material. */
const ORDER_WITHIN = 64;

/** Characters read of a text. */
const LENGTH = 16_384;
/** The text at hand, its end marked by a 0, and the places in it that count. Wiped after use. */
const units = new Uint16Array(LENGTH + 4);
const bytes = Buffer.from(units.buffer, 0, LENGTH * 2);
const places = new Uint16Array(LENGTH);
const kinds = new Uint32Array(KIND_COUNT);

/** Bits by code unit: a letter; what keeps a word going without being one; a letter of a word with cues; what counts by itself. */
const FLOW = { letter: 1, keeps: 2, latin: 4, counts: 8 } as const;
const flows = flowOfAll();

/** Reads cues and structure of one text, of at most 16,384 characters. */
export function scan(text: string): Scan {
  const length = Math.min(text.length, LENGTH);
  bytes.write(text, 'utf16le');
  units.fill(0, length, length + 4);
  const found = emptyScan();
  const count = sieve(findPlaces(length, found), found);
  readPlaces(count, length, found);
  units.fill(0, 0, length);
  return found;
}

/**
 * Lists where words begin and where signs and lines stand. Most letters need no look of their own, and without branches that
 * depend on them the pass over all takes a third of the time.
 */
function findPlaces(length: number, found: Scan): number {
  let count = 0;
  let latin = 0;
  let isInWord = 0;
  for (let at = 0; at < length; at++) {
    const flow = flows[units[at] ?? 0] ?? 0;
    const isLatin = (flow >> 2) & 1;
    places[count] = at;
    count += (isLatin & (isInWord ^ 1)) | (flow >> 3);
    latin += isLatin;
    isInWord = (flow & 1) | ((flow >> 1) & isInWord);
  }
  found.latin = latin;
  return count;
}

/** Counts the kinds of the listed places and keeps those that need a look. */
function sieve(count: number, found: Scan): number {
  kinds.fill(0);
  let kept = 0;
  let common = 0;
  for (let index = 0; index < count; index++) {
    const at = places[index] ?? 0;
    const kind = KINDS[units[at] ?? 0] ?? KIND.space;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    places[kept] = at;
    const seen = glance(units, at);
    kept += (LOOKS >> kind) & seen & 1;
    common += seen >> 1;
  }
  found.common = common;
  addKinds(found);
  return kept;
}

function readPlaces(count: number, length: number, found: Scan): void {
  const { lead, body } = found;
  const tailFrom = length > LONG ? length - EDGE : 0;
  const headTo = length > LONG ? EDGE : length;
  let isMaterial = false;
  if (length > 0) readLine(0, found);
  for (let index = 0; index < count; index++) {
    const at = places[index] ?? 0;
    const code = units[at] ?? 0;
    if (code === NEWLINE) {
      if (endsCode(at)) found.codeLines++;
      if (at + 1 < length) readLine(at + 1, found);
    } else if (code === TICK) {
      if (units[at + 1] !== TICK || units[at + 2] !== TICK) continue;
      found.fences++;
      index += 2;
    } else {
      const cues = cuesAt(units, at);
      if (cues === 0) continue;
      addCues(cues, !isMaterial && (at < headTo || at >= tailFrom) ? lead : body);
      if ((cues & ORDERS) === 0) continue;
      if (length > SHORT && at > length / 2 && length - at < ORDER_WITHIN) found.orderedLast = true;
      else if (at < ORDER_WITHIN) isMaterial = true;
    }
  }
}

function addCues(cues: number, counts: Uint16Array): void {
  for (let rest = cues; rest !== 0; rest &= rest - 1) {
    const cue = 31 - Math.clz32(rest & -rest);
    counts[cue] = (counts[cue] ?? 0) + 1;
  }
}

function addKinds(found: Scan): void {
  found.han = kinds[KIND.han] ?? 0;
  found.kana = kinds[KIND.kana] ?? 0;
  found.otherScript = kinds[KIND.other] ?? 0;
  found.digits = kinds[KIND.digit] ?? 0;
  found.symbols = kinds[KIND.symbol] ?? 0;
  found.maths = kinds[KIND.maths] ?? 0;
  found.questions = kinds[KIND.question] ?? 0;
  found.words = (kinds[KIND.latin] ?? 0) + Math.ceil((found.han + found.kana) / 2);
}

function readLine(at: number, found: Scan): void {
  found.lines++;
  const first = units[at] ?? 0;
  const second = units[at + 1] ?? 0;
  if ((first === 0x2d || first === 0x2a) && second === 0x20) found.listLines++;
  else if ((first === 0x2b || first === 0x2d) && second !== 0x20) found.diffLines++;
  else if (first === 0x40 && second === 0x40) found.diffLines += 3;
  else if (second === 0x29 || second === 0x2e) {
    const letter = first | 0x20;
    if (first >= 0x30 && first <= 0x39) found.listLines++;
    else if (letter >= 0x61 && letter <= 0x6a) found.optionLines++;
  }
}

function endsCode(newline: number): boolean {
  const last = units[newline - 1];
  return last === 0x3b || last === 0x7b || last === 0x7d || (last === 0x3a && units[newline - 2] === 0x29);
}

function flowOfAll(): Uint8Array {
  return KINDS.map((kind) => {
    if (kind === KIND.latin) return FLOW.letter | FLOW.latin;
    if (kind === KIND.other) return FLOW.letter | FLOW.counts;
    if (kind === KIND.digit) return FLOW.keeps | FLOW.counts;
    if (kind === KIND.accent) return FLOW.keeps;
    return kind === KIND.space ? 0 : FLOW.counts;
  });
}

function emptyScan(): Scan {
  return {
    lead: new Uint16Array(CUE_COUNT),
    body: new Uint16Array(CUE_COUNT),
    common: 0,
    words: 0,
    lines: 0,
    listLines: 0,
    optionLines: 0,
    codeLines: 0,
    diffLines: 0,
    fences: 0,
    orderedLast: false,
    latin: 0,
    han: 0,
    kana: 0,
    otherScript: 0,
    digits: 0,
    symbols: 0,
    maths: 0,
    questions: 0,
  };
}
