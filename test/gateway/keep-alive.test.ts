import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, answerJson, hang, loadFixture } from '../fake-answers.ts';
import type { FakeHandler } from '../fake-echo.ts';
import { ask, SOON, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  const timeouts = { keepAliveMs: 100, firstByteMs: 300, silenceMs: 300, wholeReplyMs: 20_000 };
  started = await startGateway({ settings: { timeouts, retryAfterMaxMs: 0 } });
});
beforeEach(() => started.forget());
afterAll(() => started.close());

const CHAT = loadFixture('openai-chat/stream-text.1').body;
const MESSAGES = loadFixture('anthropic/stream-text.1').body;

/** Says so many events, thinks until it is told to go on, and says the rest. */
function thinker(body: Buffer, events: number, pieces = 1) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const handler: FakeHandler = async (request, response) => {
    await answerBytes(body, { events, ending: 'hang' })(request, response);
    await promise;
    let at = 0;
    for (let seen = 0; seen < events; seen++) at = body.indexOf('\n\n', at) + 2;
    for (let piece = 0; piece < pieces; piece++) response.write(body.subarray(at));
    response.end();
  };
  return { handler, goOn: resolve };
}

const PATHS: [string, string, (model: string) => object, RegExp][] = [
  ['OpenAI Chat', '/v1/chat/completions', (model) => ({ ...ask(model), reasoning_effort: 'high' }), /^: keep-alive$/m],
  [
    'Responses',
    '/v1/responses',
    (model) => ({ model, input: ask('').messages, reasoning: { effort: 'high' } }),
    /^: keep-alive$/m,
  ],
  [
    'Anthropic',
    '/v1/messages',
    (model) => ({ ...ask(model), max_tokens: 4096, thinking: { type: 'enabled', budget_tokens: 2048 } }),
    /^event: ping\ndata: \{"type":"ping"\}$/m,
  ],
  [
    'Gemini',
    '/v1beta/models/MODEL:streamGenerateContent?alt=sse',
    () => ({
      contents: [{ parts: [{ text: ask('').messages[0]?.content }] }],
      generationConfig: { thinkingConfig: { thinkingBudget: 1024 } },
    }),
    /^\n\n/,
  ],
];

const post = (path: string, model: string, body: object, signal?: AbortSignal) =>
  fetch(started.url + path.replace('MODEL', model), {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, stream: true }),
    ...(signal && { signal }),
  });

/** Reads until the text so far matches, tells it, then reads on to the end. */
async function readUntil(response: Response, wanted: RegExp, then: () => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let told = false;
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    if (told || !wanted.test(text)) continue;
    told = true;
    then();
  }
  return text;
}

describe.each(PATHS)('a client of %s', (_, path, bodyOf, sign) => {
  it.each([
    ['claude-haiku-4-5', 'anthropic', MESSAGES],
    ['o3', 'openai', CHAT],
  ] as const)('gets signs of life while %s thinks before its first event', async (model, id, body) => {
    const { handler, goOn } = thinker(path === '/v1/responses' && id === 'openai' ? RESPONSES : body, 0);
    started[id].respond(handler);
    const response = await post(path, model, bodyOf(model));
    expect(response.status).toBe(200);
    const text = await readUntil(response, sign, goOn);
    expect(text).toMatch(sign);
    expect(await started.row()).toMatchObject({ status: 'ok', retries: 0, fallbacks: 0 });
    expect(started[id].calls()).toHaveLength(1);
  });

  it('gets them in the middle of an answer, which stays whole', async () => {
    const { handler, goOn } = thinker(MESSAGES, 4);
    started.anthropic.respond(handler);
    const response = await post(path, 'claude-haiku-4-5', bodyOf('claude-haiku-4-5'));
    const signs = new RegExp(`(${sign.source.replace(/^\^/, '')})`, 'm');
    await readUntil(response, path.includes('Gemini') ? /\n\n\n\n/ : signs, goOn);
    expect(await started.row()).toMatchObject({ status: 'ok', costKind: 'exact' });
  });
});

