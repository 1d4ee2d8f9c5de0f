import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inForce, weighPrice } from './merge.ts';
import type { Price } from './schema.ts';

const weighing = { source: 'LiteLLM', day: '2026-11-25', before: undefined, disagreements: [] };
const dated: Price[] = [
  { input: 2, output: 10, until: '2026-08-31' },
  { input: 3, output: 15, from: '2026-09-01', until: '2026-12-31' },
  { input: 4, output: 20, from: '2027-01-01' },
];

describe('a price that was read', () => {
  it('is no news the first time where the list knows it, past, present or announced', () => {
    for (const { input, output } of dated) expect(weighPrice(dated, { input, output }, weighing)).toBeUndefined();
  });

  it('is news once its source changes its mind, and holds from that day until the next announced one', () => {
    const before = { input: 3, output: 15 };
    expect(weighPrice(dated, { input: 2, output: 10 }, { ...weighing, before })).toEqual([
      dated[0],
      { ...dated[1], until: '2026-11-24' },
      { input: 2, output: 10, from: '2026-11-25', until: '2026-12-31' },
      dated[2],
    ]);
    expect(weighPrice(dated, before, { ...weighing, before })).toBeUndefined();
  });

  it('does not bring back a figure that was weighed and overruled, but for as long as it is the same figure', () => {
    const disagreements = [
      { model: 'x', field: 'input', values: { LiteLLM: 9, 'models.dev': 3 }, chosen: 3, why: 'a ruling' },
    ];
    expect(weighPrice(dated, { input: 9, output: 15 }, { ...weighing, disagreements })).toBeUndefined();
    expect(weighPrice(dated, { input: 8, output: 15 }, { ...weighing, disagreements })?.at(-2)).toMatchObject({
      input: 8,
    });
    expect(
      weighPrice(dated, { input: 9, output: 15 }, { ...weighing, source: 'models.dev', disagreements }),
    ).toBeDefined();
  });

  it('is heard in its tiers too, and takes no fee away that its list does not know', () => {
    const listed: Price[] = [{ input: 1, output: 2, perCall: { webSearch: 0.01 } }];
    const tiers = [{ input: 2, output: 4, aboveInputTokens: 1000 }];
    expect(
      weighPrice(listed, { input: 1, output: 2, tiers }, { ...weighing, before: { input: 1, output: 2 } }),
    ).toEqual([
      { ...listed[0], until: '2026-11-24' },
      { input: 1, output: 2, tiers, perCall: { webSearch: 0.01 }, from: '2026-11-25' },
    ]);
  });

  it('is the first one of a model that had none', () => {
    expect(weighPrice([], { input: 1, output: 2 }, weighing)).toEqual([{ input: 1, output: 2 }]);
  });

  it('leaves exactly one price for every day, and the past as it was', () => {
    const rate = fc.integer({ min: 1, max: 50 });
    const day = fc
      .date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(rate, rate, day, day, (input, output, readOn, other) => {
        const found = { input, output };
        const prices =
          weighPrice(dated, found, { ...weighing, day: readOn, before: { input: 99, output: 99 } }) ?? dated;
        const holding = prices.filter(({ from = '', until = '9999' }) => from <= other && other <= until);
        expect(holding).toHaveLength(1);
        if (other < readOn) {
          const { until: _, ...was }: Price = inForce(dated, other) ?? found;
          expect(holding[0]).toMatchObject(was);
        }
      }),
    );
  });
});
