import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addHistogram,
  addWritten,
  countAmount,
  type Histogram,
  octaves,
  percentile,
  writeHistograms,
} from './histogram.ts';

const latencies = fc.array(fc.integer({ min: 0, max: 3_600_000 }), { minLength: 1, maxLength: 200 });

function histogramOf(values: number[]): Histogram {
  const histogram: Histogram = [];
  for (const value of values) countAmount(histogram, value);
  return histogram;
}

test('a percentile lies within 4.5 % (or half a millisecond) of the true one', () => {
  fc.assert(
    fc.property(latencies, fc.constantFrom(0.5, 0.95, 0.99), (values, share) => {
      const sorted = values.toSorted((left, right) => left - right);
      const truth = sorted[Math.ceil(values.length * share) - 1] ?? 0;
      const found = percentile(histogramOf(values), share) ?? Number.NaN;
      expect(Math.abs(found - truth)).toBeLessThanOrEqual(Math.max(truth * 0.0451, 0) + 0.5);
    }),
  );
});

test('adding histograms is counting all at once, and bytes keep several of them whole', () => {
  fc.assert(
    fc.property(latencies, latencies, (left, right) => {
      const [sum, other]: [Histogram, Histogram] = [[], []];
      addWritten([sum, other], writeHistograms([histogramOf(left), histogramOf(right)]));
      expect([sum, other]).toEqual([histogramOf(left), histogramOf(right)]);
      addHistogram(sum, other);
      expect(writeHistograms([sum])).toEqual(writeHistograms([histogramOf([...left, ...right])]));
    }),
  );
});

test('octaves hold everything once, each amount where it lies', () => {
  expect(octaves(histogramOf([0, 1, 1.5, 3, 900]))).toEqual([
    { from: 0, to: 1, count: 1 },
    { from: 1, to: 2, count: 2 },
    { from: 2, to: 4, count: 1 },
    { from: 512, to: 1024, count: 1 },
  ]);
});

test('nothing counted has no percentile', () => {
  expect(percentile([], 0.95)).toBeNull();
});

test('no latency makes it large', () => {
  expect(histogramOf([0, Number.MAX_VALUE, Number.POSITIVE_INFINITY]).length).toBeLessThan(1000);
});
