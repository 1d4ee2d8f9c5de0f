import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerJson, failing, loadFixture, rateLimited, replay, resetSocket } from '../fake-answers.ts';
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

describe('a row', () => {
  interface Detail {
    latencyMs: number;
    attempts: { target: string; startMs: number; endMs: number | null; errorCode: string | null }[];
    answerHeaders: { name: string; value: string }[];
  }
  const detail = async () => (await started.api('GET', `/requests/${(await started.row()).id}`)) as Detail;

  it('tells each call: of whom, from when to when, and how it ended', async () => {
    const body = ask('auto');
    const { provider, model } = await explain(body);
    started[provider].respond([failing(1, 500)[0], answerJson({ error: { message: 'No.' } }, 403)]);
    const response = await started.chat(body);
    const { metadata } = (await response.json()) as { metadata: { provider: string; model_used: string } };
    const { attempts, latencyMs } = await detail();
    expect(attempts).toMatchObject([
      { target: `${provider}/${model}`, errorCode: 'provider_failed' },
      { target: `${provider}/${model}`, errorCode: 'provider_forbidden' },
      { target: `${metadata.provider}/${metadata.model_used}`, endMs: null, errorCode: null },
    ]);
    const moments = attempts.flatMap(({ startMs, endMs }) => [startMs, ...(endMs === null ? [] : [endMs])]);
    expect(moments).toEqual(moments.toSorted((one, other) => one - other));
    expect(moments.at(-1)).toBeLessThanOrEqual(latencyMs);
  });

  it('tells no calls of what succeeds at once, and what its provider said beside the answer', async () => {
    const headers = { 'x-request-id': 'req_of_openai', 'x-ratelimit-remaining-tokens': '1999' };
    started.openai.respond((request, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      return echo(request, response);
    });
    await (await started.chat(ask('gpt-4.1'))).text();
    const { attempts, answerHeaders } = await detail();
    expect(attempts).toEqual([]);
    expect(answerHeaders).toEqual(Object.entries(headers).map(([name, value]) => ({ name, value })));
  });

  it('tells the id of a call that was refused, and of a provider that was not reached nothing of the one before', async () => {
    started.openai.respond(answerJson({ error: { message: 'No.' } }, 403, { 'x-request-id': 'req_refused' }));
    await (await started.chat(ask('gpt-4.1'))).text();
    expect(await detail()).toMatchObject({
      attempts: [{ target: 'openai/gpt-4.1', errorCode: 'provider_forbidden' }],
      answerHeaders: [{ name: 'x-request-id', value: 'req_refused' }],
    });
    const [failure] = failing(1, 500);
    started.openai.respond([
      (request, response) => failure(request, response.setHeader('x-request-id', 'req_failed')),
      resetSocket,
    ]);
    await (await started.chat(ask('gpt-4.1-mini'))).text();
    expect(await detail()).toMatchObject({ attempts: [{}, {}, {}], answerHeaders: [] });
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
