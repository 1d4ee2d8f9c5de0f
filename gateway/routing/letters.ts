/** What a UTF-16 code unit is to the scanner. The scripts that have a lexicon come first. */
export const KIND = {
  latin: 0,
  han: 1,
  kana: 2,
  /** A letter of a script without a lexicon. */
  other: 3,
  digit: 4,
  /** A sign that is frequent in code. */
  symbol: 5,
  /** A sign that is frequent in formulas. */
  maths: 6,
  question: 7,
  tick: 8,
  newline: 9,
  /** An accent that stands behind its letter. */
  accent: 10,
  space: 11,
} as const;

/** The kind of every code unit, as a number of `KIND`. */
export const KINDS: Readonly<Uint8Array> = kindsOfAll();

/** Whether a word goes on with this code unit. */
export function isWordCode(code: number): boolean {
  const kind = KINDS[code];
  return kind === KIND.latin || kind === KIND.digit;
}

/** A Latin code unit in lower case and without its accent, so that `¿Por qué` and `por que` are one; any other as it is. */
export function plainCode(code: number): number {
  if (KINDS[code] !== KIND.latin) return code;
  return String.fromCharCode(code).toLowerCase().normalize('NFD').charCodeAt(0);
}

function kindsOfAll(): Uint8Array {
  const kinds = new Uint8Array(0x10000).fill(KIND.space);
  const fill = (kind: number, from: number, to: number) => kinds.fill(kind, from, to + 1);
  const mark = (kind: number, signs: string) => {
    for (const sign of signs) kinds[sign.charCodeAt(0)] = kind;
  };
  fill(KIND.latin, 0x41, 0x5a);
  fill(KIND.latin, 0x61, 0x7a);
  fill(KIND.latin, 0xc0, 0x24f);
  fill(KIND.digit, 0x30, 0x39);
  fill(KIND.accent, 0x300, 0x36f);
  fill(KIND.other, 0x370, 0x1fff);
  fill(KIND.latin, 0x1e00, 0x1eff);
  fill(KIND.maths, 0x2200, 0x22ff);
  fill(KIND.kana, 0x3041, 0x30ff);
  fill(KIND.han, 0x4e00, 0x9fff);
  fill(KIND.other, 0xac00, 0xd7a3);
  mark(KIND.space, '×÷');
  mark(KIND.symbol, '{}[];=<>()|&');
  mark(KIND.maths, '$\\^');
  mark(KIND.question, '?？');
  mark(KIND.tick, '`');
  mark(KIND.newline, '\n');
  return kinds;
}
