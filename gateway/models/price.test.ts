import { describe, expect, it } from 'vitest';
import { expectedCostNano, priceAt } from './price.ts';

describe('priceAt', () => {
  const sonnet = {
    prices: [
      { input: 2, output: 10, until: '2026-08-31' },
      { input: 3, output: 15, from: '2026-09-01' },
    ],
  };

  it('changes at midnight UTC of the day on which a price begins', () => {
    expect(priceAt(sonnet, Date.parse('2026-08-31T23:59:59.999Z'))?.input).toBe(2);
    expect(priceAt(sonnet, Date.parse('2026-09-01T00:00:00.000Z'))?.input).toBe(3);
  });

  it('knows none outside of the dates, and none of a model without prices', () => {
    const short = { prices: [{ input: 1, output: 1, from: '2026-01-01', until: '2026-01-31' }] };
    expect(priceAt(short, Date.parse('2025-12-31T23:59:59Z'))).toBeNull();
    expect(priceAt(short, Date.parse('2026-02-01T00:00:00Z'))).toBeNull();
    expect(expectedCostNano({ prices: [] }, { inputTokens: 1, outputTokens: 1 }, 0)).toBeNull();
  });
});
