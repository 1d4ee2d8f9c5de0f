import { describe, expect, it } from 'vitest';
import { createCatalog } from './catalog.ts';

describe('the catalog', () => {
  it('knows three providers with dialects of their own, each with its own way of taking a key', () => {
    const rows = [...createCatalog({}).values()].map(({ id, dialect, auth }) => [id, dialect, auth?.header]);
    expect(rows.slice(0, 3)).toEqual([
      ['openai', 'openai-chat', 'authorization'],
      ['anthropic', 'anthropic', 'x-api-key'],
      ['gemini', 'gemini', 'x-goog-api-key'],
    ]);
  });

  it('knows others that speak the dialect of OpenAI, at their own addresses', () => {
    const rows = [...createCatalog({}).values()].slice(3);
    expect(new Set(rows.map(({ dialect }) => dialect))).toEqual(new Set(['openai-chat']));
    expect(rows.map(({ id, origin, basePath }) => `${id} ${origin}${basePath}`)).toEqual([
      'groq https://api.groq.com/openai/v1',
      'mistral https://api.mistral.ai/v1',
      'deepseek https://api.deepseek.com/v1',
      'xai https://api.x.ai/v1',
      'openrouter https://openrouter.ai/api/v1',
      'together https://api.together.xyz/v1',
      'cerebras https://api.cerebras.ai/v1',
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
