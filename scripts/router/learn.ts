import { readGrams } from '../../gateway/routing/learned.ts';
import type { Row } from './data.ts';

/** Everything that decides what comes out, beside the data. */
export const SETTINGS = { buckets: 4096, epochs: 8, rate: 0.05, l2: 3e-3, seed: 20261125, sourceRows: 800 } as const;

/** A text as places and how much of each it holds; the squares are about its count of different grams over all grams. */
export interface Encoded {
  places: Int32Array;
  shares: Float32Array;
}

export function encode(text: string): Encoded {
  const counts = new Map<number, number>();
  let grams = 0;
  readGrams(text, (hash) => {
    const place = hash & (SETTINGS.buckets - 1);
    counts.set(place, (counts.get(place) ?? 0) + 1);
    grams++;
  });
  const scale = 1 / Math.sqrt(Math.max(1, grams));
  return {
    places: Int32Array.from(counts.keys()),
    shares: Float32Array.from(counts.values(), (count) => count * scale),
  };
}

/** The weighted sum of an encoded text. */
function apply(weights: Float64Array, { places, shares }: Encoded): number {
  let sum = 0;
  for (let index = 0; index < places.length; index++)
    sum += (weights[places[index] as number] as number) * (shares[index] as number);
  return sum;
}

export interface Example {
  row: Row;
  encoded: Encoded;
}

/**
 * Logistic regression by AdaGrad on how hard a prompt is: 1 − ease, the mean over all models measured, which is far less noisy than
 * the right or wrong of one model. Large sources count less a row. The order is shuffled from the seed, so the same rows give the
 * same weights to the last bit.
 */
export function learn(examples: readonly Example[]): Float64Array {
  const { buckets, epochs, rate, l2, seed, sourceRows } = SETTINGS;
  const weights = new Float64Array(buckets);
  const squares = new Float64Array(buckets).fill(1e-6);
  const counts = new Map<string, number>();
  for (const { row } of examples) counts.set(row.src, (counts.get(row.src) ?? 0) + 1);
  const random = createRandom(seed);
  const order = [...examples];
  let bias = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (const { row, encoded } of order) {
      const guess = 1 / (1 + Math.exp(-(bias + apply(weights, encoded))));
      const importance = Math.min(3, sourceRows / (counts.get(row.src) ?? sourceRows));
      const slope = (guess - (1 - (row.ease ?? 0.5))) * importance;
      bias -= 0.05 * slope;
      const { places, shares } = encoded;
      for (let index = 0; index < places.length; index++) {
        const place = places[index] as number;
        const step = slope * (shares[index] as number) + l2 * (weights[place] as number);
        squares[place] = (squares[place] as number) + step * step;
        weights[place] = (weights[place] as number) - (rate * step) / Math.sqrt(squares[place] as number);
      }
    }
  }
  return weights;
}

/** Mulberry32: numbers in [0, 1) from a seed. */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let index = list.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [list[index], list[other]] = [list[other] as T, list[index] as T];
  }
}
