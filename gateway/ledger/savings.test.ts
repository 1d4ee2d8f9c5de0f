import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costOf } from '../models/cost.ts';
import { priceAt } from '../models/price.ts';
import type { Model, Price } from '../models/schema.ts';
import type { Used } from './queries.ts';
import { dearestFor, savingsOf } from './savings.ts';

const NOW = Date.UTC(2026, 10, 25);

function modelOf(id: string, price: Price): Model {
  return {
    id,
    provider: 'openai',
    name: id,
    title: id,
    contextTokens: 400_000,
    maxOutputTokens: 32_000,
    input: ['text'],
    output: ['text'],
    capabilities: { tools: true, structuredOutput: true, reasoning: true, promptCaching: true, sampling: true },
    prices: [price],
    quality: [],
  };
}

function usedOf(changes: Partial<Used>): Used {
  const tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };
  return {
    startMs: NOW,
    answeredBy: 'call',
    aboveInputTokens: 0,
    requests: 1,
    costNano: 0,
    failedNano: 0,
    ...tokens,
    ...changes,
  };
}

const DEAR = modelOf('dear', {
  input: 10,
  output: 50,
  cacheRead: 1,
  tiers: [{ aboveInputTokens: 200_000, input: 20, output: 75 }],
});

test('copies and cheaper models save, retries, failures and switching cost, and the parts add up', () => {
  const used = [
    usedOf({ inputTokens: 1_000_000, outputTokens: 100_000, costNano: 2_000_000_000, failedNano: 40_000_000 }),
    usedOf({ answeredBy: 'cache', inputTokens: 100_000, outputTokens: 10_000 }),
    usedOf({ answeredBy: 'none', inputTokens: 900_000, costNano: 300_000_000 }),
  ];
  const savings = savingsOf(used, DEAR, 50_000_000);
  expect(savings).toEqual({
    actualNano: 2_300_000_000,
    baselineNano: 15_000_000_000 + 1_500_000_000,
    parts: {
      modelsNano: 13_090_000_000,
      cacheNano: 1_500_000_000,
      retriesNano: -40_000_000,
      failuresNano: -300_000_000,
      switchingNano: -50_000_000,
    },
  });
});

test('they may be negative', () => {
  const cheap = modelOf('cheap', { input: 0.1, output: 0.1 });
  const { actualNano, baselineNano } = savingsOf(
    [usedOf({ inputTokens: 1_000_000, costNano: 3_000_000_000 })],
    cheap,
    0,
  );
  expect(baselineNano - actualNano).toBe(-2_900_000_000);
});

test('long prompts are reckoned at the rates for long prompts, many short ones never', () => {
  const many = savingsOf([usedOf({ inputTokens: 5_000_000 })], DEAR, 0).baselineNano;
  const long = savingsOf([usedOf({ inputTokens: 5_000_000, aboveInputTokens: 200_000 })], DEAR, 0).baselineNano;
  expect([many, long]).toEqual([50_000_000_000, 100_000_000_000]);
});

test('the dearest model is that for what was used, and one without a price is none', () => {
  const talker = modelOf('talker', { input: 1, output: 100 });
  const reader = modelOf('reader', { input: 20, output: 20 });
  const unknown = { ...modelOf('unknown', { input: 1, output: 1 }), prices: [] };
  expect(dearestFor([usedOf({ inputTokens: 1000, outputTokens: 1000 })], [talker, reader, unknown])?.id).toBe('talker');
  expect(dearestFor([usedOf({ inputTokens: 100_000, outputTokens: 10 })], [talker, reader, unknown])?.id).toBe(
    'reader',
  );
  expect(dearestFor([usedOf({ inputTokens: 1 })], [unknown])).toBeUndefined();
  expect(dearestFor([], [])).toBeUndefined();
});

test('with the model itself as the baseline nothing is saved by the choice of models', () => {
  const requests = fc.array(
    fc.record({ inputTokens: fc.nat(200_000), outputTokens: fc.nat(30_000), cacheReadTokens: fc.nat(200_000) }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(requests, (list) => {
      const used = list.map((tokens) => {
        const cacheReadTokens = Math.min(tokens.cacheReadTokens, tokens.inputTokens);
        const usage = { input: tokens.inputTokens, output: tokens.outputTokens, cacheRead: cacheReadTokens };
        const costNano = costOf(usage, priceAt(DEAR, NOW), { source: '' }).totalNano ?? 0;
        return usedOf({ ...tokens, cacheReadTokens, costNano });
      });
      expect(savingsOf(used, DEAR, 0).parts.modelsNano).toBe(0);
    }),
  );
});
