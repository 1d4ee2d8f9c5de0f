import { describe, expect, it } from 'vitest';
import { createCatalog } from './catalog.ts';

describe('the catalog', () => {
  it('knows three providers, each with its own way of taking a key', () => {
    const rows = [...createCatalog({}).values()].map(({ id, dialect, auth }) => [id, dialect, auth.header]);
    expect(rows).toEqual([
      ['openai', 'openai-chat', 'authorization'],
      ['anthropic', 'anthropic', 'x-api-key'],
      ['gemini', 'gemini', 'x-goog-api-key'],
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
