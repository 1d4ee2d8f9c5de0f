import { isWordCode, KIND, KINDS, plainCode } from './letters.ts';
import { COMMON, LEXICON } from './lexicon.ts';

export type CueName = keyof typeof LEXICON;

export const CUE_NAMES = Object.keys(LEXICON) as CueName[];

/** Places of the cues: in lists of counts, and as bits of what `cuesAt` gives. */
export const CUE = Object.fromEntries(CUE_NAMES.map((name, place) => [name, place])) as Record<CueName, number>;
export const CUE_COUNT = CUE_NAMES.length;

/**
 * The lexicon as a tree of letters within one hash table: a node is the slot of the edge that leads to it, and an edge is the
 * parent's slot and a letter. No edge leads to the root.
 */
const SLOTS = 0x8000;
const ROOT = 0;
const LETTER_BITS = 10;
const edges = new Int32Array(SLOTS);
/** Cues of the entries that end at a node: where the word must end too, and where any ending will do. */
const closed = new Int32Array(SLOTS);
const open = new Int32Array(SLOTS);
/**
 * Code units of the lexicon as small numbers: a to z first, other signs from 32; 0: no entry has it. Capitals and letters with
 * accents are as their plain ones.
 */
const letters = new Uint16Array(0x10000);
/** The letters a to z alone, 1 to 26; 0: any other sign. */
const plain = new Uint8Array(0x10000);
const A_TO_Z = 26;
/** By the first three signs of a word, five bits each: the node that its letters lead to, up to the first other sign. */
const starts = new Uint16Array(0x8000);
/** Two masks for each three signs: which fourth sign leaves a chance of a cue, and which makes it a common word. */
const fourths = new Int32Array(starts.length * 2);
compile();

/**
 * Bit 0: a cue may begin at a place; bit 1: a common word does, told by four letters. Most words end here, without a walk down
 * the tree, and without a branch, as no processor foresees the next word.
 */
export function glance(units: Uint16Array, at: number): number {
  const masks = keyAt(units, at) << 1;
  const fourth = plain[units[at + 3] ?? 0] ?? 0;
  return (((fourths[masks] ?? 0) >>> fourth) & 1) | ((((fourths[masks + 1] ?? 0) >>> fourth) & 1) << 1);
}

/** The cues that begin at a place, as bits: each once, however many of its entries begin there. A 0 must end the text. */
export function cuesAt(units: Uint16Array, at: number): number {
  const key = keyAt(units, at);
  let node = starts[key] ?? ROOT;
  let next = at + depthOf(key);
  let cues = 0;
  for (;;) {
    const code = units[next++] ?? 0;
    cues |= open[node] ?? 0;
    const ending = closed[node] ?? 0;
    if (ending !== 0 && !isWordCode(code)) cues |= ending;
    const letter = letters[code] ?? 0;
    if (letter === 0) return cues;
    node = follow(node, letter);
    if (node === ROOT) return cues;
  }
}

function keyAt(units: Uint16Array, at: number): number {
  const first = plain[units[at] ?? 0] ?? 0;
  const second = plain[units[at + 1] ?? 0] ?? 0;
  const third = plain[units[at + 2] ?? 0] ?? 0;
  return (first << 10) | (second << 5) | third;
}

/** How many letters of a key stand before the first other sign. */
function depthOf(key: number): number {
  if (key < 1 << 10) return 0;
  if ((key & (31 << 5)) === 0) return 1;
  return (key & 31) === 0 ? 2 : 3;
}

/** The node that a letter leads to, or the root where it leads nowhere. */
function follow(node: number, letter: number): number {
  const edge = (node << LETTER_BITS) | letter;
  let slot = slotOf(edge);
  for (let taken = edges[slot]; taken !== edge; taken = edges[slot]) {
    if (taken === 0) return ROOT;
    slot = (slot + 1) & (SLOTS - 1);
  }
  return slot;
}

