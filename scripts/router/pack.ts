import { createScale, KNOWN_BITS, type RouterModel, readGrams } from '../../gateway/routing/learned.ts';
import type { Row } from './data.ts';
import { type Example, SETTINGS } from './learn.ts';

interface Surroundings {
  examples: readonly Example[];
  /** Prompts that are no exam: what they weigh on average counts as usual. */
  tuning: readonly Row[];
  /** A source whose words must not count as known. */
  without?: string;
}

/** Log odds that one standard deviation of the training texts is worth. */
const ODDS_PER_DEVIATION = 0.5;
/** A word counts as known where training saw it so often. */
const KNOWN_WORDS = 6;

type Packed = Pick<RouterModel, 'buckets' | 'weights' | 'unit' | 'known' | 'centre' | 'scale'>;

/** Weights as signed bytes, with what is needed to read them. */
export function pack(weights: Float64Array, { examples, tuning, without }: Surroundings): Packed {
  const { buckets } = SETTINGS;
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const unit = largest / 127;
  const bytes = Int8Array.from(weights, (weight) => Math.round(weight / unit));
  const packed = {
    buckets,
    unit,
    weights: Buffer.from(bytes.buffer).toString('base64'),
    known: knownWords(examples, without),
  };
  const scale = createScale(packed);
  const weigh = (rows: readonly { prompt: string }[]) => rows.map(({ prompt }) => scale(prompt).weight);
  const trained = weigh(examples.filter(({ row }) => row.src !== without).map(({ row }) => row));
  const usual = mean(weigh(tuning));
  const middle = mean(trained);
  const deviation = Math.sqrt(mean(trained.map((value) => (value - middle) ** 2)));
  return { ...packed, centre: usual, scale: ODDS_PER_DEVIATION / deviation };
}

function knownWords(examples: readonly Example[], without: string | undefined): string {
  const seen = new Uint32Array(KNOWN_BITS);
  for (const { row } of examples) {
    if (row.src === without) continue;
    readGrams(row.prompt, (hash, isWord) => {
      const bit = hash & (KNOWN_BITS - 1);
      if (isWord) seen[bit] = (seen[bit] ?? 0) + 1;
    });
  }
  const bits = Buffer.alloc(KNOWN_BITS / 8);
  for (let bit = 0; bit < KNOWN_BITS; bit++)
    if ((seen[bit] ?? 0) >= KNOWN_WORDS) bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  return bits.toString('base64');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
