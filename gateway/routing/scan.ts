import { isWordCode, KIND, kindOf } from './letters.ts';
import { LEXICON } from './lexicon.ts';

export type CueName = keyof typeof LEXICON;

interface Shape {
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
}

/** What one pass over a text found. Cues count once a place and signal; `lead` are those of the instruction, `body` the others. */
export interface Scan extends Shape {
  lead: Record<CueName, number>;
  body: Record<CueName, number>;
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

interface Entry {
  text: string;
  cue: number;
  /** Any ending will do. */
  open: boolean;
  /** Code of its last letter. */
  last: number;
}

const NAMES = Object.keys(LEXICON) as CueName[];
const REWORK = NAMES.indexOf('rework');
const DIGEST = NAMES.indexOf('digest');
const NO_CUES = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<CueName, number>;
const KINDS = Object.keys(KIND).length;
const LATIN_SLOTS = 0x8000;
const SLOTS = compile();

/** How many characters at both ends of a turn are taken for the instruction itself when the turn is longer than `LONG`. */
const EDGE = 280;
const LONG = 1_200;
/** In a text this short the words before an order are part of it, not its material. */
const SHORT = 120;
/** An order to rework or digest within so many characters of an end makes the rest its material. */
const ORDER_WITHIN = 64;

/** Lower case without accents, so that `¿Por qué` and `por que` are one. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (!/[À-ɏ]/.test(lower)) return lower;
  return lower
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

/** Reads cues and structure of one text in one pass. The caller bounds its length. */
export function scan(text: string): Scan {
  const folded = fold(text);
  const { length } = folded;
  const lead = new Uint32Array(NAMES.length);
  const body = new Uint32Array(NAMES.length);
  const kinds = new Uint32Array(KINDS);
  const found = emptyShape();
  const tailFrom = length > LONG ? length - EDGE : 0;
  const headTo = length > LONG ? EDGE : length;
  let isMaterial = false;
  let inWord = false;
  if (length > 0) readLine(folded, 0, found);
  for (let at = 0; at < length; at++) {
    const kind = kindOf(folded.charCodeAt(at));
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (kind <= KIND.kana) {
      if (kind === KIND.latin) {
        if (inWord) continue;
        inWord = true;
        found.words++;
      } else inWord = false;
      const isLead = !isMaterial && (at < headTo || at >= tailFrom);
      if (!countCues(folded, at, isLead ? lead : body)) continue;
      if (length > SHORT && at > length / 2 && length - at < ORDER_WITHIN) found.orderedLast = true;
      else if (at < ORDER_WITHIN) isMaterial = true;
      continue;
    }
    inWord = kind === KIND.other || (kind === KIND.digit && inWord);
    if (kind === KIND.newline) {
      if (endsCode(folded, at)) found.codeLines++;
      if (at + 1 < length) readLine(folded, at + 1, found);
    } else if (kind === KIND.tick && folded.startsWith('```', at)) {
      found.fences++;
      at += 2;
    }
  }
  return { ...found, ...kindCounts(kinds, found.words), lead: cueCounts(lead), body: cueCounts(body) };
}

function kindCounts(kinds: Uint32Array, latinWords: number) {
  const count = (kind: number) => kinds[kind] ?? 0;
  const han = count(KIND.han);
  const kana = count(KIND.kana);
  return {
    latin: count(KIND.latin),
    han,
    kana,
    otherScript: count(KIND.other),
    digits: count(KIND.digit),
    symbols: count(KIND.symbol),
    maths: count(KIND.maths),
    questions: count(KIND.question),
    words: latinWords + Math.ceil((han + kana) / 2),
  };
}

function cueCounts(counts: Uint32Array): Record<CueName, number> {
  const named = { ...NO_CUES };
  for (let cue = 0; cue < counts.length; cue++) {
    const count = counts[cue];
    const name = NAMES[cue];
    if (count !== undefined && count > 0 && name !== undefined) named[name] = count;
  }
  return named;
}

/** Counts the cues that begin at `at`; true where one is an order to rework or digest. */
function countCues(text: string, at: number, counts: Uint32Array): boolean {
  const slot = SLOTS[slotOf(text, at)];
  if (slot === undefined) return false;
  let ordered = false;
  let counted = -1;
  for (let index = 0; index < slot.length; index++) {
    const entry = slot[index];
    if (entry === undefined || entry.cue === counted) continue;
    // Entries of a slot begin alike: their last letters tell them apart sooner.
    if (entry.last !== text.charCodeAt(at + entry.text.length - 1) || !text.startsWith(entry.text, at)) continue;
    if (!entry.open && isWordCode(text.charCodeAt(at + entry.text.length))) continue;
    counted = entry.cue;
    counts[counted] = (counts[counted] ?? 0) + 1;
    if (counted === REWORK || counted === DIGEST) ordered = true;
  }
  return ordered;
}

function readLine(text: string, at: number, found: Shape): void {
  found.lines++;
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(at + 1);
  if ((first === 0x2d || first === 0x2a) && second === 0x20) found.listLines++;
  else if ((first === 0x2b || first === 0x2d) && second !== 0x20) found.diffLines++;
  else if (first === 0x40 && second === 0x40) found.diffLines += 3;
  else if (second === 0x29 || second === 0x2e) {
    if (first >= 0x30 && first <= 0x39) found.listLines++;
    else if (first >= 0x61 && first <= 0x6a) found.optionLines++;
  }
}

function endsCode(text: string, newline: number): boolean {
  const last = text.charCodeAt(newline - 1);
  return last === 0x3b || last === 0x7b || last === 0x7d || (last === 0x3a && text.charCodeAt(newline - 2) === 0x29);
}

/** Slot of a place by its first three letters, or its first two where the script needs no word bounds. */
function slotOf(text: string, at: number): number {
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(at + 1);
  if (first >= 0x2e80) return LATIN_SLOTS + (((first * 31) ^ second) & 0x7fff);
  const third = text.charCodeAt(at + 2);
  return ((first & 31) << 10) | ((second & 31) << 5) | (kindOf(third) === KIND.latin ? third & 31 : 0);
}

/** Entries by slot; within one by signal, so that a place counts once for each. */
function compile(): (Entry[] | undefined)[] {
  const slots: (Entry[] | undefined)[] = new Array(LATIN_SLOTS * 2).fill(undefined);
  for (const [cue, name] of NAMES.entries()) {
    const entries = new Set(LEXICON[name].flatMap((line) => line.split('|')).filter((entry) => entry !== ''));
    for (const entry of entries) {
      const open = entry.endsWith('*') || kindOf(entry.charCodeAt(entry.length - 1)) !== KIND.latin;
      const text = entry.replaceAll('*', '');
      const slot = slotOf(text, 0);
      slots[slot] = [...(slots[slot] ?? []), { text, cue, open, last: text.charCodeAt(text.length - 1) }];
    }
  }
  return slots;
}

function emptyShape(): Shape {
  return {
    words: 0,
    lines: 0,
    listLines: 0,
    optionLines: 0,
    codeLines: 0,
    diffLines: 0,
    fences: 0,
    orderedLast: false,
  };
}
