import { describe, expect, it } from 'vitest';
import { readGenaiPrices } from './genaiprices.ts';
import { readOpenRouter } from './openrouter.ts';
import { decidePrices } from './prices.ts';

describe('readOpenRouter', () => {
  it('reads strings a token, takes -1 for no price, and leaves moving aliases out', () => {
    const source = readOpenRouter({
      data: [
        { id: 'a/one', name: 'A: One', pricing: { prompt: '0.00000019999999999999998', completion: '0.000001' } },
        { id: 'openrouter/auto', pricing: { prompt: '-1', completion: '-1' } },
        { id: '~a/latest', pricing: { prompt: '1', completion: '1' } },
      ],
    });
    expect(source.get('a/one')).toMatchObject({ title: 'One', price: { input: 0.2, output: 1 } });
    expect(source.get('openrouter/auto')?.price).toBeUndefined();
    expect(source.has('~a/latest')).toBe(false);
  });
});

describe('readGenaiPrices', () => {
  const find = readGenaiPrices([
    {
      id: 'anthropic',
      models: [
        {
          id: 'dated',
          match: { or: [{ starts_with: 'dated' }] },
          prices: [
            { prices: { input_mtok: 2, output_mtok: 10, web_searches_kcount: 10 } },
            {
              constraint: { start_date: '2026-09-01' },
              prices: {
                input_mtok: { base: 3, tiers: [{ start: 5, price: 6 }] },
                output_mtok: { base: 15, tiers: [{ start: 5, price: 30 }] },
              },
            },
          ],
        },
        {
          id: 'hourly',
          match: { equals: 'hourly' },
          prices: [
            { prices: { input_mtok: 1, output_mtok: 1 } },
            {
              constraint: { start_time: '00:30:00Z', end_time: '16:30:00Z' },
              prices: { input_mtok: 2, output_mtok: 2 },
            },
          ],
        },
        {
          id: 'copied',
          match: { equals: 'copied' },
          price_comments: 'Imported from OpenRouter pricing',
          prices: { input_mtok: 1, output_mtok: 1 },
        },
      ],
    },
  ]);

  it('reads periods with the day on which each ends, and tiers', () => {
    expect(find('anthropic', 'dated-20260101')?.periods).toEqual([
      { until: '2026-08-31', input: 2, output: 10, perCall: { webSearch: 0.01 } },
      { from: '2026-09-01', input: 3, output: 15, tiers: [{ aboveInputTokens: 5, input: 6, output: 30 }] },
    ]);
  });

  it('says nothing of a price by the hour, of one copied from OpenRouter, and of a model that it does not know', () => {
    expect(find('anthropic', 'hourly')).toBeUndefined();
    expect(find('anthropic', 'copied')).toBeUndefined();
    expect(find('anthropic', 'other')).toBeUndefined();
    expect(find('openai', 'dated')).toBeUndefined();
  });
});

describe('decidePrices', () => {
  const of = (input: number, output: number) => ({ price: { input, output } });

  it('takes what two sources give, and keeps the disagreement', () => {
    const { prices, disagreements } = decidePrices('mistral/x', {
      litellm: of(0.3, 0.3),
      modelsdev: of(0.15, 0.15),
      genai: { periods: [{ input: 0.15, output: 0.15 }] },
    });
    expect(prices).toEqual([{ input: 0.15, output: 0.15 }]);
    expect(disagreements).toContainEqual(
      expect.objectContaining({
        field: 'input',
        chosen: 0.15,
        values: { LiteLLM: 0.3, 'models.dev': 0.15, 'genai-prices': 0.15 },
      }),
    );
  });

  it('lets OpenRouter decide between two, but never alone', () => {
    expect(
      decidePrices('mistral/x', { litellm: of(1, 3), modelsdev: of(2, 6), openrouter: of(2, 6) }).prices[0]?.input,
    ).toBe(2);
    expect(decidePrices('mistral/x', { litellm: of(1, 3), openrouter: of(2, 6) }).prices[0]?.input).toBe(1);
    expect(decidePrices('mistral/x', { openrouter: of(2, 6) }).prices).toEqual([]);
  });

  it('takes zero for no price', () => {
    expect(decidePrices('cohere/x', { modelsdev: of(0, 0) }).prices).toEqual([]);
  });

  it('lets a later price hold from the day it was read, service tiers in proportion', () => {
    const { prices } = decidePrices('gemini/x', {
      litellm: { price: { input: 1.5, output: 7.5, serviceTiers: { flex: { input: 0.75, output: 3.75 } } } },
      genai: {
        periods: [
          { until: '2026-12-31', input: 0.75, output: 3.75 },
          { from: '2027-01-01', input: 1.5, output: 7.5 },
        ],
      },
      openrouter: of(1.5, 7.5),
    });
    expect(prices).toEqual([
      { until: '2026-08-20', input: 1.5, output: 7.5, serviceTiers: { flex: { input: 0.75, output: 3.75 } } },
      {
        from: '2026-08-21',
        until: '2026-12-31',
        input: 0.75,
        output: 3.75,
        serviceTiers: { flex: { input: 0.375, output: 1.875 } },
      },
      { from: '2027-01-01', input: 1.5, output: 7.5, serviceTiers: { flex: { input: 0.75, output: 3.75 } } },
    ]);
  });
});
