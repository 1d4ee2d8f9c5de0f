import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleRow } from '../../test/request-row.ts';
import type { Usage } from '../chat.ts';
import { linesOf, writeBilling } from './bill.ts';
import { costOf } from './cost.ts';
import type { Price } from './schema.ts';

const price: Price = {
  input: 3,
  output: 15,
  cacheRead: 0.3,
  cacheWrite5m: 3.75,
  cacheWrite1h: 6,
  inputAudio: 7,
  outputAudio: 31,
  inputImage: 4,
  outputImage: 40,
  reasoning: 20,
  tiers: [{ aboveInputTokens: 200_000, input: 6, output: 22.5 }],
  serviceTiers: { flex: { input: 1.5, output: 7.5 }, priority: { input: 6, output: 30 } },
  perCall: { webSearch: 0.01 },
};
const kept = { prices: [price], source: 'a list' };

/** The row that the ledger would keep of a usage. */
function rowOf(usage: Usage, costNano: number | null) {
  return {
    ...exampleRow({}),
    cache: 'miss' as const,
    costNano,
    inputTokens: usage.input,
    outputTokens: usage.output,
    cacheReadTokens: usage.cacheRead ?? null,
    cacheWrite5mTokens: usage.cacheWrite5m ?? null,
    cacheWrite1hTokens: usage.cacheWrite1h ?? null,
    reasoningTokens: usage.reasoning ?? null,
    audioInputTokens: usage.inputAudio ?? null,
    audioOutputTokens: usage.outputAudio ?? null,
    billing: writeBilling(usage),
  };
}

const tokens = fc.integer({ min: 0, max: 400_000 });
const usages = fc.record(
  {
    input: tokens,
    output: tokens,
    cacheRead: tokens,
    cacheWrite5m: tokens,
    cacheWrite1h: tokens,
    inputAudio: tokens,
    inputImage: tokens,
    reasoning: tokens,
    outputAudio: tokens,
    outputImage: tokens,
    hostedCalls: fc.dictionary(fc.constantFrom('webSearch', 'codeRun'), fc.integer({ min: 0, max: 9 })),
    serviceTier: fc.constantFrom('default', 'Flex', 'priority', 'on_demand', 'strange'),
    billedUsd: fc.double({ min: 0, max: 5, noNaN: true }),
  },
  { requiredKeys: ['input', 'output'] },
) as fc.Arbitrary<Usage>;

describe('the lines of a row', () => {
  it('are those of the moment of the call, for every usage', () => {
    fc.assert(
      fc.property(usages, (usage) => {
        const then = costOf(usage, price, { source: 'a list' });
        expect(linesOf(rowOf(usage, then.totalNano), kept)).toEqual(then.lines);
      }),
    );
  });

  it('are none where nothing was charged or nothing is known', () => {
    expect(linesOf({ ...rowOf({ input: 5, output: 5 }, 0), cache: 'hit' }, kept)).toEqual([]);
    expect(linesOf({ ...rowOf({ input: 5, output: 5 }, 0), cache: 'shared' }, kept)).toEqual([]);
    expect(linesOf(rowOf({ input: 5, output: 5 }, null), undefined)).toEqual([]);
  });

  it('need no price where the provider said what it charged', () => {
    const usage = { input: 5, output: 5, billedUsd: 0.25 };
    expect(linesOf(rowOf(usage, 250_000_000), undefined)).toMatchObject([{ kind: 'billed', amountNano: 250_000_000 }]);
  });

  it('are not told where they would not add up', () => {
    expect(linesOf(rowOf({ input: 1000, output: 5 }, 1), kept)).toBeNull();
    expect(linesOf(rowOf({ input: 1000, output: 5 }, 3_075_000), undefined)).toBeNull();
  });

  it('cost a usual row no byte', () => {
    expect(writeBilling({ input: 5, output: 5, cacheRead: 2, reasoning: 3, serviceTier: 'default' })).toBeNull();
  });
});
