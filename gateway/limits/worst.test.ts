import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatRequest, Part } from '../chat.ts';
import { costOf } from '../models/cost.ts';
import { priceAt } from '../models/price.ts';
import type { Model, Price } from '../models/schema.ts';
import { boundsOf, worstOf } from './worst.ts';

const NOW = Date.UTC(2026, 10, 25);

function modelOf(price: Price): Model {
  return {
    id: 'openai/some',
    provider: 'openai',
    name: 'some',
    title: 'Some',
    contextTokens: 400_000,
    maxOutputTokens: 32_000,
    input: ['text'],
    output: ['text'],
    capabilities: { tools: true, structuredOutput: true, reasoning: true, promptCaching: true, sampling: true },
    prices: [price],
    quality: [],
  };
}

function requestOf(parts: Part[], more: Partial<ChatRequest> = {}): ChatRequest {
  const messages = [{ role: 'user' as const, parts }];
  return { dialect: 'openai-chat', model: 'some', messages, tools: [], stream: false, streamUsage: false, ...more };
}

const rate = fc.integer({ min: 0, max: 100_000 }).map((milli) => milli / 1000);
const maybe = fc.option(rate, { nil: undefined });
const ratesOf = fc.record({
  input: rate,
  output: rate,
  cacheRead: fc.constant(0),
  cacheWrite5m: maybe,
  cacheWrite1h: maybe,
  reasoning: maybe,
});

test('no usage within the bounds costs more than the worst case, at any price', () => {
  const usage = fc.record({
    input: fc.integer({ min: 0, max: 300_000 }),
    output: fc.integer({ min: 0, max: 32_000 }),
    cacheRead: fc.integer({ min: 0, max: 300_000 }),
    cacheWrite5m: fc.integer({ min: 0, max: 300_000 }),
    cacheWrite1h: fc.integer({ min: 0, max: 300_000 }),
    reasoning: fc.integer({ min: 0, max: 32_000 }),
  });
  fc.assert(
    fc.property(ratesOf, fc.option(ratesOf, { nil: undefined }), usage, (base, above, used) => {
      const tiers = above === undefined ? undefined : [{ ...above, aboveInputTokens: 200_000 }];
      const model = modelOf(JSON.parse(JSON.stringify({ ...base, tiers })) as Price);
      const bounds = {
        inputTokens: used.input,
        maxOutputTokens: used.output,
        answers: 1,
        longCache: true,
        hostedTools: 0,
        serviceTier: undefined,
      };
      const worst = worstOf(model, bounds, NOW);
      const cost = costOf(used, priceAt(model, NOW), { source: 'a test' }).totalNano ?? Infinity;
      // Amounts are rounded to the nano-dollar.
      return worst !== null && cost <= worst.fixedNano + used.output * worst.nanoPerOutputToken + 1;
    }),
  );
});

test('a text has no more tokens than bytes, and no more than twice its estimate', () => {
  const request = requestOf([{ type: 'text', text: 'hello' }]);
  expect(boundsOf(request, 100, 90).inputTokens).toBe(90 + 256);
  expect(boundsOf(request, 100, 900).inputTokens).toBe(200 + 256);
});

test('what lies with the provider or elsewhere is bounded by the window alone', () => {
  const stored = requestOf([], { extra: { dialect: 'openai-responses', fields: { previous_response_id: 'resp_1' } } });
  const file = requestOf([
    { type: 'media', kind: 'document', source: { from: 'url', url: 'https://x.example/a.pdf' } },
  ]);
  for (const request of [stored, file]) {
    const bounds = boundsOf(request, 10, 100);
    expect(bounds.inputTokens).toBeNull();
    expect(worstOf(modelOf({ input: 1, output: 1 }), bounds, NOW)?.fixedNano).toBe(400_000 * 1000);
  }
});

test('an hour of cache is only reserved for where it is asked for', () => {
  const model = modelOf({ input: 1, output: 1, cacheWrite5m: 1.25, cacheWrite1h: 2 });
  const plain = boundsOf(requestOf([{ type: 'text', text: 'hello' }]), 1_000, 100_000);
  const long = boundsOf(requestOf([{ type: 'text', text: 'hello', cache: { ttl: '1h' } }]), 1_000, 100_000);
  expect(worstOf(model, plain, NOW)?.fixedNano).toBe(2_256 * 1_250);
  expect(worstOf(model, long, NOW)?.fixedNano).toBe(2_256 * 2_000);
});

test('several answers cost as many times, and a tier that is asked for at its rate', () => {
  const model = modelOf({ input: 1, output: 2, serviceTiers: { priority: { input: 3, output: 6 } } });
  const bounds = boundsOf(requestOf([], { count: 3, serviceTier: 'auto', maxOutputTokens: 10 }), 0, 0);
  expect(worstOf(model, bounds, NOW)).toEqual({
    fixedNano: 256 * 3000,
    nanoPerOutputToken: 18_000,
    maxOutputTokens: 10,
  });
});
