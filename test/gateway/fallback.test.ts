import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerJson, loadFixture, rateLimited, replay, resetSocket } from '../fake-answers.ts';
import { echo, type FakeHandler } from '../fake-echo.ts';
import { ask, type Started, startGateway } from './start.ts';

let started: Started;
beforeEach(async () => {
  started = await startGateway();
});
afterEach(() => started.close());

const PROVIDERS = ['openai', 'anthropic', 'gemini'] as const;

interface Explanation {
  model: string;
  provider: (typeof PROVIDERS)[number];
  candidates: { model: string; provider: string; verdict: string }[];
}

/** What `auto` would choose, asked without calling anyone. */
async function explain(body: object): Promise<Explanation> {
  const response = await fetch(`${started.url}/v1/route`, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Explanation;
}

describe('auto', () => {
  it.each([
    ['refuses the key', answerJson(loadFixture('authored/openai/error-401').json, 401)],
    ['asks for more patience than there is', rateLimited(60)],
    ['is out of credit', replay('authored/openai/error-429-quota')],
    ['breaks every connection', resetSocket],
  ] as [string, FakeHandler][])('goes to another provider where the first %s', async (_, handler) => {
    const body = ask('auto');
    const { provider, candidates } = await explain(body);
    started[provider].respond(handler);
    const response = await started.chat(body);
    expect(response.status).toBe(200);
    const { metadata } = (await response.json()) as { metadata: { provider: string; model_used: string } };
    expect(metadata.provider).not.toBe(provider);
    expect(candidates.filter(({ verdict }) => verdict.startsWith('fallback')).map(({ model }) => model)).toContain(
      metadata.model_used,
    );
    const row = await started.row();
    expect(row).toMatchObject({ status: 'ok', provider: metadata.provider, model: metadata.model_used });
    expect(row.fallbacks).toBeGreaterThan(0);
    expect(row.why).toContain('failed');
    expect(response.headers.get('x-gateway-provider')).toBe(metadata.provider);
  });

  it('says what the last one said where all have failed', async () => {
    for (const provider of PROVIDERS) started[provider].respond(answerJson({ error: { message: 'No.' } }, 403));
    const response = await started.chat(ask('auto'));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('No.');
    expect(await started.row()).toMatchObject({ status: 'error', errorCode: 'provider_forbidden', fallbacks: 3 });
  });

  it('goes nowhere else with a request that is wrong', async () => {
    for (const provider of PROVIDERS) started[provider].respond(answerJson({ error: { message: 'Wrong.' } }, 400));
    expect((await started.chat(ask('auto'))).status).toBe(400);
    expect(PROVIDERS.flatMap((provider) => started[provider].calls())).toHaveLength(1);
  });

  it('falls back in streams as well, before the first byte', async () => {
    const body = ask('auto', { stream: true });
    const { provider } = await explain(body);
    started[provider].respond(answerJson({ error: { message: 'No.' } }, 403));
    const text = await (await started.chat(body)).text();
    expect(text.trimEnd().endsWith('[DONE]')).toBe(true);
    expect(await started.row()).toMatchObject({ status: 'ok', stream: true, fallbacks: 1 });
  });

  it('leaves a target alone that keeps failing, and others take its place at once', async () => {
    const { provider, model } = await explain(ask('auto'));
    started[provider].respond(resetSocket);
    for (let turn = 0; turn < 2; turn++) await (await started.chat(ask('auto'))).text();
    const before = started[provider].calls().length;
    const next = await explain(ask('auto'));
    expect(next.model).not.toBe(model);
    expect(next.candidates.find((candidate) => candidate.model === model)?.verdict).toMatch(/circuit|failing/);
    expect(started[provider].calls()).toHaveLength(before);
  });
});

describe('a model that was asked for by name', () => {
  it.each(['gpt-4.1', 'openai/gpt-4.1'])('is never replaced by another: %s', async (model) => {
    started.openai.respond(answerJson({ error: { message: 'No.' } }, 403));
    expect((await started.chat(ask(model))).status).toBe(403);
    expect([...started.anthropic.calls(), ...started.gemini.calls()]).toEqual([]);
    expect(started.openai.calls()).toHaveLength(1);
    expect(await started.row()).toMatchObject({ provider: 'openai', model: 'gpt-4.1', fallbacks: 0 });
  });

  it('is left alone for a while after failing again and again, and says so', async () => {
    started.openai.respond(resetSocket);
    for (let turn = 0; turn < 2; turn++) expect((await started.chat(ask('gpt-4.1'))).status).toBe(502);
    const response = await started.chat(ask('gpt-4.1'));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'no_candidate' } });
    started.openai.respond(echo);
    expect((await started.chat(ask('gpt-4.1-mini'))).status).toBe(200);
  });
});
