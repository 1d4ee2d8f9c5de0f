import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { Model } from '../models/schema.ts';
import { readWish } from './wish.ts';

function model(provider: string, name: string, aliases: string[] = []): Model {
  return { id: `${provider}/${name}`, provider, name, aliases } as unknown as Model;
}

const models = [
  model('openai', 'gpt-5-mini', ['gpt-5-mini-2025-08-07']),
  model('anthropic', 'claude-sonnet-5'),
  model('openrouter', 'anthropic/claude-sonnet-5'),
  model('openrouter', 'openai/gpt-oss-120b'),
  model('groq', 'openai/gpt-oss-120b'),
  model('gemini', 'gemini-3.5-flash'),
];

const has = (one: Model, name: string) => one.name === name || one.aliases?.includes(name) === true;

const registry: Parameters<typeof readWish>[1] = {
  models,
  find: (id) => models.find((one) => id.startsWith(`${one.provider}/`) && has(one, id.slice(one.provider.length + 1))),
  named: (name) => models.filter((one) => has(one, name)),
};

const known = new Set(['openai', 'anthropic', 'openrouter', 'groq', 'gemini']);
const read = (name: string, usable: string[] = [...known], tool?: string) =>
  readWish(name, registry, { known, usable: new Set(usable) }, tool);

function ids(name: string, usable?: string[]): string[] {
  const wish = read(name, usable);
  return wish.kind === 'model' ? wish.models.map(({ id }) => id) : [];
}

function refusal(name: string, usable?: string[]): GatewayError {
  try {
    read(name, usable);
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
  }
  throw new Error('Nothing was thrown.');
}

describe('readWish', () => {
  it('reads auto and its kinds, in any case, and an empty name as auto', () => {
    for (const name of ['', 'auto', ' AUTO ']) expect(read(name)).toEqual({ kind: 'auto', preference: undefined });
    expect(read('auto:balanced')).toEqual({ kind: 'auto', preference: 'balanced' });
    expect(read('auto:economy')).toEqual({ kind: 'auto', preference: 'economy' });
    expect(read('auto:quality')).toEqual({ kind: 'auto', preference: 'quality' });
  });

  it('finds a model by its id, its name, an alias, and with the prefix of Google clients', () => {
    expect(ids('openai/gpt-5-mini')).toEqual(['openai/gpt-5-mini']);
    expect(ids('gpt-5-mini')).toEqual(['openai/gpt-5-mini']);
    expect(ids('gpt-5-mini-2025-08-07')).toEqual(['openai/gpt-5-mini']);
    expect(ids('models/gemini-3.5-flash')).toEqual(['gemini/gemini-3.5-flash']);
  });

  it('finds names that have slashes of their own, with and without their provider', () => {
    expect(ids('openrouter/anthropic/claude-sonnet-5')).toEqual(['openrouter/anthropic/claude-sonnet-5']);
    expect(ids('anthropic/claude-sonnet-5')).toEqual(['anthropic/claude-sonnet-5']);
    expect(ids('openai/gpt-oss-120b')).toEqual(['openrouter/openai/gpt-oss-120b', 'groq/openai/gpt-oss-120b']);
  });

  it('keeps to providers with a usable key', () => {
    expect(ids('openai/gpt-oss-120b', ['groq'])).toEqual(['groq/openai/gpt-oss-120b']);
    expect(ids('anthropic/claude-sonnet-5', ['openrouter'])).toEqual(['openrouter/anthropic/claude-sonnet-5']);
  });

  it('says which key is missing', () => {
    for (const name of ['openai/gpt-5-mini', 'gpt-5-mini', 'openai/gpt-9']) {
      const error = refusal(name, ['gemini']);
      expect(error).toMatchObject({ code: 'no_provider_key', field: 'model' });
      expect(error.message).toContain('openai');
    }
    expect(refusal('groq/openai/gpt-oss-120b', ['gemini']).message).toContain('groq');
  });

  it('sends a name that only a known provider could know as asked', () => {
    expect(read('openai/gpt-9')).toEqual({ kind: 'unknown', provider: 'openai', name: 'gpt-9' });
    expect(read('openrouter/x/y:free')).toEqual({ kind: 'unknown', provider: 'openrouter', name: 'x/y:free' });
  });

  it('sends a name that is built into a tool to its vendor, though nobody here knows it', () => {
    const wish = { kind: 'unknown', provider: 'anthropic', name: 'claude-opus-9-1' };
    expect(read('claude-opus-9-1', ['anthropic'], 'claude-code')).toEqual(wish);
    expect(() => read('claude-opus-9-1', ['openai'], 'claude-code')).toThrow('No model is called');
    expect(() => read('claude-opus-9-1', ['anthropic'], 'opencode')).toThrow('No model is called');
    expect(() => read('gpt-9', [...known], 'claude-code')).toThrow('No model is called');
    expect(read('claude-sonnet-5', ['openrouter', 'anthropic'], 'claude-code').kind).toBe('model');
  });

  it('suggests the nearest names for an unknown one', () => {
    const error = refusal('gpt5-mini');
    expect(error).toMatchObject({ code: 'unknown_model', status: 404, field: 'model' });
    expect(error.message).toContain('Did you mean openai/gpt-5-mini');
    expect(refusal('auto:econmy').message).toContain('auto:economy');
    expect(refusal('antropic/claude-sonnet-5').message).toContain('anthropic/claude-sonnet-5');
    expect(refusal('zzzzzzzz').message).toContain('Ask for auto;');
  });

  it('refuses a name of any length quickly and without repeating it', () => {
    expect(refusal('x'.repeat(1_000_000)).message.length).toBeLessThan(300);
    expect(refusal('openai/').code).toBe('unknown_model');
  });
});
