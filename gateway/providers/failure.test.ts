import { describe, expect, it } from 'vitest';
import { loadFixture } from '../../test/fake-answers.ts';
import { outbounds } from '../dialects/index.ts';
import { createCatalog, type Provider } from './catalog.ts';
import { readFailure } from './failure.ts';

function providerOf(id: string): Provider {
  const provider = createCatalog({}).get(id);
  if (provider === undefined) throw new Error(`No provider ${id}.`);
  return provider;
}

const said = (provider: string, status: number, text: string, headers: Record<string, string> = {}) => {
  const row = providerOf(provider);
  const body = Buffer.from(text);
  const json: unknown = /^[{[]/.test(text) ? JSON.parse(text) : text;
  const type = { 'content-type': 'application/json' };
  return readFailure(
    row,
    { status, headers: { ...type, ...headers }, body },
    outbounds[row.dialect].readError(status, json),
  );
};

const MEANT: Record<string, number> = {
  provider_refused_key: 401,
  provider_no_credit: 402,
  provider_rate_limited: 429,
  provider_overloaded: 503,
  context_too_long: 400,
};

describe('what a refusal means', () => {
  it.each([
    ['openai', 'openai/error-400-context-length', 'context_too_long'],
    ['openai', 'openai/error-400-unknown-argument', 'provider_invalid_request'],
    ['openai', 'openai/error-401', 'provider_refused_key'],
    ['openai', 'openai/error-403', 'provider_forbidden'],
    ['openai', 'openai/error-404', 'provider_unknown_model'],
    ['openai', 'openai/error-429-quota', 'provider_no_credit'],
    ['openai', 'openai/error-429-rate', 'provider_rate_limited'],
    ['openai', 'openai/error-500', 'provider_failed'],
    ['openai', 'openai/error-503', 'provider_overloaded'],
    ['anthropic', 'anthropic/error-400-credit', 'provider_no_credit'],
    ['anthropic', 'anthropic/error-400-prompt-too-long', 'context_too_long'],
    ['anthropic', 'anthropic/error-401', 'provider_refused_key'],
    ['anthropic', 'anthropic/error-429', 'provider_rate_limited'],
    ['anthropic', 'anthropic/error-529', 'provider_overloaded'],
    ['gemini', 'gemini/error-400-bad-key', 'provider_refused_key'],
    ['gemini', 'gemini/error-400', 'provider_invalid_request'],
    ['gemini', 'gemini/error-404', 'provider_unknown_model'],
    ['gemini', 'gemini/error-429', 'provider_rate_limited'],
    ['gemini', 'gemini/error-500', 'provider_failed'],
    ['gemini', 'gemini/error-503', 'provider_overloaded'],
    ['cohere', 'cohere/error-400', 'provider_invalid_request'],
    ['cohere', 'cohere/error-401', 'provider_refused_key'],
    ['cohere', 'cohere/error-404', 'provider_unknown_model'],
    ['cohere', 'cohere/error-429', 'provider_rate_limited'],
    ['cohere', 'cohere/error-500', 'provider_failed'],
    ['deepseek', 'deepseek/error-402', 'provider_no_credit'],
    ['groq', 'groq/error-413', 'provider_rate_limited'],
    ['groq', 'groq/error-429', 'provider_rate_limited'],
    ['mistral', 'mistral/error-422', 'provider_invalid_request'],
    ['mistral', 'mistral/error-429', 'provider_rate_limited'],
    ['openrouter', 'openrouter/error-402', 'provider_no_credit'],
    ['openrouter', 'openrouter/error-502', 'provider_failed'],
    ['xai', 'xai/error-400', 'provider_refused_key'],
  ])('of %s in %s is %s', (provider, fixture, code) => {
    const { status, body, json } = loadFixture(`authored/${fixture}`);
    const error = said(provider, status, body.toString());
    expect(error).toMatchObject({ code, status: MEANT[code] ?? status, provider });
    expect(error.verbatim?.status).toBe(code === 'provider_rate_limited' ? 429 : status);
    expect(error.message.length).toBeGreaterThan(providerOf(provider).title.length + 5);
    expect(error.verbatim?.body.toString()).toBe(JSON.stringify(json).replace(/sk-[\w.*-]+/, '[key]'));
  });

  it('inside 200 or a stream goes by what the error says of itself, or is the gateway’s 502', () => {
    const row = providerOf('openai');
    const answer = { status: 200, headers: {}, body: Buffer.alloc(0) };
    expect(readFailure(row, answer, { status: 429, message: 'Slow down.' })).toMatchObject({
      code: 'provider_rate_limited',
      status: 429,
    });
    expect(readFailure(row, answer, { message: 'Odd.' })).toMatchObject({
      code: 'provider_failed',
      status: 502,
      verbatim: undefined,
    });
  });
});

describe('how long to wait', () => {
  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after': 'Wed, 01 Jan 2020 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j means %s ms', (headers, expected) => {
    expect(said('openai', 429, '{"error":{"message":"Slow."}}', headers as Record<string, string>).retryAfterMs).toBe(
      expected,
    );
  });

  it('may be a date to come', () => {
    const until = new Date(Date.now() + 60_000).toUTCString();
    const wait = said('openai', 429, '{"error":{"message":"Slow."}}', { 'retry-after': until }).retryAfterMs ?? 0;
    expect(wait > 50_000 && wait <= 60_000).toBe(true);
  });
});

describe('what is passed on', () => {
  it.each([
    'sk-proj-abcDEF123',
    'sk-ant-api03-xyz_987',
    'AIzaSyA1b2C3d4',
    'csk-abcdef123',
    'gsk_abcdef123',
    'xai-abcdef123',
    'AQ.Ab8RN6abcdef',
    'Bearer anything-at-all',
    'gw_secretsecret',
  ])('holds no key: %s', (key) => {
    const error = said('openai', 401, JSON.stringify({ error: { message: `Wrong key: ${key}!`, type: 'x' } }));
    expect(error.message).toBe('OpenAI: Wrong key: [key]!');
    expect(error.verbatim?.body.toString()).toBe('{"error":{"message":"Wrong key: [key]!","type":"x"}}');
  });

  it('is not a web page, nor what is too long to be an error', () => {
    for (const provider of ['openai', 'anthropic', 'gemini']) {
      const page = said(provider, 502, '<html><body>Bad Gateway</body></html>');
      expect([page.verbatim, page.message.includes('<')]).toEqual([undefined, false]);
      expect(page.message).toContain('web page');
    }
    const long = said('openai', 400, JSON.stringify({ error: { message: 'x'.repeat(100_000) } }));
    expect([long.verbatim, long.message.length]).toEqual([undefined, 2008]);
  });
});
