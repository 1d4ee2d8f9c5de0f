import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../chat.ts';
import { chargeOf, costOf } from './cost.ts';
import { expectedCostNano } from './price.ts';
import type { Price, Rates } from './schema.ts';

type Counts = Record<string, unknown>;

interface CostCase {
  id: string;
  title: string;
  api: string;
  provider: string;
  rates_usd_per_1m: Record<string, string>;
  context_tiers?: { above_input_tokens: number; rates_usd_per_1m: Record<string, string> }[];
  response?: { service_tier?: string; usage?: Counts; usageMetadata?: Counts };
  stream_events?: { message?: { usage: Counts }; usage?: Counts }[];
  expected: { usd: string };
}

const CASES = JSON.parse(readFileSync(new URL('../../test/fixtures/registry/cost-cases.json', import.meta.url), 'utf8'))
  .cases as CostCase[];

function count(block: unknown, ...path: string[]): number {
  let value: unknown = block;
  for (const key of path) value = (value as Counts | undefined)?.[key];
  return typeof value === 'number' ? value : 0;
}

/** OpenAI: everything is inside the two totals. xAI puts reasoning beside the completion, DeepSeek has its own cache field. */
function openAiChat(usage: Counts, provider: string): Usage {
  const reasoning = count(usage, 'completion_tokens_details', 'reasoning_tokens');
  return {
    input: count(usage, 'prompt_tokens'),
    output: count(usage, 'completion_tokens') + (provider === 'xai' ? reasoning : 0),
    cacheRead: count(usage, 'prompt_cache_hit_tokens') || count(usage, 'prompt_tokens_details', 'cached_tokens'),
    reasoning,
  };
}

function openAiResponses(usage: Counts): Usage {
  return {
    input: count(usage, 'input_tokens'),
    output: count(usage, 'output_tokens'),
    cacheRead: count(usage, 'input_tokens_details', 'cached_tokens'),
    cacheWrite5m: count(usage, 'input_tokens_details', 'cache_write_tokens'),
    reasoning: count(usage, 'output_tokens_details', 'reasoning_tokens'),
  };
}

/** Anthropic: cache counts stand beside `input_tokens`; a write without a split is a 5-minute one. */
function anthropic(usage: Counts): Usage {
  const write = count(usage, 'cache_creation_input_tokens');
  const write1h = count(usage, 'cache_creation', 'ephemeral_1h_input_tokens');
  const cacheRead = count(usage, 'cache_read_input_tokens');
  return {
    input: count(usage, 'input_tokens') + write + cacheRead,
    output: count(usage, 'output_tokens'),
    cacheRead,
    cacheWrite5m: write - write1h,
    cacheWrite1h: write1h,
  };
}

/** Gemini: thoughts stand beside the candidates. */
function gemini(usage: Counts): Usage {
  const reasoning = count(usage, 'thoughtsTokenCount');
  return {
    input: count(usage, 'promptTokenCount') + count(usage, 'toolUsePromptTokenCount'),
    output: count(usage, 'candidatesTokenCount') + reasoning,
    cacheRead: count(usage, 'cachedContentTokenCount'),
    reasoning,
  };
}

function usageOf(item: CostCase): Usage {
  const usage = item.response?.usage ?? item.response?.usageMetadata ?? {};
  if (item.api === 'openai.chat.completions') return openAiChat(usage, item.provider);
  if (item.api === 'openai.responses') return openAiResponses(usage);
  if (item.api === 'google.generateContent') return gemini(usage);
  if (item.api === 'cohere.v2.chat') {
    return {
      input: count(usage, 'billed_units', 'input_tokens'),
      output: count(usage, 'billed_units', 'output_tokens'),
    };
  }
  // The last value of each field counts, never the sum.
  const merged: Counts = { ...usage };
  for (const event of item.stream_events ?? []) Object.assign(merged, event.message?.usage, event.usage);
  return anthropic(merged);
}

const KINDS: Record<string, keyof Rates> = {
  input: 'input',
  output: 'output',
  cache_read: 'cacheRead',
  cache_write_5m: 'cacheWrite5m',
  cache_write_1h: 'cacheWrite1h',
  input_audio: 'inputAudio',
};

function ratesOf(rates: Record<string, string>): Rates {
  return Object.fromEntries(
    Object.entries(rates).map(([kind, rate]) => [KINDS[kind], Number(rate)]),
  ) as unknown as Rates;
}

