import { readFileSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerJson, hang, loadFixture, replay } from '../fake-answers.ts';
import { SOON, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(() => started.forget());
afterAll(() => started.close());

const encoding = new Tiktoken(o200k);
const anthropic = () => new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 });
const gemini = () => new GoogleGenAI({ apiKey: started.key, httpOptions: { baseUrl: started.url } });

const ask = (model: string, text = 'How many tokens is this?') => ({
  model,
  messages: [{ role: 'user' as const, content: text }],
});

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(started.url + path, {
    method: 'POST',
    headers: { 'x-api-key': started.key, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('a count of tokens', () => {
  it.each([
    ['claude-haiku-4-5', 101, 'anthropic', '/v1/messages/count_tokens'],
    ['gpt-4.1', 102, 'openai', '/v1/responses/input_tokens'],
    ['gemini-2.5-flash', 103, 'gemini', '/v1beta/models/gemini-2.5-flash:countTokens'],
  ] as const)(
    'for %s is asked of its provider, by clients of Anthropic and of Gemini',
    async (model, tokens, id, path) => {
      const { data, response } = await anthropic().messages.countTokens(ask(model)).withResponse();
      expect(data).toEqual({ input_tokens: tokens });
      expect(response.headers.get('x-gateway-count')).toBe('provider');
      expect(response.headers.get('x-gateway-model')).toBe(model);
      const counted = await gemini().models.countTokens({ model, contents: 'How many?' });
      expect(counted.totalTokens).toBe(tokens);
      expect(started[id].calls().map((call) => call.path)).toEqual([path, path]);
    },
  );

  it('goes to Anthropic in the bytes of its client, with its beta flags', async () => {
    const recorded = loadFixture('anthropic/count_tokens.1');
    started.anthropic.respond(replay('anthropic/count_tokens.1'));
    const response = await post('/v1/messages/count_tokens?beta=true', recorded.request?.body ?? {}, {
      'anthropic-beta': 'token-counting-2024-11-01',
    });
    expect(await response.json()).toEqual(recorded.json);
    const [call] = started.anthropic.calls();
    expect(JSON.parse(String(call?.body))).toEqual(recorded.request?.body);
    expect(call?.headers['anthropic-beta']).toBe('token-counting-2024-11-01');
  });

  it('goes to Gemini in the bytes of its client', async () => {
    const recorded = loadFixture('gemini/count_tokens.1');
    started.gemini.respond(replay('gemini/count_tokens.1'));
    const response = await post('/v1beta/models/gemini-2.5-flash:countTokens', recorded.request?.body ?? {});
    expect(await response.json()).toEqual(recorded.json);
    expect(JSON.parse(String(started.gemini.calls()[0]?.body))).toEqual(recorded.request?.body);
  });

  it('asks Anthropic only with what its endpoint takes', async () => {
    const tools = [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: { type: 'object' } }] }];
    const generateContentRequest = {
      contents: [{ parts: [{ text: 'Hi' }] }],
      systemInstruction: { parts: [{ text: 'Be kind.' }] },
      tools,
      generationConfig: { temperature: 1, maxOutputTokens: 9 },
    };
    await post('/v1beta/models/claude-haiku-4-5:countTokens', { generateContentRequest });
    expect(JSON.parse(String(started.anthropic.calls()[0]?.body))).toEqual({
      model: 'claude-haiku-4-5',
      messages: [{ role: 'user', content: expect.anything() }],
      system: expect.anything(),
      tools: [expect.objectContaining({ name: 'look' })],
    });
  });

  it('costs nothing and leaves no row', async () => {
    await anthropic().messages.countTokens(ask('gpt-4.1'));
    expect(await started.rows()).toEqual([]);
  });
});

