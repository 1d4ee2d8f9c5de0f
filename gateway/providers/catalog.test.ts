import { describe, expect, it } from 'vitest';
import type { DialectName } from '../chat.ts';
import { createCatalog, isServed, rowFor } from './catalog.ts';

describe('the catalog', () => {
  it('knows four providers with dialects of their own, each with its own way of taking a key', () => {
    const rows = [...createCatalog({}).values()].map(({ id, dialect, auth }) => [id, dialect, auth?.header]);
    expect(rows.slice(0, 4)).toEqual([
      ['openai', 'openai-chat', 'authorization'],
      ['anthropic', 'anthropic', 'x-api-key'],
      ['gemini', 'gemini', 'x-goog-api-key'],
      ['cohere', 'cohere', 'authorization'],
    ]);
  });

  it('knows others that speak the dialect of OpenAI, at their own addresses', () => {
    const rows = [...createCatalog({}).values()].slice(4);
    expect(new Set(rows.map(({ dialect }) => dialect))).toEqual(new Set(['openai-chat']));
    expect(rows.map(({ id, origin, basePath }) => `${id} ${origin}${basePath}`)).toEqual([
      'groq https://api.groq.com/openai/v1',
      'mistral https://api.mistral.ai/v1',
      'deepseek https://api.deepseek.com/v1',
      'xai https://api.x.ai/v1',
      'openrouter https://openrouter.ai/api/v1',
      'together https://api.together.xyz/v1',
      'cerebras https://api.cerebras.ai/v1',
      'ollama http://127.0.0.1:11434/v1',
      'lmstudio http://127.0.0.1:1234/v1',
      'vllm http://127.0.0.1:8000/v1',
    ]);
  });

  it.each([
    ['https://proxy.example', 'https://proxy.example', '/v1'],
    ['https://proxy.example/', 'https://proxy.example', '/v1'],
    ['https://proxy.example/v1', 'https://proxy.example', '/v1'],
    ['http://127.0.0.1:8080/openai/v1/', 'http://127.0.0.1:8080', '/openai/v1'],
  ])('takes a base URL with or without its path: %s', (url, origin, basePath) => {
    const catalog = createCatalog({ openai: url });
    expect(catalog.get('openai')).toMatchObject({ origin, basePath, dialect: 'openai-chat' });
    expect(catalog.get('anthropic')?.origin).toBe('https://api.anthropic.com');
  });

  it('says which base URL is none', () => {
    expect(() => createCatalog({ gemini: 'not a url' })).toThrow(/Google Gemini is not a URL: not a url/);
  });
});

describe('the API of OpenAI that a call goes to', () => {
  const row = createCatalog({ openai: 'http://127.0.0.1:1/v1' }).get('openai');
  const dialectFor = (name: string, api: 'chat' | 'responses' | null, inbound: DialectName): string | undefined =>
    row && rowFor(row, { name, model: api === null ? null : { api } }, inbound).dialect;

  it.each<[name: string, api: 'chat' | 'responses' | null, inbound: DialectName, outbound: DialectName]>([
    ['gpt-4.1', 'chat', 'openai-chat', 'openai-chat'],
    ['gpt-4.1', 'chat', 'openai-responses', 'openai-responses'],
    ['gpt-4.1', 'chat', 'anthropic', 'openai-chat'],
    ['gpt-5-pro', 'responses', 'openai-chat', 'openai-responses'],
    ['gpt-5-codex', 'responses', 'gemini', 'openai-responses'],
    ['gpt-6.1-pro', null, 'anthropic', 'openai-responses'],
    ['gpt-6-codex-mini', null, 'openai-chat', 'openai-responses'],
    ['gpt-6', null, 'openai-chat', 'openai-chat'],
    ['gpt-4o-audio-preview', null, 'openai-responses', 'openai-chat'],
    ['gpt-4o-search-preview', null, 'openai-responses', 'openai-chat'],
  ])('of %s (%s), asked for in %s, is %s', (name, api, inbound, outbound) => {
    expect(dialectFor(name, api, inbound)).toBe(outbound);
  });

  it('lies at the same address as the other one', () => {
    expect(row?.inResponses).toMatchObject({ id: 'openai', origin: 'http://127.0.0.1:1', basePath: '/v1' });
  });

  it('is one for OpenAI alone: others are called in Chat, and their models that lack it are not listed', () => {
    const groq = createCatalog({}).get('groq');
    expect(groq && rowFor(groq, { name: 'gpt-oss-120b', model: null }, 'openai-responses').dialect).toBe('openai-chat');
    const model = { api: 'responses', provider: 'openai' } as Parameters<typeof isServed>[0];
    expect(isServed(model)).toBe(true);
    expect(isServed({ ...model, provider: 'xai' })).toBe(false);
  });
});