function slotOf(edge: number): number {
  return Math.imul(edge, 0x9e3779b1) >>> 17;
}

function compile(): void {
  edges[ROOT] = -1;
  for (let letter = 1; letter <= A_TO_Z; letter++) letters[0x60 + letter] = letter;
  // The first number behind the letters a to z with room to spare.
  let count = 32;
  for (const name of CUE_NAMES) {
    for (const entry of entriesOf(LEXICON[name])) {
      const text = entry.replaceAll('*', '');
      for (const sign of text) letters[sign.charCodeAt(0)] ||= count++;
      const isOpen = entry.endsWith('*') || KINDS[text.charCodeAt(text.length - 1)] !== KIND.latin;
      const ends = isOpen ? open : closed;
      const node = plant(text);
      ends[node] = (ends[node] ?? 0) | (1 << CUE[name]);
    }
  }
  for (let code = 0; code < 0x2000; code++) {
    if (KINDS[code] === KIND.latin) letters[code] = letters[plainCode(code)] ?? 0;
    const letter = letters[code] ?? 0;
    plain[code] = letter <= A_TO_Z ? letter : 0;
  }
  compileStarts(signsBehind());
  for (const word of entriesOf(COMMON)) {
    const units = Uint16Array.from(`${word}\0\0`, (sign) => sign.charCodeAt(0));
    const mask = (keyAt(units, 0) << 1) + 1;
    const fourth = word.length < 3 ? -1 : 1 << (plain[units[3] ?? 0] ?? 0);
    fourths[mask] = (fourths[mask] ?? 0) | fourth;
  }
}

function entriesOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split('|')).filter((entry) => entry !== '');
}

/** Adds what is missing of the way to an entry; gives its last node. */
function plant(text: string): number {
  let node = ROOT;
  for (let at = 0; at < text.length; at++) {
    const edge = (node << LETTER_BITS) | (letters[text.charCodeAt(at)] ?? 0);
    node = slotOf(edge);
    while (edges[node] !== 0 && edges[node] !== edge) node = (node + 1) & (SLOTS - 1);
    edges[node] = edge;
  }
  return node;
}

function compileStarts(behind: Int32Array): void {
  // What does not begin with a letter of these is looked at by the tree alone.
  for (let key = 0; key < 1 << 10; key++) fourths[key << 1] = -1;
  const start = (key: number, node: number, isGap: boolean) => {
    const signs = behind[node] ?? 0;
    starts[key] = node;
    fourths[key << 1] = isGap ? -(signs & 1) : signs;
  };
  for (let first = 1; first <= A_TO_Z; first++) {
    const one = follow(ROOT, first);
    if (one === ROOT) continue;
    for (let third = 0; third <= A_TO_Z; third++) start((first << 10) | third, one, true);
    for (let second = 1; second <= A_TO_Z; second++) {
      const two = follow(one, second);
      if (two === ROOT) continue;
      const pair = (first << 10) | (second << 5);
      start(pair, two, true);
      for (let third = 1; third <= A_TO_Z; third++) {
        const three = follow(two, third);
        if (three !== ROOT) start(pair | third, three, false);
      }
    }
  }
}

/** Signs that leave a chance behind each node: bits of the letters a to z, and bit 0 for any other sign. */
function signsBehind(): Int32Array {
  const behind = new Int32Array(SLOTS);
  for (let node = 1; node < SLOTS; node++) {
    if (open[node] !== 0) behind[node] = -1;
    if (closed[node] !== 0) behind[node] = (behind[node] ?? 0) | 1;
    const edge = edges[node] ?? 0;
    const parent = edge >> LETTER_BITS;
    const letter = edge & ((1 << LETTER_BITS) - 1);
    if (edge !== 0) behind[parent] = (behind[parent] ?? 0) | (letter <= A_TO_Z ? 1 << letter : 1);
  }
  return behind;
}