function priceOf(item: CostCase): Price {
  const tiers = (item.context_tiers ?? []).map((tier) => ({
    aboveInputTokens: tier.above_input_tokens,
    ...ratesOf(tier.rates_usd_per_1m),
  }));
  return { ...ratesOf(item.rates_usd_per_1m), tiers };
}

const SOURCE = { source: 'test' };

describe('the worked cost cases', () => {
  it.each(CASES.map((item) => [item.id, item.title, item] as const))('%s: %s', (_id, _title, item) => {
    const cost = costOf(usageOf(item), priceOf(item), SOURCE);
    expect(cost.kind).toBe('exact');
    // The case is exact in USD; nano-dollars are rounded once, at the end.
    expect(cost.totalNano).toBe(Math.round(Number(item.expected.usd) * 1e9));
  });

  it('are twelve', () => {
    expect(CASES).toHaveLength(12);
  });
});

describe('costOf', () => {
  const price: Price = {
    input: 2,
    output: 10,
    cacheRead: 0.2,
    cacheWrite5m: 2.5,
    tiers: [{ aboveInputTokens: 200_000, input: 4, output: 15, cacheRead: 0.4 }],
    serviceTiers: {
      flex: { input: 1, output: 5, tiers: [{ aboveInputTokens: 200_000, input: 2, output: 7.5 }] },
      priority: { input: 4, output: 20 },
    },
    perCall: { webSearch: 0.01 },
  };

  it('knows no cost without a price, and does not call it zero', () => {
    expect(costOf({ input: 10, output: 10 }, null, SOURCE)).toEqual({ totalNano: null, kind: 'unknown', lines: [] });
  });

  it('takes what the provider billed, even where no price is known', () => {
    const cost = costOf({ input: 10, output: 10, billedUsd: 0.00123 }, null, SOURCE);
    expect(cost).toMatchObject({
      totalNano: 1_230_000,
      kind: 'exact',
      lines: [{ kind: 'billed', amountNano: 1_230_000 }],
    });
  });

  it('charges cached tokens in full where no cached rate is known, and says so', () => {
    const cost = costOf({ input: 100, output: 0, cacheRead: 100 }, { input: 2, output: 10 }, SOURCE);
    expect(cost.totalNano).toBe(200_000);
    expect(cost.lines[0]).toMatchObject({ kind: 'cacheRead', tokens: 100, usdPerMillion: 2 });
    expect(cost.lines[0]?.source).toContain('input rate');
  });

  it('keeps the base rates at the threshold and reprices everything above it', () => {
    expect(costOf({ input: 200_000, output: 100 }, price, SOURCE).totalNano).toBe(401_000_000);
    expect(costOf({ input: 200_001, output: 100 }, price, SOURCE).totalNano).toBe(801_504_000);
  });

  it('takes the highest tier that the prompt exceeds, in whatever order they are written', () => {
    const tiered: Price = {
      input: 1,
      output: 1,
      tiers: [
        { aboveInputTokens: 100, input: 2, output: 2 },
        { aboveInputTokens: 1000, input: 3, output: 3 },
        { aboveInputTokens: 500, input: 2.5, output: 2.5 },
      ],
    };
    const at = (input: number) => costOf({ input, output: 0 }, tiered, SOURCE).lines[0]?.usdPerMillion;
    expect([at(100), at(101), at(501), at(1001)]).toEqual([1, 2, 2.5, 3]);
  });

  it('charges by the service tier that the reply names', () => {
    const usage = { input: 1000, output: 1000 };
    expect(costOf({ ...usage, serviceTier: 'default' }, price, SOURCE).totalNano).toBe(12_000_000);
    expect(costOf({ ...usage, serviceTier: 'flex' }, price, SOURCE).totalNano).toBe(6_000_000);
    expect(costOf({ ...usage, serviceTier: 'PRIORITY' }, price, SOURCE).totalNano).toBe(24_000_000);
  });

  it('uses the context tiers of a service tier', () => {
    const cost = costOf({ input: 300_000, output: 1000, serviceTier: 'flex' }, price, SOURCE);
    expect(cost).toMatchObject({ totalNano: 607_500_000, kind: 'exact' });
  });

  it('marks a cost as estimated where the service tier has no rate', () => {
    expect(costOf({ input: 1, output: 1, serviceTier: 'scale' }, price, SOURCE).kind).toBe('estimated');
    const long = costOf({ input: 300_000, output: 1000, serviceTier: 'priority' }, price, SOURCE);
    expect(long).toMatchObject({ totalNano: 1_215_000_000, kind: 'estimated' });
  });

  it('adds fees by the call, and marks the cost as estimated where a fee is unknown', () => {
    const searched = costOf({ input: 0, output: 0, hostedCalls: { webSearch: 3 } }, price, SOURCE);
    expect(searched).toMatchObject({ totalNano: 30_000_000, kind: 'exact' });
    expect(searched.lines.at(-1)).toMatchObject({ kind: 'webSearch', calls: 3, usdPerCall: 0.01 });
    expect(costOf({ input: 1, output: 1, hostedCalls: { codeRun: 1 } }, price, SOURCE).kind).toBe('estimated');
  });

  it('charges a 1-hour write without a rate at the 5-minute rate, as an estimate', () => {
    const cost = costOf({ input: 1000, output: 0, cacheWrite1h: 1000 }, price, SOURCE);
    expect(cost).toMatchObject({ totalNano: 2_500_000, kind: 'estimated' });
  });

  it('charges audio, images and reasoning at their own rates where there are any, and as plain tokens otherwise', () => {
    const media: Price = { input: 1, output: 2, inputAudio: 10, outputAudio: 20, reasoning: 3 };
    const usage = {
      input: 100,
      output: 100,
      inputAudio: 40,
      inputImage: 30,
      reasoning: 10,
      outputAudio: 50,
      outputImage: 20,
    };
    expect(costOf(usage, media, SOURCE).lines.map(({ kind, tokens }) => [kind, tokens])).toEqual([
      ['input', 60],
      ['inputAudio', 40],
      ['output', 40],
      ['reasoning', 10],
      ['outputAudio', 50],
    ]);
    expect(costOf(usage, { input: 1, output: 2 }, SOURCE).totalNano).toBe(300_000);
  });

  it('cuts parts that claim more than the whole', () => {
    const cost = costOf({ input: 100, output: 0, cacheRead: 80, cacheWrite5m: 80 }, price, SOURCE);
    expect(cost.lines.filter(({ kind }) => kind !== 'output').map(({ tokens }) => tokens)).toEqual([80, 20]);
  });

  it('marks a cost as estimated where the caller says that the usage is', () => {
    expect(costOf({ input: 1, output: 1 }, price, { source: 'test', estimated: true }).kind).toBe('estimated');
    expect(costOf({ input: 1, output: 1, billedUsd: 1 }, price, { source: 'test', estimated: true }).kind).toBe(
      'estimated',
    );
  });
});

