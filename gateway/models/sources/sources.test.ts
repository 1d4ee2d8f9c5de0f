import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLiteLlm } from './litellm.ts';
import { readModelsDev } from './modelsdev.ts';

describe('readLiteLlm', () => {
  const source = readLiteLlm({
    sample_spec: {
      litellm_provider: 'one of https://docs',
      mode: 'one of: chat',
      max_input_tokens: 'max input tokens',
    },
    fallback_generalizations: { rules: [] },
    'text-embedding-3-small': { litellm_provider: 'openai', mode: 'embedding', input_cost_per_token: 2e-8 },
    'gemini-2.5-pro': {
      litellm_provider: 'vertex_ai',
      mode: 'chat',
      input_cost_per_token: 9e-6,
      output_cost_per_token: 9e-6,
    },
    'gemini/gemini-2.5-pro': {
      litellm_provider: 'gemini',
      mode: 'chat',
      max_input_tokens: 1048576.0,
      input_cost_per_token: 1.25e-6,
      output_cost_per_token: 1e-5,
      input_cost_per_token_above_200k_tokens: 2.5e-6,
      output_cost_per_token_above_200k_tokens: 1.5e-5,
      input_cost_per_token_priority: 1.25e-6,
      output_cost_per_token_priority: 1e-5,
      input_cost_per_token_batches: 6.25e-7,
      output_cost_per_token_batches: 5e-6,
      output_cost_per_reasoning_token: 1e-5,
    },
    'claude-x': {
      litellm_provider: 'anthropic',
      mode: 'chat',
      input_cost_per_token: 3e-6,
      output_cost_per_token: 1.5e-5,
      cache_creation_input_token_cost: 3.75e-6,
      cache_creation_input_token_cost_above_1hr: 6e-6,
      cache_creation_input_token_cost_above_1hr_above_200k_tokens: 1.2e-5,
      deprecation_date: 'soon',
    },
    'half-a-price': { litellm_provider: 'openai', mode: 'responses', output_cost_per_token: 1e-6 },
  });

  it('takes chat models only, and a key of another host for no model of ours', () => {
    expect([...source.keys()]).toEqual(['gemini/gemini-2.5-pro', 'anthropic/claude-x', 'openai/half-a-price']);
  });

  it('reads prices a million, tiers and service tiers, and leaves out a tier at the standard price', () => {
    expect(source.get('gemini/gemini-2.5-pro')?.price).toEqual({
      input: 1.25,
      output: 10,
      tiers: [{ aboveInputTokens: 200_000, input: 2.5, output: 15 }],
      serviceTiers: { batch: { input: 0.625, output: 5 } },
    });
  });

  it('tells a lifetime of an hour from a threshold of tokens', () => {
    expect(source.get('anthropic/claude-x')?.price).toEqual({
      input: 3,
      output: 15,
      cacheWrite5m: 3.75,
      cacheWrite1h: 6,
    });
  });

  it('knows no price by halves, and no date that is none', () => {
    expect(source.get('openai/half-a-price')).toMatchObject({ api: 'responses' });
    expect(source.get('openai/half-a-price')?.price).toBeUndefined();
    expect(source.get('anthropic/claude-x')?.retires).toBeUndefined();
  });
});

describe('readModelsDev', () => {
  it('reads tiers by their own threshold, not by the name of the legacy copy', () => {
    const tier = { input: 10, output: 45, tier: { type: 'context', size: 272_000 } };
    const cost = { input: 5, output: 30, context_over_200k: { input: 10, output: 45 }, tiers: [tier] };
    const source = readModelsDev({
      google: { models: { one: { cost, modalities: { input: ['text', 'pdf'] } }, two: {} } },
    });
    expect(source.get('gemini/one')?.price?.tiers).toEqual([{ aboveInputTokens: 272_000, input: 10, output: 45 }]);
    expect(source.get('gemini/one')?.input).toEqual(['text', 'document']);
    expect(source.get('gemini/two')?.price).toBeUndefined();
  });
});

function snapshot(name: string): unknown {
  const path = new URL(`../../../test/fixtures/registry/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(path)).toString());
}

describe('every snapshot', () => {
  it.each([
    ['2025-05-31', 180],
    ['2026-06-06', 280],
    ['2026-07-24', 290],
    ['2026-08-01', 290],
  ])('of LiteLLM is read past its traps: %s', (day, least) => {
    const source = readLiteLlm(snapshot(`model_prices.${day}`));
    const priced = [...source.values()].flatMap(({ price }) => price ?? []);
    expect(priced.length).toBeGreaterThan(least);
    for (const { input, output, cacheRead = 0 } of priced) {
      // A price in another unit would be a million times too low or too high.
      expect(Math.max(input, output, cacheRead)).toBeLessThan(1000);
      expect(output === 0 || output > 0.001).toBe(true);
    }
    expect([...source.keys()].some((id) => /sample_spec|fallback_generalizations|embed|whisper/.test(id))).toBe(false);
    for (const { contextTokens = 1, maxOutputTokens = 1 } of source.values()) {
      expect(Number.isInteger(contextTokens) && Number.isInteger(maxOutputTokens)).toBe(true);
    }
  });

  it.each(['2026-03-01', '2026-06-01', '2026-07-02'])('of models.dev is read past its traps: %s', (day) => {
    const source = readModelsDev(snapshot(`api.${day}`));
    const models = [...source.values()];
    expect(models.length).toBeGreaterThan(150);
    expect(models.every(({ contextTokens }) => contextTokens === undefined || contextTokens > 0)).toBe(true);
    const tier = source.get('openai/gpt-5.4')?.price?.tiers?.[0];
    if (tier !== undefined) expect(tier.aboveInputTokens).toBe(272_000);
  });
});
