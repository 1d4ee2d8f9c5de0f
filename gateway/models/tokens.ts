/** Characters that are looked at of one text: longer ones are sampled in slices spread over their length. */
const SAMPLE = 16_384;
const SLICES = 16;

/** Classes of characters, by what o200k makes of a run of them. */
const LETTER = 1;
const CAPITAL = 2;
const DIGIT = 3;
const SPACE = 4;
const BREAK = 5;
const MARK = 6;
/** Scripts without a run of their own: each character adds its share of a token. */
const SHARED = 7;

const ASCII = new Uint8Array(128).map((_, code) => {
  if (code >= 97 && code <= 122) return LETTER;
  if (code >= 65 && code <= 90) return CAPITAL;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 32 || code === 9) return SPACE;
  if (code === 10 || code === 13) return BREAK;
  return MARK;
});

/** Tokens a character outside ASCII, by block of 256 code units; measured on running text. */
const SHARES = new Float64Array(256).fill(0.6);
const fill = (from: number, to: number, share: number): void => void SHARES.fill(share, from, to + 1);
fill(0x00, 0x02, 0.3); // Latin with accents
fill(0x03, 0x03, 0.4); // Greek
fill(0x04, 0x05, 0.21); // Cyrillic
fill(0x06, 0x08, 0.36); // Arabic
fill(0x09, 0x0d, 0.4); // Indic
fill(0x20, 0x2f, 0.8); // punctuation, arrows, boxes
fill(0x30, 0x30, 0.72); // kana
fill(0x34, 0x9f, 0.74); // Han
fill(0xac, 0xd7, 0.72); // Hangul
fill(0xd8, 0xdf, 0.9); // half of a pair: emoji, rare scripts
fill(0xff, 0xff, 0.85); // full-width forms

/** What a run that has ended comes to. */
function runTokens(kind: number, length: number): number {
  switch (kind) {
    case LETTER:
      // A common word is one token with the space before it; longer ones come in pieces.
      return length <= 6 ? 0.98 : 0.98 + (length - 6) * 0.095 + (length > 14 ? (length - 14) * 0.1 : 0);
    case CAPITAL:
      return length <= 2 ? 1 : 1 + (length - 2) * 0.3;
    case DIGIT:
      return Math.ceil(length / 3);
    case SPACE:
      // One space belongs to the word that follows.
      return length > 1 ? 1 + length / 128 : 0;
    case BREAK:
      return 1 + length / 64;
    case MARK:
      return length <= 2 ? 0.9 : 0.9 + (Math.min(length, 8) - 2) * 0.3 + Math.max(0, length - 8) / 16;
    default:
      return 0;
  }
}

/** From this length on one more character of a run costs what the last one did; digits go in threes. */
const LONGEST: Readonly<Record<number, number>> = { [LETTER]: 15, [CAPITAL]: 3, [SPACE]: 2, [BREAK]: 1, [MARK]: 9 };
/**
 * The runs as a machine: a state is a class and the length of its run, and a step (state and class of the next character) has a
 * state that it leads to and tokens that it adds. One character is then two look-ups and no branch.
 */
const LENGTHS = 16;
const CLASSES = 8;
const leadsTo = new Uint8Array(CLASSES * LENGTHS * CLASSES);
const adds = new Float64Array(leadsTo.length);
for (let step = 0; step < leadsTo.length; step++) compileStep(step);

function classOf(code: number): number {
  return code < 128 ? (ASCII[code] ?? MARK) : SHARED;
}

function compileStep(step: number): void {
  const next = step % CLASSES;
  const kind = Math.floor(step / CLASSES / LENGTHS);
  const length = Math.floor(step / CLASSES) % LENGTHS;
  // `Word` is one run, and so are the spaces that begin a line: o200k joins them.
  const isWord = kind === CAPITAL && next === LETTER && length === 1;
  const joins = (next === kind && next !== SHARED) || isWord || (kind === BREAK && next === SPACE);
  const joined = isWord || !joins ? next : kind;
  const grown = joins ? length + 1 : 1;
  adds[step] = runTokens(joined, grown) - (joins ? runTokens(kind, length) : 0);
  const kept = joined === DIGIT ? ((grown - 1) % 3) + 1 : Math.min(grown, LONGEST[joined] ?? 1);
  leadsTo[step] = joined * LENGTHS + kept;
}

function estimateSlice(text: string, from: number, to: number): number {
  let tokens = 0;
  // A slice that begins within a run does not count the run's first character again.
  let state = from === 0 ? 0 : (leadsTo[classOf(text.charCodeAt(from - 1))] ?? 0);
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code >= 128) tokens += SHARES[code >> 8] ?? 0.6;
    const step = state * CLASSES + classOf(code);
    tokens += adds[step] ?? 0;
    state = leadsTo[step] ?? 0;
  }
  return tokens;
}

/**
 * Tokens of a text, estimated from its characters: within a tenth of o200k on English and code, nearer a fifth elsewhere. It
 * looks at `most` characters at most, whatever the length (fewer: a coarser estimate), and allocates nothing.
 */
export function estimateTokens(text: string, most = SAMPLE): number {
  if (text.length <= most) return Math.ceil(estimateSlice(text, 0, text.length));
  const size = Math.max(1, Math.floor(most / SLICES));
  const stride = (text.length - size) / (SLICES - 1);
  let tokens = 0;
  for (let slice = 0; slice < SLICES; slice++) {
    const from = Math.floor(slice * stride);
    tokens += estimateSlice(text, from, from + size);
  }
  return Math.ceil((tokens * text.length) / (size * SLICES));
}