const RESPONSES = loadFixture('openai-responses/stream-text.1').body;

describe('signs of life', () => {
  it('do not hide an error that comes instead of an answer', async () => {
    started.openai.respond(async (request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await answerJson({ error: { message: 'Wrong field', type: 'invalid_request_error' } }, 400)(request, response);
    });
    const response = await post('/v1/chat/completions', 'o3', ask('o3'));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Wrong field');
  });

  it('end in an error event where the provider breaks off after them', async () => {
    started.openai.respond(answerBytes('', { ending: 'hang' }));
    const response = await post('/v1/chat/completions', 'o3', ask('o3'));
    const text = await readUntil(response, /^: keep-alive$/m, () => started.openai.drop());
    expect(text).toContain('"code":"provider_truncated"');
    expect(text).not.toContain('[DONE]');
    expect(await started.row()).toMatchObject({ status: 'error', errorCode: 'provider_truncated' });
  });

  it('never stand within an event that comes in pieces', async () => {
    const cut = MESSAGES.subarray(0, MESSAGES.indexOf('\n\n') + 20);
    const { promise, resolve } = Promise.withResolvers<void>();
    started.anthropic.respond(async (request, response) => {
      await answerBytes(cut, { ending: 'hang' })(request, response);
      await promise;
      response.end(MESSAGES.subarray(cut.length));
    });
    setTimeout(resolve, 500);
    const [, path, bodyOf] = PATHS[2] ?? [];
    const response = await post(String(path), 'claude-haiku-4-5', bodyOf?.('claude-haiku-4-5') ?? {});
    expect(await response.text()).toBe(MESSAGES.toString());
    expect(await started.row()).toMatchObject({ status: 'ok' });
  });

  it('are white space in a JSON array', async () => {
    const { handler, goOn } = thinker(loadFixture('gemini/stream-text.1').body, 0);
    started.gemini.respond(handler);
    const path = '/v1beta/models/MODEL:streamGenerateContent';
    const [, , bodyOf] = PATHS[3] ?? [];
    const response = await post(path, 'gemini-2.5-flash', bodyOf?.('') ?? {});
    const text = await readUntil(response, /^\s/, goOn);
    expect(JSON.parse(text)).toBeInstanceOf(Array);
  });

  it('are passed over by the official SDKs', async () => {
    const answers: unknown[] = [];
    const think = () => {
      const { handler, goOn } = thinker(MESSAGES, 0);
      started.anthropic.respond(handler);
      setTimeout(goOn, 600);
    };
    const thinking = { type: 'enabled', budget_tokens: 2048 } as const;
    think();
    const anthropic = new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 });
    const message = anthropic.messages.stream({ ...ask('claude-haiku-4-5'), max_tokens: 4096, thinking });
    answers.push(await message.finalText());
    think();
    const chat = started
      .sdk()
      .chat.completions.stream({ ...ask('claude-haiku-4-5'), reasoning_effort: 'high', stream: true });
    answers.push(await chat.finalContent());
    think();
    const responses = started
      .sdk()
      .responses.stream({ model: 'claude-haiku-4-5', input: 'Think!', reasoning: { effort: 'high' } });
    answers.push((await responses.finalResponse()).output_text);
    think();
    const gemini = new GoogleGenAI({ apiKey: started.key, httpOptions: { baseUrl: started.url } });
    const config = { thinkingConfig: { thinkingBudget: 1024 } };
    let text = '';
    const chunks = await gemini.models.generateContentStream({ model: 'claude-haiku-4-5', contents: 'Think!', config });
    for await (const chunk of chunks) text += chunk.text ?? '';
    answers.push(text);
    expect(new Set(answers).size).toBe(1);
    expect(text).not.toBe('');
  });

  it('do not keep a model alive that has no reason to think', async () => {
    started.openai.respond(hang);
    const response = await post('/v1/chat/completions', 'gpt-4.1', ask('gpt-4.1'));
    expect(response.status).toBe(504);
    await expect.poll(() => started.openai.calls()[0]?.abortedAtMs, SOON).toBeDefined();
  });
});
