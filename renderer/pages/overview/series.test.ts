import { describe, expect, it } from 'vitest';
import { marksOf } from './series.ts';

describe('the marks of an axis', () => {
  it('go up to just beyond the most, by steps that people count in', () => {
    expect(marksOf(4.3)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(marksOf(36.7)).toEqual([0, 10, 20, 30, 40]);
    expect(marksOf(5)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(marksOf(110)).toEqual([0, 25, 50, 75, 100, 125]);
  });

  it('leave no more room above than one step, however large or small the most is', () => {
    for (let most = 0.000_001; most < 1e6; most *= 1.37) {
      const marks = marksOf(most);
      const [highest = 0, below = 0] = marks.toReversed();
      expect(highest).toBeGreaterThanOrEqual(most * 0.999_999);
      expect(below).toBeLessThan(most);
      expect(marks.length).toBeGreaterThan(2);
      expect(marks.length).toBeLessThan(8);
    }
  });
});
