/** Pieces as one buffer; a lone one as it is, not as a copy. */
export function join(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}
