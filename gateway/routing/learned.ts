import { KIND, KINDS, plainCode } from './letters.ts';

/**
 * The trained part of the score: a linear model over hashed words, pairs of words and runs of letters of the last turn. It knows
 * what `scripts/router` taught it from English exam questions with measured answers of weak and strong models; see the card beside
 * its weights in `resources/router`.
 */

/** What `resources/router/model.json` holds. */
export interface RouterModel {
  /** Hash of the training data and the code's settings. */
  version: string;
  /** Words and letters are hashed into this many places, a power of two. */
  buckets: number;
  /** Signed bytes, base64: the weight of each place in units of `unit`. */
  weights: string;
  unit: number;
  /** What texts weigh on the average of traffic that is no exam, and log odds for each unit beyond it. */
  centre: number;
  scale: number;
  /** One bit for each hash of a word, base64, `KNOWN_BITS` in all: whether training saw it often enough to know it. */
  known: string;
  /** Below `medium` a request is simple, from `complex` on it is complex. */
  thresholds: { medium: number; complex: number };
  /** Score → expected quality gap between the pair's strong and weak model, rising; between points it is a straight line. */
  gaps: [score: number, gap: number][];
}

interface Learned {
  /** How much harder than usual the text looks, in log odds: above 0 harder; within ±`MAX_ODDS`, and 0 where few words are known. */
  odds: number;
  /** Share of its words that training knew, 0..1. */
  familiarity: number;
}

/** What was learned from exams may tip a balance, not overrule what a person plainly says. */
const MAX_ODDS = 1;
/** Below the first share of known words nothing learned counts, from the second on all of it. */
const FADE = [0.3, 0.6] as const;

export type Scorer = (text: string) => Learned;

/** Characters read: the head and the tail, where instructions stand. */
const READ_CHARS = 3_000;
const HEAD_CHARS = 2_000;
/** Grams of words tell topics; grams of letters carry over to forms of a word that training never saw. */
const GRAM_LETTERS = 4;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Calls `see` with the hash of each gram; `isWord` where it is a single word. Capitals count as small letters, digits as one sign. */
export function readGrams(text: string, see: (hash: number, isWord: boolean) => void): void {
  const read =
    text.length <= READ_CHARS ? text : `${text.slice(0, HEAD_CHARS)}\n${text.slice(HEAD_CHARS - READ_CHARS)}`;
  let word = FNV_OFFSET;
  let before = 0;
  let length = 0;
  let run = 0;
  for (let at = 0; at <= read.length; at++) {
    const code = at === read.length ? 0 : signOf(read.charCodeAt(at));
    if (code !== 0) {
      word = Math.imul(word ^ code, FNV_PRIME);
      run = (run << 8) | (code & 0xff);
      length++;
      if (length >= GRAM_LETTERS) see(spread(Math.imul(run, FNV_PRIME) ^ 0x5bd1e995), false);
      continue;
    }
    if (length > 0) {
      see(spread(word), true);
      if (before !== 0) see(spread(Math.imul(before, 31) ^ word), false);
      before = word;
    }
    word = FNV_OFFSET;
    length = 0;
  }
}

/** By code unit below 0x250: a letter in lower case without its accent, `0` for any digit; 0 for what stands between words. */
const SIGNS = Uint16Array.from({ length: 0x250 }, (_, code) => {
  if (KINDS[code] === KIND.digit) return 0x30;
  return KINDS[code] === KIND.latin ? plainCode(code) : 0;
});

function signOf(code: number): number {
  if (code < 0x250) return SIGNS[code] ?? 0;
  return (KINDS[code] ?? KIND.space) <= KIND.other ? code : 0;
}

/** Mixes high bits into the low ones that are used. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** Bits of the filter of known words. Some seven thousand words are known, so that a strange word passes one time in ten. */
export const KNOWN_BITS = 0x10000;

type Weights = Pick<RouterModel, 'buckets' | 'weights' | 'unit' | 'known'>;

/** Makes what weighs a text: the sum of its grams' weights over the root of their number. Throws where the model's parts do not fit. */
export function createScale({
  buckets,
  unit,
  ...packed
}: Weights): (text: string) => { weight: number; familiarity: number } {
  const bytes = Buffer.from(packed.weights, 'base64');
  const weights = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const known = Buffer.from(packed.known, 'base64');
  if (weights.length !== buckets || known.length * 8 !== KNOWN_BITS)
    throw new Error('The weights of the router do not fit its size. Run npm run train:router again.');
  let sum = 0;
  let grams = 0;
  let words = 0;
  let familiar = 0;
  const see = (hash: number, isWord: boolean): void => {
    sum += weights[hash & (buckets - 1)] ?? 0;
    grams++;
    if (!isWord) return;
    words++;
    const bit = hash & (KNOWN_BITS - 1);
    familiar += ((known[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  };
  return (text) => {
    sum = 0;
    grams = 0;
    words = 0;
    familiar = 0;
    readGrams(text, see);
    if (words === 0) return { weight: 0, familiarity: 0 };
    return { weight: (sum * unit) / Math.sqrt(grams), familiarity: familiar / words };
  };
}

/** Makes the scorer of a model. */
export function createScorer(model: Omit<RouterModel, 'version' | 'thresholds' | 'gaps'>): Scorer {
  const weigh = createScale(model);
  return (text) => {
    const { weight, familiarity } = weigh(text);
    const fade = Math.min(1, Math.max(0, (familiarity - FADE[0]) / (FADE[1] - FADE[0])));
    const odds = (weight - model.centre) * model.scale * fade;
    return { odds: fade === 0 ? 0 : Math.max(-MAX_ODDS, Math.min(MAX_ODDS, odds)), familiarity };
  };
}

/** The expected quality gap of a score, from the model's points. */
export function gapOf(score: number, gaps: RouterModel['gaps']): number {
  let [fromScore, fromGap] = gaps[0] ?? [0, 0];
  for (const [toScore, toGap] of gaps) {
    if (score <= toScore) {
      if (toScore === fromScore) return toGap;
      return fromGap + ((score - fromScore) / (toScore - fromScore)) * (toGap - fromGap);
    }
    fromScore = toScore;
    fromGap = toGap;
  }
  return fromGap;
}
