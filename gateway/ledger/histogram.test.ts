import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addHistogram, countLatency, type Histogram, percentile, readHistogram, writeHistogram } from './histogram.ts';

const latencies = fc.array(fc.integer({ min: 0, max: 3_600_000 }), { minLength: 1, maxLength: 200 });

function histogramOf(values: number[]): Histogram {
  const histogram: Histogram = [];
  for (const value of values) countLatency(histogram, value);
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

test('adding histograms is counting all at once, and text keeps them whole', () => {
  fc.assert(
    fc.property(latencies, latencies, (left, right) => {
      const sum = readHistogram(writeHistogram(histogramOf(left)));
      addHistogram(sum, histogramOf(right));
      expect(writeHistogram(sum)).toBe(writeHistogram(histogramOf([...left, ...right])));
    }),
  );
});

test('nothing counted has no percentile', () => {
  expect(percentile(readHistogram(writeHistogram([])), 0.95)).toBeNull();
});

test('no latency makes it large', () => {
  expect(histogramOf([0, Number.MAX_VALUE, Number.POSITIVE_INFINITY]).length).toBeLessThan(1000);
});