const rate = fc.integer({ min: 0, max: 600_000_000 }).map((micro) => micro / 1e6);
const ratesArbitrary = fc.record(
  {
    input: rate,
    output: rate,
    cacheRead: rate,
    cacheWrite5m: rate,
    cacheWrite1h: rate,
    inputAudio: rate,
    reasoning: rate,
  },
  { requiredKeys: ['input', 'output'] },
) as fc.Arbitrary<Rates>;
const priceArbitrary: fc.Arbitrary<Price> = fc
  .tuple(ratesArbitrary, fc.array(fc.tuple(fc.integer({ min: 1, max: 500_000 }), ratesArbitrary), { maxLength: 3 }))
  .map(([rates, tiers]) => ({
    ...rates,
    tiers: tiers.map(([aboveInputTokens, tier]) => ({ aboveInputTokens, ...tier })),
  }));
const tokens = fc.integer({ min: 0, max: 1_000_000 });
const usageArbitrary = fc.record(
  {
    input: tokens,
    output: tokens,
    cacheRead: tokens,
    cacheWrite5m: tokens,
    cacheWrite1h: tokens,
    inputAudio: tokens,
    reasoning: tokens,
  },
  { requiredKeys: ['input', 'output'] },
) as fc.Arbitrary<Usage>;

