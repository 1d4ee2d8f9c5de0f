import { redact } from '../hosting/redact.ts';

/** A value: the number of the piece that holds it, or small enough to stand where it is. */
type Slot = number | { inline: unknown };

/** A request body without what repeats from request to request: its members in order, lists element by element. */
export type Skeleton = [name: string, value: Slot | Slot[]][];

/** JSON of this length is shorter than what it takes to find it elsewhere. */
const INLINE_CHARACTERS = 96;
/** Shorter keys are words that may well stand in a text. */
const MIN_SECRET_CHARACTERS = 8;

/** Cuts keys out of every string of a value: those that are given, and what looks like one. */
export function createCut(secrets: readonly string[]): (value: unknown) => string {
  const known = secrets.filter((secret) => secret.length >= MIN_SECRET_CHARACTERS);
  const cutText = (text: string) => redact(known.reduce((left, secret) => left.replaceAll(secret, '[key]'), text));
  return (value) => JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' ? cutText(each) : each));
}

/**
 * Takes a body apart. System prompt, tools and each message of a conversation become pieces of their own, so that an agent's next
 * request adds only what is new in it. `keep` returns the number of a piece.
 */
export function takeApart(
  body: Record<string, unknown>,
  cut: (value: unknown) => string,
  keep: (json: string) => number,
): Skeleton {
  const slot = (value: unknown): Slot => {
    const json = cut(value);
    return json.length <= INLINE_CHARACTERS ? { inline: JSON.parse(json) as unknown } : keep(json);
  };
  return Object.entries(body).map(([name, value]) => [name, Array.isArray(value) ? value.map(slot) : slot(value)]);
}

export function putTogether(skeleton: Skeleton, pieceOf: (piece: number) => unknown): Record<string, unknown> {
  const said = (slot: Slot) => (typeof slot === 'number' ? pieceOf(slot) : slot.inline);
  return Object.fromEntries(
    skeleton.map(([name, value]) => [name, Array.isArray(value) ? value.map(said) : said(value)]),
  );
}

export function piecesOf(skeleton: Skeleton): number[] {
  return skeleton.flatMap(([, value]) => value).filter((slot) => typeof slot === 'number');
}
