import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, answerJson } from '../fake-answers.ts';
import { echo } from '../fake-echo.ts';
import { ask, readEvents, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(() => {
  started.openai.respond(echo);
});
afterAll(() => started.close());

const reply = (more: object) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1760000000,
  model: 'gpt-4.1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, logprobs: null, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
  ...more,
});

describe('metadata', () => {
  it.each([
    ['no metadata of its own', undefined, {}],
    ['metadata', { topic: 'é "x"' }, { topic: 'é "x"' }],
    ['empty metadata', {}, {}],
    ['null', null, {}],
  ])('joins what the provider sent: %s', async (_, own, kept) => {
    started.openai.respond(answerJson(reply(own === undefined ? {} : { metadata: own, service_tier: 'default' })));
    const answer = await (await started.chat(ask('gpt-4.1'))).json();
    expect(answer).toMatchObject({ id: 'chatcmpl-1', metadata: { ...kept, provider: 'openai', cache_hit: false } });
    expect(Object.keys((answer as { metadata: object }).metadata)).toHaveLength(7 + Object.keys(kept).length);
  });

  it('names a model whose name is in any script', async () => {
    started.openai.respond(answerJson(reply({})));
    const answer = await (await started.chat(ask('openai/模型-é'))).json();
    expect(answer).toMatchObject({ metadata: { model_used: '模型-é', provider: 'openai' } });
  });

  it('gives an answer that is written over several lines its metadata as well', async () => {
    const text = `${JSON.stringify(reply({}), null, 2)}\n`;
    started.openai.respond(answerBytes(text, {}, 200, { 'content-type': 'application/json' }));
    expect(await (await started.chat(ask('gpt-4.1'))).json()).toMatchObject({ metadata: { provider: 'openai' } });
  });

  it('is left out for a gateway key that wants none: the bytes are then those of the provider', async () => {
    const { key } = (await started.api('POST', '/gateway-keys', { name: 'bare', metadata: false })) as { key: string };
    const text = JSON.stringify(reply({}));
    started.openai.respond(answerBytes(text, {}, 200, { 'content-type': 'application/json' }));
    expect(await (await started.chat(ask('gpt-4.1'), { key })).text()).toBe(text);
    started.openai.respond(echo);
    for (const model of ['gpt-4.1', 'claude-haiku-4-5']) {
      const stream = await (await started.chat(ask(model, { stream: true }), { key })).text();
      expect(stream).not.toContain('metadata');
      expect(stream.endsWith('data: [DONE]\n\n')).toBe(true);
    }
    expect(await (await started.chat(ask('claude-haiku-4-5'), { key })).json()).not.toHaveProperty('metadata');
  });

  it('stands in the last chunk before [DONE], whoever answers', async () => {
    for (const model of ['gpt-4.1', 'claude-haiku-4-5', 'gemini-2.5-flash']) {
      const events = readEvents(await (await started.chat(ask(model, { stream: true }))).text());
      expect(events.at(-1)).toBe('[DONE]');
      const [first, last] = [events[0], events.at(-2)] as { id: string; model: string; created: number }[];
      expect(last).toMatchObject({ object: 'chat.completion.chunk', choices: [], metadata: { model_used: model } });
      expect([last?.model, last?.created, last?.id]).toEqual([first?.model, first?.created, first?.id]);
    }
  });
});

describe('headers', () => {
  it('say who answered, why, and what it cost', async () => {
    const response = await started.chat(ask('auto'));
    const body = (await response.json()) as { metadata: Record<string, unknown> };
    const header = (name: string) => response.headers.get(`x-gateway-${name}`);
    expect(header('request-id')).toBe(body.metadata.request_id);
    expect(header('model')).toBe(body.metadata.model_used);
    expect(header('provider')).toBe(body.metadata.provider);
    expect(header('complexity')).toBe(body.metadata.complexity);
    expect(header('cache')).toBe('miss');
    expect(Number(header('cost-usd'))).toBe(body.metadata.cost_usd);
    expect(Number(header('latency-ms'))).toBeGreaterThanOrEqual(0);
    expect(header('why')).toContain('cheapest');
  });

  it('stand on streams too, without what is not known yet', async () => {
    const response = await started.chat(ask('gpt-4.1', { stream: true }));
    await response.text();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-gateway-model')).toBe('gpt-4.1');
    expect(response.headers.get('x-gateway-request-id')).toBe((await started.row()).id);
    expect(response.headers.has('x-gateway-cost-usd')).toBe(false);
  });

  it('name the request on refusals, and why it was refused', async () => {
    const response = await started.chat({ model: 'gpt-4.1' });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-gateway-error')).toBe('invalid_request');
    expect(response.headers.get('x-gateway-request-id')).toBe((await started.row()).id);
  });

  it('name what a translation lost', async () => {
    const response = await started.chat(ask('claude-haiku-4-5', { frequency_penalty: 1, logit_bias: { 5: 1 } }));
    await response.text();
    expect(response.headers.get('x-gateway-losses')).toMatch(/frequency_penalty/);
    expect(response.headers.get('x-gateway-losses')).toMatch(/logit_bias/);
    expect((await started.row()).losses.length).toBeGreaterThan(1);
  });
});

describe('GET /v1/models', () => {
  it('lists auto first, then every model that can be called, each of which can be had alone', async () => {
    const { data } = await started.sdk().models.list();
    expect(data.slice(0, 3).map(({ id }) => id)).toEqual(['auto', 'auto:economy', 'auto:quality']);
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['openai/gpt-4.1', 'anthropic/claude-haiku-4-5']));
    expect(data.some(({ id }) => id.startsWith('demo/') || id.startsWith('deepseek/'))).toBe(false);
    expect(await started.sdk().models.retrieve('openai/gpt-4.1')).toMatchObject({
      object: 'model',
      owned_by: 'openai',
    });
    await expect(started.sdk().models.retrieve('nobody')).rejects.toMatchObject({ status: 404, code: 'unknown_model' });
  });
});
