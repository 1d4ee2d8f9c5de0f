import { describe, expect, it } from 'vitest';
import { takeProviderSettings } from './environment.ts';

const warnings: string[] = [];
const log = { info: () => undefined, warn: (message: string) => void warnings.push(message), error: () => undefined };

describe('provider settings in the environment', () => {
  it('are taken, and the keys are gone from the environment afterwards', () => {
    const environment = {
      OPENAI_API_KEY: 'sk-1',
      ANTHROPIC_API_KEY: ' sk-ant-2\n',
      GOOGLE_API_KEY: 'AI3',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1/',
      PATH: '/bin',
    };
    expect(takeProviderSettings(environment, 4556, log)).toEqual({
      environmentKeys: [
        { provider: 'openai', key: 'sk-1', variable: 'OPENAI_API_KEY' },
        { provider: 'anthropic', key: 'sk-ant-2', variable: 'ANTHROPIC_API_KEY' },
        { provider: 'gemini', key: 'AI3', variable: 'GOOGLE_API_KEY' },
      ],
      baseUrls: { openai: 'http://127.0.0.1:9/v1' },
    });
    expect(environment).toEqual({ OPENAI_BASE_URL: 'http://127.0.0.1:9/v1/', PATH: '/bin' });
  });

  it('prefer GEMINI_API_KEY to GOOGLE_API_KEY, and forget both', () => {
    const environment = { GOOGLE_API_KEY: 'second', GEMINI_API_KEY: 'first' };
    expect(takeProviderSettings(environment, 4556, log).environmentKeys).toEqual([
      { provider: 'gemini', key: 'first', variable: 'GEMINI_API_KEY' },
    ]);
    expect(environment).toEqual({});
  });

  it('count as absent when empty', () => {
    expect(takeProviderSettings({ OPENAI_API_KEY: ' ', OPENAI_BASE_URL: '' }, 4556, log)).toEqual({
      environmentKeys: [],
      baseUrls: {},
    });
  });

  it('leave out a key that no header can carry, without showing it', () => {
    warnings.length = 0;
    expect(takeProviderSettings({ OPENAI_API_KEY: 'sk-ü\r\nx' }, 4556, log).environmentKeys).toEqual([]);
    expect(warnings).toEqual(['OPENAI_API_KEY holds characters that no key has. It is not used.']);
  });

  it('are left out where they lead back to the gateway itself', () => {
    warnings.length = 0;
    const environment = {
      OPENAI_API_KEY: 'gw_abc',
      OPENAI_BASE_URL: 'http://localhost:4556/v1',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:4556',
      GEMINI_BASE_URL: 'http://127.0.0.1:4557',
    };
    expect(takeProviderSettings(environment, 4556, log)).toEqual({
      environmentKeys: [],
      baseUrls: { gemini: 'http://127.0.0.1:4557' },
    });
    expect(warnings).toEqual([
      'OPENAI_API_KEY holds a gateway key, which is for tools. It is not used.',
      'OPENAI_BASE_URL leads to this gateway, which is for tools. It is not used.',
      'ANTHROPIC_BASE_URL leads to this gateway, which is for tools. It is not used.',
    ]);
  });

  it.each(['localhost:1', 'ftp://a', '/v1'])('refuse the base URL %s', (url) => {
    expect(() => takeProviderSettings({ GEMINI_BASE_URL: url }, 4556, log)).toThrow('GEMINI_BASE_URL must be a URL');
  });
});
