import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import shipped from '../../resources/router/model.json' with { type: 'json' };
import { createScorer, gapOf, type RouterModel, readGrams } from './learned.ts';

const model = shipped as RouterModel;
const score = createScorer(model);

describe('the trained part of the score', () => {
  it('finds university mathematics harder than everyday knowledge', () => {
    const hard = score(
      'Let f be a continuous function on the interval. Determine the eigenvalues of the matrix and the limit.',
    );
    const easy = score('Which animal is most likely to be found sleeping in a house near the people who feed it?');
    expect(hard.odds).toBeGreaterThan(easy.odds + 0.3);
  });

  it('never moves the score by more than one unit of log odds, on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), (text) => {
        const { odds, familiarity } = score(text);
        expect(Math.abs(odds)).toBeLessThanOrEqual(1);
        expect(familiarity).toBeGreaterThanOrEqual(0);
        expect(familiarity).toBeLessThanOrEqual(1);
        expect(score(text)).toEqual({ odds, familiarity });
      }),
    );
  });

  it('says nothing of words that it does not know', () => {
    expect(score('zxqv wkrtz plomf grunk vessqa trilp yoxxen brafft quuln')).toMatchObject({ odds: 0 });
    expect(score('the following question is about the number of people').familiarity).toBeGreaterThan(0.9);
    expect(score('')).toEqual({ odds: 0, familiarity: 0 });
  });

  it('reads a bounded part of a long text, its head and its tail', () => {
    let grams = 0;
    readGrams('word '.repeat(1_000_000), () => {
      grams += 1;
    });
    expect(grams).toBeLessThan(3_000);
    const filler = 'and so it goes on and on '.repeat(10_000);
    expect(score(`${filler}integral eigenvalue polynomial`)).not.toEqual(score(filler));
  });

  it('does not tell capitals or accents apart', () => {
    expect(score('DÉRIVÉE of the Función')).toEqual(score('derivee of the funcion'));
  });

  it('refuses weights that do not fit their size', () => {
    expect(() => createScorer({ ...model, weights: 'AAAA' })).toThrow(/train:router/);
  });

  it('turns scores into expected gaps that rise with them and are never negative', () => {
    let before = -1;
    for (let step = 0; step <= 100; step++) {
      const gap = gapOf(step / 100, model.gaps);
      expect(gap).toBeGreaterThanOrEqual(Math.max(0, before));
      expect(gap).toBeLessThanOrEqual(1);
      before = gap;
    }
    expect(
      gapOf(0.5, [
        [0.25, 0.1],
        [0.75, 0.3],
      ]),
    ).toBeCloseTo(0.2);
  });
});
