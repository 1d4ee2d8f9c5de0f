import { describe, expect, it } from 'vitest';
import { createScale } from '../../gateway/routing/learned.ts';
import { encode, learn } from './learn.ts';
import { calibrate, intervalOf, type Judged, regionOf, savings } from './measure.ts';
import { pack } from './pack.ts';

/** A strong model that is right where the weak one fails: on the first `hard` of ten prompts. */
function judged(hard: number, score: (index: number) => number): Judged[] {
  return Array.from({ length: 10 }, (_, index) => ({
    id: `made-${index}`,
    src: 'made',
    weak: index < hard ? 0 : 1,
    strong: 1,
    score: score(index),
  }));
}

describe('the measures of a way to order prompts', () => {
  it('give the most to the right order, the least to its opposite, and one half between them', () => {
    const best = regionOf(judged(4, (index) => -index));
    const worst = regionOf(judged(4, (index) => index));
    expect(best).toBeCloseTo(0.8);
    expect(best + worst).toBeCloseTo(1);
  });

  it('say nothing where the strong model is not better', () => {
    expect(regionOf(judged(0, (index) => index))).toBeNaN();
  });

  it('let the weak model take what it can, and no more', () => {
    const rows = judged(4, (index) => -index);
    expect(savings(rows, 1)).toBeCloseTo(0.6);
    expect(savings(rows, 0.9)).toBeCloseTo(0.7);
    expect(
      savings(
        judged(4, (index) => index),
        1,
      ),
    ).toBe(0);
  });

  it('come with an interval that holds the value', () => {
    const rows = judged(4, (index) => -index);
    const { value, low, high } = intervalOf(rows, (sample) => savings(sample, 1));
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    expect(low).toBeLessThan(high);
  });

  it('calibrate to gaps that never fall', () => {
    const rows = Array.from({ length: 300 }, (_, index) => ({
      id: `made-${index}`,
      src: 'made',
      weak: (index * 7) % 10 < 5 ? 1 : 0,
      strong: 1,
      score: index / 300,
    }));
    const gaps = calibrate(rows).map(([, gap]) => gap);
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
  });
});

describe('training', () => {
  const rows = Array.from({ length: 200 }, (_, index) => {
    const isHard = index % 2 === 0;
    const prompt = isHard ? `find the eigenvalues of matrix ${index}` : `name an animal that lives in house ${index}`;
    return { id: `made-${index}`, src: `made-${index % 3}`, prompt, ease: isHard ? 0.1 : 0.9 };
  });
  const examples = rows.map((row) => ({ row, encoded: encode(row.prompt) }));
  const train = () => pack(learn(examples), { examples, tuning: rows });

  it('learns which words go with failing models', () => {
    const weigh = createScale(train());
    expect(weigh('the eigenvalues of a matrix').weight).toBeGreaterThan(weigh('an animal in a house').weight);
  });

  it('gives the same bytes from the same rows', () => {
    expect(train()).toEqual(train());
  });

  it('does not count the words of a source that was left out as known', () => {
    const own = [
      ...examples,
      { row: { id: 'x', src: 'left', prompt: 'quark '.repeat(9), ease: 0.5 }, encoded: encode('quark') },
    ];
    const known = createScale(pack(learn(own), { examples: own, tuning: rows }));
    const unknown = createScale(pack(learn(own), { examples: own, tuning: rows, without: 'left' }));
    expect([known('quark').familiarity, unknown('quark').familiarity]).toEqual([1, 0]);
  });
});
