import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { priceAt } from './price.ts';
import { createRegistry, loadRegistry } from './registry.ts';
import type { ModelFile } from './schema.ts';

const SHIPPED = join(import.meta.dirname, '../../models.json');
const folder = mkdtempSync(join(tmpdir(), 'registry-'));

function shipped(): ModelFile {
  return JSON.parse(readFileSync(SHIPPED, 'utf8')) as ModelFile;
}

let files = 0;

function written(data: unknown): string {
  const path = join(folder, `models-${++files}.json`);
  writeFileSync(path, typeof data === 'string' ? data : JSON.stringify(data));
  return path;
}

function twoModels(): ModelFile {
  const file = shipped();
  return { ...file, models: file.models.slice(0, 2) };
}

describe('loadRegistry', () => {
  it('names the file, the field and the model of a fault', () => {
    const file = twoModels();
    Object.assign(file.models[1] ?? {}, { contextTokens: 'many' });
    const path = written(file);
    expect(() => loadRegistry(path)).toThrow(path);
    expect(() => loadRegistry(path)).toThrow(/models\[1\]\.contextTokens \(openai\/gpt-5\.6-terra\)/);
  });

  it('names a price that is below zero', () => {
    const file = twoModels();
    Object.assign(file.models[0]?.prices[0] ?? {}, { output: -1 });
    expect(() => loadRegistry(written(file))).toThrow(/models\[0\]\.prices\[0\]\.output/);
  });

  it('says what is wrong with a file that is missing, no JSON, or of another shape', () => {
    expect(() => loadRegistry(join(folder, 'none.json'))).toThrow(/none\.json cannot be read/);
    expect(() => loadRegistry(written('{"version":1'))).toThrow(/not valid JSON/);
    expect(() => loadRegistry(written([]))).toThrow(/the whole file/);
    expect(() => loadRegistry(written({ ...twoModels(), version: 2 }))).toThrow(/wrong at version/);
  });

  it('refuses two models under one name', () => {
    const file = twoModels();
    Object.assign(file.models[0] ?? {}, { aliases: [file.models[1]?.name] });
    expect(() => loadRegistry(written(file))).toThrow(/names both/);
  });

  it('gives a version that changes with the content only', () => {
    const first = loadRegistry(written(twoModels())).version;
    const changed = twoModels();
    Object.assign(changed.models[0] ?? {}, { title: 'Other' });
    expect(loadRegistry(written(twoModels())).version).toBe(first);
    expect(loadRegistry(written(changed)).version).not.toBe(first);
    expect(first).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('a registry', () => {
  const registry = createRegistry(shipped().models, 'v1');

  it('finds a model by provider and name, and by an alias of the same provider', () => {
    expect(registry.find('openai/gpt-5.5')?.name).toBe('gpt-5.5');
    expect(registry.find('openai/gpt-5.5-2026-04-23')?.name).toBe('gpt-5.5');
    expect(registry.find('gpt-5.5')).toBeUndefined();
    expect(registry.find('groq/gpt-5.5')).toBeUndefined();
  });

  it('leaves hidden models out of what is listed and named, and still finds them', () => {
    const id = 'groq/openai/gpt-oss-120b';
    const without = createRegistry(shipped().models, 'v1', { hidden: new Set([id, 'openai/gpt-5.5']) });
    expect(without.models.some((model) => model.id === id)).toBe(false);
    expect(without.named('openai/gpt-oss-120b').map(({ provider }) => provider)).toEqual(['openrouter']);
    expect(without.find(id)?.id).toBe(id);
    expect(without.named('gpt-5.5')[0]?.id).toBe('openai/gpt-5.5');
  });

  it('gives every provider of a name, cheapest first', () => {
    const providers = registry.named('openai/gpt-oss-120b').map(({ provider }) => provider);
    expect(providers).toEqual(['openrouter', 'groq']);
    expect(registry.named('no-such-model')).toEqual([]);
  });
});

describe('the shipped registry', () => {
  const registry = createRegistry(shipped().models, 'v1');
  const now = Date.parse('2026-11-23');
  const rating = (id: string) => registry.find(id)?.quality[0]?.rating ?? 0;

  it('has at least sixty models of ten providers, none of them retired when it was made', () => {
    expect(registry.models.length).toBeGreaterThanOrEqual(60);
    const providers = new Set(registry.models.map(({ provider }) => provider));
    expect([...providers].sort()).toEqual(
      ['anthropic', 'cohere', 'deepseek', 'gemini', 'groq', 'mistral', 'ollama', 'openai', 'openrouter', 'xai'].sort(),
    );
    const { made } = shipped();
    for (const { id, retires } of registry.models) expect((retires ?? '9999') >= made, id).toBe(true);
  });

  it('has ids made of provider and name', () => {
    for (const model of registry.models) expect(model.id).toBe(`${model.provider}/${model.name}`);
  });

  it('has prices that make sense: no input dearer than output, no cached token dearer than a fresh one, no gap between dates', () => {
    for (const { id, prices, output } of registry.models) {
      for (const [index, price] of prices.entries()) {
        if (output.includes('text')) expect(price.input, id).toBeLessThanOrEqual(price.output);
        expect(price.cacheRead ?? 0, id).toBeLessThanOrEqual(price.input);
        const next = prices[index + 1];
        if (next === undefined) continue;
        expect(Date.parse(next.from ?? ''), id).toBe(Date.parse(price.until ?? '') + 86_400_000);
      }
    }
  });

  it('prices every rated model of a hosted provider but those that nobody prices', () => {
    const unpriced = registry.models.filter(({ prices }) => prices.length === 0).map(({ id }) => id);
    expect(unpriced).toEqual(['gemini/gemma-4-31b-it', 'cohere/north-mini-code-1-0', 'openrouter/openrouter/auto']);
  });

  it('charges nothing only for models that run at home', () => {
    const free = registry.models.filter(({ prices }) =>
      prices.some(({ input, output }) => input === 0 && output === 0),
    );
    expect(new Set(free.map(({ provider }) => provider))).toEqual(new Set(['ollama']));
  });

  it('keeps every disagreement of its sources on a model that it lists, with all values and the rule that decided', () => {
    const path = new URL('../../test/fixtures/registry/conflicts.json', import.meta.url);
    const { disagreements } = JSON.parse(readFileSync(path, 'utf8')) as {
      disagreements: { provider: string; model: string; fields: Record<string, Record<string, number>> }[];
    };
    const fields: Record<string, string> = { cache_read: 'cacheRead', cache_write: 'cacheWrite5m' };
    const kept = new Map((shipped().disagreements ?? []).map((one) => [`${one.model} ${one.field}`, one]));
    let known = 0;
    for (const { provider, model, fields: values } of disagreements) {
      const id = `${provider === 'google' ? 'gemini' : provider}/${model}`;
      // Of Gemma genai-prices says what OpenRouter does: no source has Google's own price.
      if (registry.find(id)?.id !== id || id === 'gemini/gemma-4-31b-it') continue;
      for (const [field, said] of Object.entries(values)) {
        const one = kept.get(`${id} ${fields[field] ?? field}`);
        expect(one?.why, `${id} ${field}`).not.toBe(undefined);
        // genai-prices has DeepSeek's old names by the hour of the day, which no price by the day can say.
        expect(one?.values.LiteLLM).toBe(said.litellm);
        expect(one?.values['models.dev']).toBe(said['models.dev']);
        known += 1;
      }
    }
    expect(known).toBeGreaterThan(20);
  });

  it('knows announced changes of price', () => {
    const sonnet = registry.find('anthropic/claude-sonnet-5');
    const flash = registry.find('gemini/gemini-3.6-flash');
    if (sonnet === undefined || flash === undefined) throw new Error('missing');
    expect(priceAt(sonnet, Date.parse('2026-08-31'))).toMatchObject({ input: 2, output: 10, cacheWrite1h: 4 });
    expect(priceAt(sonnet, Date.parse('2026-09-01'))).toMatchObject({ input: 3, output: 15, cacheWrite1h: 6 });
    expect(priceAt(flash, now)).toMatchObject({ input: 0.75, output: 3.75, cacheRead: 0.075 });
    expect(priceAt(flash, Date.parse('2027-01-01'))).toMatchObject({ input: 1.5, output: 7.5 });
  });

  it('decided the known disagreements as its rule says', () => {
    const price = (id: string) => registry.find(id)?.prices.at(-1);
    expect(price('xai/grok-4.20-0309-reasoning')).toMatchObject({ input: 1.25, output: 2.5 });
    expect(price('mistral/mistral-medium-2604')).toMatchObject({ input: 1.5, output: 7.5 });
    expect(price('openai/gpt-5.6-luna')).toMatchObject({ input: 0.2, output: 1.2 });
    expect(price('openai/gpt-5.5')?.serviceTiers?.priority).toMatchObject({ input: 12.5, output: 75 });
    for (const { why, chosen, values } of shipped().disagreements ?? []) {
      expect(why).not.toBe('');
      expect(Object.values(values)).toContain(chosen);
    }
  });

  it('rates frontier models above small ones, and small ones above the smallest', () => {
    for (const id of ['anthropic/claude-opus-5', 'openai/gpt-5.6-sol', 'openai/gpt-5.5', 'xai/grok-4.5']) {
      expect(rating(id), id).toBeGreaterThanOrEqual(4.5);
    }
    for (const id of [
      'openai/gpt-5-mini',
      'anthropic/claude-haiku-4-5',
      'gemini/gemini-3.5-flash-lite',
      'openai/gpt-5.6-luna',
    ]) {
      expect(rating(id), id).toBeGreaterThanOrEqual(3);
      expect(rating(id), id).toBeLessThanOrEqual(4);
    }
    for (const id of ['openai/gpt-5-nano', 'openai/gpt-4.1-nano', 'groq/llama-3.3-70b-versatile', 'ollama/qwen3:8b']) {
      expect(rating(id), id).toBeGreaterThanOrEqual(1.9);
      expect(rating(id), id).toBeLessThan(3);
    }
  });

  it('rates in steps of a tenth and says what each rating rests on', () => {
    for (const { id, quality } of registry.models) {
      for (const { rating: value, basis } of quality) {
        expect(Math.round(value * 10) / 10, id).toBe(value);
        expect(basis, id).not.toBe('');
      }
    }
  });
});
