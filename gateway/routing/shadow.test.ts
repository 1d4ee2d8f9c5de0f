import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wilson } from './shadow.ts';

it('gives the interval that the literature gives, and always one around the share', () => {
  // Newcombe 1998, table I: 81 of 263, and 0 of 20.
  const known = wilson(81, 263);
  expect([known.low, known.high].map((end) => end.toFixed(4))).toEqual(['0.2553', '0.3662']);
  expect(wilson(0, 20).high.toFixed(4)).toBe('0.1611');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (trials, pick) => {
      const { share, low, high } = wilson(pick % (trials + 1), trials);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(share + 1e-12);
      expect(high).toBeGreaterThanOrEqual(share - 1e-12);
      expect(high).toBeLessThanOrEqual(1);
    }),
  );
});
