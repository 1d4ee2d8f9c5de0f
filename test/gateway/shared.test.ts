import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failing } from '../fake-answers.ts';
import { createEcho, echo, type FakeHandler } from '../fake-echo.ts';
import { ask, SOON, type Started, startGateway } from './start.ts';

let started: Started;
let release: () => void;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(async () => {
  await started.forget();
  const gate = Promise.withResolvers<void>();
  release = gate.resolve;
  started.openai.respond(behind(gate.promise));
  started.anthropic.respond(behind(gate.promise));
});
afterAll(() => started.close());

const behind =
  (gate: Promise<void>): FakeHandler =>
  async (request, response) => {
    await gate;
    await echo(request, response);
  };

const metadataOf = async (response: Response) =>
  ((await response.json()) as { metadata: { cache_hit: boolean; cost_usd: number } }).metadata;

describe('identical requests at the same time', () => {
  it.each([
    ['gpt-4.1', 'openai'],
    ['claude-haiku-4-5', 'anthropic'],
  ] as const)('share one call of %s, and the first pays', async (model, provider) => {
    const body = ask(model);
    const answers = [started.chat(body), started.chat(body), started.chat(body)];
    await expect.poll(() => started.gateway.openStreams(), SOON).toBe(3);
    release();
    const metadata = await Promise.all(answers.map(async (answer) => metadataOf(await answer)));
    expect(started[provider].calls()).toHaveLength(1);
    expect(metadata.filter(({ cache_hit }) => cache_hit)).toHaveLength(2);
    const rows = await started.rows();
    expect(rows.map(({ cache }) => cache).sort()).toEqual(['miss', 'shared', 'shared']);
    expect(rows.filter(({ costNano }) => costNano !== 0)).toEqual([expect.objectContaining({ cache: 'miss' })]);
    expect(rows.every((row) => row.model === model && row.status === 'ok')).toBe(true);
  });

  it('each get a whole stream, also one who comes late', async () => {
    started.openai.respond(createEcho({ text: 'one two three four five six seven eight', delayMs: 20 }));
    const body = ask('gpt-4.1', { stream: true });
    const first = await started.chat(body);
    const second = await started.chat(body);
    const bare = (text: string) => text.replace(/,"metadata":\{[^{}]*\}/, '');
    expect(bare(await second.text())).toBe(bare(await first.text()));
    expect(started.openai.calls()).toHaveLength(1);
    expect((await started.rows()).map(({ cache }) => cache).sort()).toEqual(['miss', 'shared']);
  });

  it('go on when the first leaves before there is an answer', async () => {
    const body = ask('gpt-4.1');
    const leaving = new AbortController();
    const first = started.chat(body, { signal: leaving.signal }).catch(() => undefined);
    await expect.poll(() => started.openai.calls().length, SOON).toBe(1);
    const others = [started.chat(body), started.chat(body)];
    await expect.poll(() => started.gateway.openStreams(), SOON).toBe(3);
    leaving.abort();
    await first;
    await expect.poll(() => started.gateway.openStreams(), SOON).toBe(2);
    release();
    for (const response of await Promise.all(others)) expect(response.status).toBe(200);
    const rows = await started.rows();
    expect(rows.map(({ status }) => status).sort()).toEqual(['cancelled', 'ok', 'ok']);
    expect(rows.filter((row) => row.status === 'ok' && row.costNano !== 0)).toHaveLength(1);
  });

  it('go on when the first leaves in the middle of the stream; the next one pays', async () => {
    started.openai.respond(createEcho({ text: 'one two three four five six seven eight nine ten', delayMs: 20 }));
    const body = ask('gpt-4.1', { stream: true });
    const leaving = new AbortController();
    const first = await started.chat(body, { signal: leaving.signal });
    const second = await started.chat(body);
    await first.body?.getReader().read();
    leaving.abort();
    const text = await second.text();
    expect(text).toContain('[DONE]');
    expect(text).toContain('"cache_hit":false');
    expect(started.openai.calls()).toHaveLength(1);
    expect(started.openai.calls()[0]?.abortedAtMs).toBeUndefined();
    const rows = await started.rows();
    const paid = rows.find(({ status }) => status === 'ok');
    expect(paid).toMatchObject({ cache: 'miss', costKind: 'exact', inputTokens: 11 });
    expect(paid?.costNano).toBeGreaterThan(0);
    expect(rows.find(({ status }) => status === 'cancelled')).toMatchObject({ cache: 'shared', costNano: 0 });
    expect((await started.chat(body)).headers.get('x-gateway-cache')).toBe('hit');
  });

  it('end the call when the last of them has left', async () => {
    started.openai.respond(createEcho({ text: 'a '.repeat(200), delayMs: 20 }));
    const body = ask('gpt-4.1', { stream: true });
    const leaving = new AbortController();
    await Promise.all([1, 2].map(() => started.chat(body, { signal: leaving.signal })));
    leaving.abort();
    await expect.poll(() => started.openai.calls()[0]?.abortedAtMs, SOON).toBeDefined();
    await expect
      .poll(async () => (await started.rows()).map(({ status }) => status), SOON)
      .toEqual(['cancelled', 'cancelled']);
    const rows = await started.rows();
    expect(rows.filter(({ costNano }) => costNano !== 0)).toHaveLength(1);
  });

  it('all fail where the call fails, and none of it is kept', async () => {
    started.openai.respond(failing(3, 500));
    const body = ask('gpt-4.1');
    const answers = await Promise.all([started.chat(body), started.chat(body)]);
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
    expect(started.openai.calls()).toHaveLength(3);
    expect((await started.chat(body)).status).toBe(200);
  });
});
