/** Longest piece, in UTF-16 units. */
const PIECE = 4096;

/**
 * Longest run of one class of characters in a piece. The encoder's time grows with the square of a run (20,000 × "a" at once
 * takes half a minute), so that a longer one is cut.
 */
const RUN = 64;

const SPACE = 0;
const LETTER = 1;
const MARK = 2;

function classOf(code: number): number {
  if (code === 32 || (code >= 9 && code <= 13)) return SPACE;
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) ? LETTER : MARK;
  // General and CJK punctuation and full-width marks; everything else beyond ASCII may be a letter.
  return (code >= 0x2000 && code <= 0x206f) || (code >= 0x3000 && code <= 0x303f) || (code >= 0xff00 && code <= 0xff0f)
    ? MARK
    : LETTER;
}

/** A cut never parts a pair of surrogates. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

/** Where the piece that starts at `from` ends. Sought cut: ahead of a space that ends a word, where o200k begins a token anyway. */
function endOf(text: string, from: number, longest: number): number {
  const limit = Math.min(text.length, from + longest);
  let wordEnd = 0;
  let run = 0;
  let before = -1;
  for (let at = from; at < limit; at++) {
    const code = text.charCodeAt(at);
    const kind = classOf(code);
    if (kind === before && ++run > RUN) return whole(text, at);
    if (kind !== before) {
      if (code === 32 && before !== -1) wordEnd = at;
      before = kind;
      run = 1;
    }
  }
  if (limit === text.length) return limit;
  return wordEnd > from ? wordEnd : whole(text, limit);
}

/** Cuts a text into pieces that the encoder can take and that together have (nearly) as many tokens as the whole. */
export function* pieces(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    const to = endOf(text, from, PIECE);
    yield text.slice(from, to);
    from = to;
  }
}