describe('laws of the cost', () => {
  it('the lines add up to the total, none is negative, and every token is in one line', () => {
    fc.assert(
      fc.property(usageArbitrary, priceArbitrary, (usage, price) => {
        const { lines, totalNano } = costOf(usage, price, SOURCE);
        expect(lines.reduce((sum, line) => sum + line.amountNano, 0)).toBe(totalNano);
        expect(lines.every(({ amountNano }) => amountNano >= 0 && Number.isInteger(amountNano))).toBe(true);
        expect(lines.reduce((sum, line) => sum + (line.tokens ?? 0), 0)).toBe(usage.input + usage.output);
      }),
    );
  });

  it('what an exchange is charged is the total of its lines, of the same kind, whatever was used', () => {
    const rare = fc.record(
      {
        input: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        billedUsd: fc.double({ min: -1, max: 10, noNaN: true }),
        hostedCalls: fc.dictionary(fc.constantFrom('webSearch', 'other'), fc.integer({ min: -1, max: 5 })),
        serviceTier: fc.constantFrom('default', 'flex', 'priority'),
      },
      { requiredKeys: [] },
    );
    const anyUsage = fc.oneof(
      usageArbitrary,
      fc.tuple(usageArbitrary, rare).map(([usual, more]) => ({ ...usual, ...more })),
    );
    fc.assert(
      fc.property(anyUsage, fc.option(priceArbitrary), fc.boolean(), (usage, price, estimated) => {
        const { totalNano, kind } = costOf(usage, price, { ...SOURCE, estimated });
        expect(chargeOf(usage, price, estimated)).toEqual({ totalNano, kind });
      }),
      // What differs is rare among all that can be used.
      { numRuns: 2000 },
    );
  });

  it('the total is the exact sum, rounded once', () => {
    fc.assert(
      fc.property(usageArbitrary, priceArbitrary, (usage, price) => {
        const { lines, totalNano } = costOf(usage, price, SOURCE);
        const pico = lines.reduce(
          (sum, line) => sum + BigInt(line.tokens ?? 0) * BigInt(Math.round((line.usdPerMillion ?? 0) * 1e6)),
          0n,
        );
        expect(BigInt(totalNano ?? -1)).toBe((pico + 500n) / 1000n);
      }),
    );
  });

  it('more output never costs less, nor more plain input where no tier is crossed downward', () => {
    fc.assert(
      fc.property(usageArbitrary, ratesArbitrary, fc.integer({ min: 1, max: 1000 }), (usage, rates, more) => {
        const before = costOf(usage, rates, SOURCE).totalNano ?? 0;
        expect(
          costOf(
            { ...usage, output: usage.output + more, reasoning: usage.reasoning ?? 0 },
            { ...rates, reasoning: rates.output },
            SOURCE,
          ).totalNano,
        ).toBeGreaterThanOrEqual(costOf(usage, { ...rates, reasoning: rates.output }, SOURCE).totalNano ?? 0);
        const parts =
          (usage.cacheRead ?? 0) + (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0) + (usage.inputAudio ?? 0);
        if (parts <= usage.input) {
          expect(costOf({ ...usage, input: usage.input + more }, rates, SOURCE).totalNano).toBeGreaterThanOrEqual(
            before,
          );
        }
      }),
    );
  });

  it('a prompt at a threshold pays the base, and one token more pays the tier for every token', () => {
    fc.assert(
      fc.property(
        ratesArbitrary,
        ratesArbitrary,
        fc.integer({ min: 1, max: 500_000 }),
        tokens,
        (base, tier, at, output) => {
          const tiered: Price = { ...base, tiers: [{ aboveInputTokens: at, ...tier }] };
          const total = (input: number, price: Price) =>
            costOf({ input, output, cacheRead: Math.floor(input / 2) }, price, SOURCE).totalNano;
          expect(total(at, tiered)).toBe(total(at, base));
          expect(total(at + 1, tiered)).toBe(total(at + 1, tier));
        },
      ),
    );
  });

  it('what is expected is what is charged for the same tokens', () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, priceArbitrary, (input, cached, output, price) => {
        const cachedTokens = Math.min(cached, input);
        const charged = costOf({ input, output, cacheRead: cachedTokens }, price, SOURCE).totalNano;
        expect(
          expectedCostNano({ prices: [price] }, { inputTokens: input, cachedTokens, outputTokens: output }, 0),
        ).toBe(charged);
      }),
    );
  });

  it('no count that a provider may send makes a cost negative or not a number', () => {
    const wild = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1));
    fc.assert(
      fc.property(fc.record({ input: wild, output: wild, cacheRead: wild }), priceArbitrary, (usage, price) => {
        const { totalNano, kind } = costOf(usage, price, SOURCE);
        expect(totalNano).toBeGreaterThanOrEqual(0);
        expect(chargeOf(usage, price, false)).toEqual({ totalNano, kind });
      }),
    );
  });
});