describe('a provider that cannot count', () => {
  const broken: [string, Parameters<Started['openai']['respond']>[0]][] = [
    ['has no such endpoint', answerJson({ error: { message: 'no such path' } }, 404)],
    ['is overloaded', answerJson({ error: { message: 'later' } }, 503)],
    ['answers something else', answerJson({ hello: 1 })],
  ];
  it.each(broken)('(%s) leaves it to the gateway, which says that it is an estimate', async (_, handler) => {
    started.openai.respond(handler);
    const { data, response } = await anthropic().messages.countTokens(ask('gpt-4.1')).withResponse();
    expect(response.headers.get('x-gateway-count')).toBe('estimate');
    expect(data.input_tokens).toBeGreaterThan(5);
    expect(data.input_tokens).toBeLessThan(20);
  });

  it.each([
    ['English', readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8')],
    ['code', readFileSync(new URL('../../gateway/sse.ts', import.meta.url), 'utf8')],
    [
      'a large body, whose strings are folded',
      readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8').repeat(20),
    ],
  ])('is stood in for within a tenth on %s', async (_, text) => {
    started.openai.respond(answerJson({}, 404));
    const exact = encoding.encode(text.length > 100_000 ? text.slice(0, text.length / 20) : text).length;
    const expected = text.length > 100_000 ? exact * 20 : exact;
    const { input_tokens: counted } = await anthropic().messages.countTokens(ask('gpt-4.1', text));
    expect(Math.abs(counted - expected)).toBeLessThan(expected / 10);
  });

  it('for a signature that is not its own is stood in for too: an answer would do without', async () => {
    const message = 'messages.1.content.0: Invalid `signature` in `thinking` block';
    started.anthropic.respond(answerJson({ type: 'error', error: { type: 'invalid_request_error', message } }, 400));
    const thought = { type: 'thinking' as const, thinking: 'So.', signature: 'of-another' };
    const messages = [...ask('').messages, { role: 'assistant' as const, content: [thought] }, ...ask('').messages];
    const { response } = await anthropic().messages.countTokens({ model: 'claude-haiku-4-5', messages }).withResponse();
    expect(response.headers.get('x-gateway-count')).toBe('estimate');
  });

  it('counts tools, results and pictures as well', async () => {
    started.openai.respond(answerJson({}, 404));
    const plain = await anthropic().messages.countTokens(ask('gpt-4.1'));
    const schema = {
      type: 'object' as const,
      properties: { place: { type: 'string', description: 'Where to look.' } },
    };
    const image = {
      type: 'image' as const,
      source: { type: 'base64' as const, media_type: 'image/png' as const, data: 'iVBORw0KGgo=' },
    };
    const rich = await anthropic().messages.countTokens({
      model: 'gpt-4.1',
      tools: [{ name: 'look', description: 'Looks somewhere.', input_schema: schema }],
      messages: [
        ...ask('').messages,
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: { place: 'here' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [image] }] },
      ],
    });
    expect(rich.input_tokens).toBeGreaterThan(plain.input_tokens + 1000);
  });
});

describe('a count that cannot be had', () => {
  it('is an error in the shape of the client: the provider’s own words where it speaks the same', async () => {
    started.anthropic.respond(replay('authored/anthropic/error-400-extra-input'));
    const asking = anthropic().messages.countTokens(ask('claude-haiku-4-5'));
    await expect(asking).rejects.toBeInstanceOf(Anthropic.BadRequestError);
    await expect(asking).rejects.toMatchObject({ error: loadFixture('authored/anthropic/error-400-extra-input').json });
  });

  it('is an error for a stranger, an unknown model and a bad body', async () => {
    const stranger = new Anthropic({ baseURL: started.url, apiKey: 'gw_wrong', maxRetries: 0 });
    await expect(stranger.messages.countTokens(ask('gpt-4.1'))).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    await expect(anthropic().messages.countTokens(ask('nothing'))).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    const response = await post('/v1beta/models/gpt-4.1:countTokens', { contents: 5 });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: expect.objectContaining({ status: 'INVALID_ARGUMENT' }) }),
    ]);
  });

  it('is given up when the client leaves', async () => {
    started.anthropic.respond(hang);
    const leaving = new AbortController();
    const asking = anthropic()
      .messages.countTokens(ask('claude-haiku-4-5'), { signal: leaving.signal })
      .catch(() => {});
    await expect.poll(() => started.anthropic.calls().length, SOON).toBe(1);
    leaving.abort();
    await asking;
    await expect.poll(() => started.anthropic.calls()[0]?.abortedAtMs, SOON).toBeDefined();
  });
});
