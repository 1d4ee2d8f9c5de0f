/** What a UTF-16 code unit is to the scanner. The scripts that have a lexicon come first. */
export const KIND = {
  latin: 0,
  han: 1,
  kana: 2,
  space: 3,
  /** A letter of a script without a lexicon. */
  other: 4,
  digit: 5,
  /** A sign that is frequent in code. */
  symbol: 6,
  /** A sign that is frequent in formulas. */
  maths: 7,
  question: 8,
  tick: 9,
  newline: 10,
} as const;

const ASCII_KINDS = asciiKinds();

/** The kind of a code unit of lower-cased text, as a number of `KIND`. */
export function kindOf(code: number): number {
  if (code < 128) return ASCII_KINDS[code] ?? KIND.space;
  if (code < 0x250) return code >= 0xc0 && code !== 0xd7 && code !== 0xf7 ? KIND.latin : KIND.space;
  if (code >= 0x4e00 && code <= 0x9fff) return KIND.han;
  if (code >= 0x3041 && code <= 0x30ff) return KIND.kana;
  if (code === 0xff1f) return KIND.question;
  if (code >= 0x2200 && code <= 0x22ff) return KIND.maths;
  if ((code >= 0x370 && code < 0x2000) || (code >= 0xac00 && code <= 0xd7a3)) return KIND.other;
  return KIND.space;
}

/** Whether a word goes on with this code unit. */
export function isWordCode(code: number): boolean {
  const kind = kindOf(code);
  return kind === KIND.latin || kind === KIND.digit;
}

function asciiKinds(): Uint8Array {
  const kinds = new Uint8Array(128).fill(KIND.space);
  for (let code = 0x61; code <= 0x7a; code++) kinds[code] = KIND.latin;
  for (let code = 0x30; code <= 0x39; code++) kinds[code] = KIND.digit;
  for (const symbol of '{}[];=<>()|&') kinds[symbol.charCodeAt(0)] = KIND.symbol;
  for (const symbol of '$\\^') kinds[symbol.charCodeAt(0)] = KIND.maths;
  kinds[0x3f] = KIND.question;
  kinds[0x60] = KIND.tick;
  kinds[0x0a] = KIND.newline;
  return kinds;
}
