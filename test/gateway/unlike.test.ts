import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerBytes, answerJson, loadFixture } from '../fake-answers.ts';
import { echo } from '../fake-echo.ts';
import { post } from './clients.ts';
import { ask, readEvents, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway({ keys: ['openai', 'anthropic'] });
});
afterEach(() => {
  started.openai.respond(echo);
  started.anthropic.respond(echo);
});
afterAll(() => started.close());

const reply = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1760000000,
  model: 'gpt-4.1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, logprobs: null, finish_reason: 'stop' }],
};
const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };

describe('a provider that answers a stream with one body', () => {
  it.each([true, false])('is told as a stream all the same (usage asked for: %s)', async (wanted) => {
    started.openai.respond(answerJson({ ...reply, usage }));
    const options = { stream: true, stream_options: { include_usage: wanted } };
    const response = await started.chat(ask('gpt-4.1', options));
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = readEvents(await response.text()) as { id: string; choices: { delta: { content?: string } }[] }[];
    expect(events.at(-1)).toBe('[DONE]');
    const chunks = events.slice(0, -1);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Yes.');
    expect(chunks.every(({ id }) => id === 'chatcmpl-1')).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ choices: [], metadata: { provider: 'openai' }, ...(wanted && { usage }) });
    expect(chunks.filter((chunk) => 'metadata' in chunk)).toHaveLength(1);
    expect(await started.row()).toMatchObject({ stream: true, inputTokens: 100, costKind: 'exact' });
  });

  it('of another dialect, too', async () => {
    started.anthropic.respond(answerJson(loadFixture('anthropic/json-text.1').json));
    const text = await (await started.chat(ask('claude-haiku-4-5', { stream: true }))).text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(await started.row()).toMatchObject({ status: 'ok', costKind: 'exact' });
  });

  it('and counted nothing is estimated', async () => {
    started.openai.respond(answerJson(reply));
    await (await started.chat(ask('gpt-4.1', { stream: true }))).text();
    expect(await started.row()).toMatchObject({ costKind: 'estimated', outputTokens: 2 });
  });
});

describe('a provider that answers with a stream where none was wanted', () => {
  it.each([
    ['openai', 'gpt-4.1', 'openai-chat/stream-text.1'],
    ['anthropic', 'claude-haiku-4-5', 'anthropic/stream-text.1'],
  ] as const)('%s is told as one body', async (provider, model, fixture) => {
    started[provider].respond(answerBytes(loadFixture(fixture).body));
    const response = await started.chat(ask(model));
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: expect.stringMatching(/\w/) }, finish_reason: 'stop' }],
      metadata: { provider },
    });
    expect(await started.row()).toMatchObject({ status: 'ok', stream: false });
  });
});

describe('a body for a model that the gateway chose', () => {
  it('is written in words that this model takes, and says what it lost', async () => {
    const body = ask('auto:quality', { max_tokens: 2000, temperature: 0.2, top_p: 0.9, prompt_cache_key: 'mine' });
    const only = await startGateway({ keys: ['openai'] });
    const response = await only.chat(body);
    expect(response.status).toBe(200);
    const row = await only.row();
    expect(row.model).toMatch(/^gpt-5|^o\d/);
    const sent = JSON.parse(only.openai.calls()[0]?.body.toString() ?? '');
    expect(sent).toMatchObject({ model: row.model, max_completion_tokens: 2000, prompt_cache_key: 'mine' });
    expect(sent).not.toHaveProperty('temperature');
    expect(sent).not.toHaveProperty('max_tokens');
    expect(response.headers.get('x-gateway-losses')).toContain('temperature');
    const stream = await only.chat({ ...body, stream: true });
    const events = readEvents(await stream.text()) as { id: string }[];
    expect(new Set(events.slice(0, -1).map(({ id }) => id)).size).toBe(1);
    await only.close();
  });

  it('is so where an alias stands for a model that thinks in another way', async () => {
    await started.api('POST', '/aliases', { name: 'claude-opus-9', target: 'claude-haiku-4-5' });
    const body = {
      ...ask('claude-opus-9', { max_tokens: 9000 }),
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
      metadata: { user_id: 'me' },
    };
    const response = await post(started, '/v1/messages', body);
    expect(response.status).toBe(200);
    const sent = JSON.parse(String(started.anthropic.calls().at(-1)?.body));
    expect(sent).toMatchObject({
      model: 'claude-haiku-4-5',
      thinking: { type: 'enabled' },
      metadata: { user_id: 'me' },
    });
    expect(sent).not.toHaveProperty('output_config');
    expect(response.headers.get('x-gateway-losses')).toContain('this model takes a thinking budget only');
  });

  it('goes as it is to a model that was named, come what may', async () => {
    const body = ask('gpt-5-mini', { max_tokens: 5, temperature: 0.2 });
    await (await started.chat(body)).text();
    expect(JSON.parse(started.openai.calls().at(-1)?.body.toString() ?? '')).toEqual(body);
  });
});
