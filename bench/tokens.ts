const ZERO = 48;
const NINE = 57;
const NUMBER_SIGN = 35;

/** Follows the numbered tokens (`#000042 `) of one stream through any cut of its bytes. */
interface TokenCounter {
  /** Tokens of the stream that is being read. */
  seen(): number;
  read(bytes: Buffer, start: number, end: number): void;
  /** True where nothing was lost, doubled or reordered and the stream said that it is over. */
  isWhole(): boolean;
  /** Makes ready for the next stream. */
  reset(): void;
}

export function createTokenCounter(expected: number): TokenCounter {
  let seen = 0;
  let inOrder = true;
  /** The number under way, or -1 outside of one. */
  let number = -1;
  /** What came after the last token. */
  let tail = '';

  function close(bytes: Buffer, at: number, end: number): void {
    if (number !== seen) inOrder = false;
    number = -1;
    if (++seen === expected) tail = bytes.toString('latin1', at, end);
  }

  return {
    seen: () => seen,
    read(bytes, start, end) {
      if (seen >= expected) tail += bytes.toString('latin1', start, end);
      for (let at = start; at < end; at++) {
        const byte = bytes[at] ?? 0;
        if (number === -1) {
          if (byte === NUMBER_SIGN) number = 0;
        } else if (byte >= ZERO && byte <= NINE) {
          number = number * 10 + byte - ZERO;
        } else {
          close(bytes, at, end);
        }
      }
    },
    isWhole: () => inOrder && seen === expected && tail.includes('[DONE]'),
    reset() {
      seen = 0;
      inOrder = true;
      number = -1;
      tail = '';
    },
  };
}
