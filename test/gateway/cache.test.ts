import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, failing, loadFixture } from '../fake-answers.ts';
import { createEcho } from '../fake-echo.ts';
import { ask, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(async () => {
  await started.api('PATCH', '/settings', { cache: { enabled: true, ttlMs: 3_600_000, maxBytes: 1024 * 1024 } });
  await started.heal(['gpt-4.1']);
  await started.forget();
});
afterAll(() => started.close());

type ProviderId = 'openai' | 'anthropic' | 'gemini';

const TARGETS: [ProviderId, string][] = [
  ['openai', 'gpt-4.1'],
  ['anthropic', 'claude-haiku-4-5'],
  ['gemini', 'gemini-2.5-flash'],
];

const key = async (options: object) =>
  ((await started.api('POST', '/gateway-keys', { name: 'another', ...options })) as { key: string }).key;

/** Without what differs from exchange to exchange. */
const bare = (text: string) => text.replace(/,?"metadata":\{[^{}]*\}/, '');

describe.each(TARGETS)('an answer of %s that was given before', (provider, model) => {
  it.each([false, true])('is given again, the same but for its metadata (stream: %s)', async (stream) => {
    const body = ask(model, { stream, temperature: 0.9 });
    const first = await started.chat(body);
    const second = await started.chat(body);
    expect([first.headers.get('x-gateway-cache'), second.headers.get('x-gateway-cache')]).toEqual(['miss', 'hit']);
    const [one, two] = [await first.text(), await second.text()];
    expect(bare(two)).toBe(bare(one));
    expect(two).toContain('"cache_hit":true');
    expect(two).toContain('"cost_usd":0,');
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(started[provider].calls()).toHaveLength(1);
    expect(await started.rows()).toMatchObject([
      { cache: 'hit', costNano: 0, costKind: 'exact', status: 'ok', provider, model, inputTokens: 11, stream },
      { cache: 'miss', costKind: 'exact', inputTokens: 11 },
    ]);
  });

  it('is asked for anew where anything differs', async () => {
    const body = ask(model);
    for (const other of [
      body,
      { ...body, seed: 1 },
      { ...body, stream: true },
      { ...body, messages: [...body.messages], user: 'x' },
    ])
      await (await started.chat(other)).text();
    expect(started[provider].calls()).toHaveLength(4);
  });
});

describe('what is kept', () => {
  it('belongs to one gateway key', async () => {
    const body = ask('gpt-4.1');
    const other = await key({});
    await (await started.chat(body)).text();
    expect((await started.chat(body, { key: other })).headers.get('x-gateway-cache')).toBe('miss');
    expect(started.openai.calls()).toHaveLength(2);
  });

  it('is nothing for a key that wants no cache, nor with the cache off', async () => {
    const body = ask('gpt-4.1');
    const other = await key({ cache: false });
    for (let turn = 0; turn < 2; turn++) {
      const response = await started.chat(body, { key: other });
      expect(response.headers.get('x-gateway-cache')).toBe('off');
      await response.text();
    }
    await started.api('PATCH', '/settings', { cache: { enabled: false } });
    for (let turn = 0; turn < 2; turn++) await (await started.chat(body)).text();
    expect(started.openai.calls()).toHaveLength(4);
  });

  it.each(['no-store', 'No-Store, max-age=0'])('is left alone by %s, which leaves no trace', async (control) => {
    const body = ask('gpt-4.1');
    const headers = { 'cache-control': control };
    await (await started.chat(body, { headers })).text();
    await (await started.chat(body)).text();
    await (await started.chat(body, { headers })).text();
    expect(started.openai.calls()).toHaveLength(3);
    expect((await started.rows()).map(({ cache }) => cache)).toEqual(['off', 'miss', 'off']);
  });

  it('is replaced by an answer that was asked for with no-cache', async () => {
    const body = ask('gpt-4.1');
    await (await started.chat(body)).text();
    started.openai.respond(createEcho({ text: 'Newer.' }));
    const anew = await started.chat(body, { headers: { 'cache-control': 'no-cache' } });
    expect(await anew.text()).toContain('Newer.');
    expect(anew.headers.get('x-gateway-cache')).toBe('miss');
    const again = await started.chat(body);
    expect([again.headers.get('x-gateway-cache'), (await again.text()).includes('Newer.')]).toEqual(['hit', true]);
  });

  it('is no longer given where what was asked for in its place is too large to be kept', async () => {
    await started.api('PATCH', '/settings', { cache: { maxBytes: 8000 } });
    const body = ask('gpt-4.1');
    started.openai.respond(createEcho());
    await (await started.chat(body)).text();
    expect((await started.chat(body)).headers.get('x-gateway-cache')).toBe('hit');
    started.openai.respond(createEcho({ text: 'x'.repeat(9000) }));
    await (await started.chat(body, { headers: { 'cache-control': 'no-cache' } })).text();
    expect((await started.chat(body)).headers.get('x-gateway-cache')).toBe('miss');
  });

  it('is no longer given once the keys of providers have changed', async () => {
    const body = ask('gpt-4.1');
    await (await started.chat(body)).text();
    await started.api('POST', '/provider-keys', { provider: 'anthropic', key: 'sk-ant-another-key' });
    expect((await started.chat(body)).headers.get('x-gateway-cache')).toBe('miss');
  });

  it('goes after its time', async () => {
    await started.api('PATCH', '/settings', { cache: { ttlMs: 30 } });
    const body = ask('gpt-4.1');
    await (await started.chat(body)).text();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await started.chat(body)).headers.get('x-gateway-cache')).toBe('miss');
  });

  it('is bounded in bytes: the oldest goes first, and what is too large is not kept', async () => {
    await started.api('PATCH', '/settings', { cache: { maxBytes: 8000 } });
    const large = ask('gpt-4.1');
    started.openai.respond(createEcho({ text: 'x'.repeat(9000) }));
    await (await started.chat(large)).text();
    expect((await started.chat(large)).headers.get('x-gateway-cache')).toBe('miss');
    started.openai.respond(createEcho());
    const questions = Array.from({ length: 16 }, () => ask('gpt-4.1'));
    for (const body of questions) await (await started.chat(body)).text();
    const again = await Promise.all([questions[0], questions[15]].map((body) => started.chat(body ?? {})));
    expect(again.map((response) => response.headers.get('x-gateway-cache'))).toEqual(['miss', 'hit']);
  });

  it('is never an error, nor half an answer', async () => {
    const body = ask('gpt-4.1', { stream: true });
    const { body: bytes } = loadFixture('openai-chat/stream-text.1');
    started.openai.respond([answerBytes(bytes, { bytes: 1000 }), ...failing(3, 500), createEcho()]);
    expect(await (await started.chat(body)).text()).toContain('provider_truncated');
    expect((await started.chat(body)).status).toBe(500);
    const response = await started.chat(body);
    expect([response.status, response.headers.get('x-gateway-cache')]).toEqual([200, 'miss']);
    expect(await response.text()).toContain('[DONE]');
  });
});
