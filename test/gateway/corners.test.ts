import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, loadFixture } from '../fake-answers.ts';
import { CLIENTS, post, STREAMS } from './clients.ts';
import { type Started, startGateway } from './start.ts';

/** The corners in which translations break, between each dialect of clients and each of providers. */

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(() => started.forget());
afterAll(() => started.close());

const PROVIDERS = {
  'OpenAI Chat': { id: 'openai', model: 'gpt-4.1', tools: 'authored/openai/stream-parallel-tools', input: 210 },
  'OpenAI Responses': {
    id: 'openai',
    model: 'gpt-5-codex',
    tools: 'authored/openai/stream-parallel-tools-responses',
    input: 210,
  },
  Anthropic: {
    id: 'anthropic',
    model: 'claude-haiku-4-5',
    tools: 'authored/anthropic/stream-parallel-tools',
    input: 210,
  },
  Gemini: { id: 'gemini', model: 'gemini-2.5-flash', tools: 'authored/gemini/stream-parallel-tools', input: 210 },
} as const;

const PAIRS = Object.keys(CLIENTS).flatMap((client) =>
  Object.entries(PROVIDERS)
    // A client of Responses is answered by OpenAI in its own dialect, whatever the model.
    .filter(([name]) => !(client === 'responses' && name === 'OpenAI Chat'))
    .map(([name, provider]) => ({ client, name, ...provider })),
);

const WIRES: [string, (body: Buffer) => Buffer, number | undefined][] = [
  ['as recorded', (body) => body, undefined],
  ['in single bytes', (body) => body, 1],
  ['with CRLF, cut every 7 bytes', (body) => Buffer.from(body.toString().replaceAll('\n', '\r\n')), 7],
  [
    'with comments between events',
    (body) => Buffer.from(`: hello\n\n${body.toString().replaceAll('\n\n', '\n\n: keep-alive\n\n')}`),
    100,
  ],
];

describe.each(PAIRS)('parallel calls of $name for a client of $client', ({ client, id, model, tools, input }) => {
  it.each(WIRES)('come in order and whole, an empty input as {}, sent %s', async (_, wire, cut) => {
    started[id].respond(answerBytes(wire(loadFixture(tools).body), cut === undefined ? {} : { cut }));
    const said = await CLIENTS[client]?.(started, model);
    expect(said).toEqual({
      text: 'Let me look both up.',
      calls: [
        { name: 'get_weather', input: { city: 'Paris' } },
        { name: 'get_time', input: {} },
      ],
      inputTokens: client === 'chat' ? undefined : input,
    });
    expect(await started.row()).toMatchObject({ status: 'ok', costKind: 'exact', inputTokens: input });
  });
});

/** An answer of one line of two megabytes. */
const LONG = 'Zürich 🏔 '.repeat(180_000);
const LINES: Record<string, (model: string) => string> = {
  openai: (model) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta: { role: 'assistant', content: LONG }, finish_reason: null }] })}\n\n` +
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
  gemini: () =>
    `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text: LONG }] }, index: 0, finishReason: 'STOP' }] })}\n\n`,
};

describe.each(Object.keys(CLIENTS))('a client of %s', (client) => {
  it.each([
    ['openai', 'gpt-4.1'],
    ['gemini', 'gemini-2.5-flash'],
  ] as const)('gets a line of 2 MB of %s', async (id, model) => {
    // OpenAI would be asked in Responses.
    if (client === 'responses' && id === 'openai') return;
    started[id].respond(answerBytes(LINES[id]?.(model) ?? '', { cut: 64 * 1024 - 1 }));
    const said = await CLIENTS[client]?.(started, model);
    expect(said?.text === LONG).toBe(true);
  });

  it('has usage asked for upstream, and is told of it only where its dialect does or it asked', async () => {
    const text = await (await post(started, ...(STREAMS[client]?.('gpt-4.1') ?? ['', {}]))).text();
    const sent = JSON.parse(String(started.openai.calls()[0]?.body)) as Record<string, unknown>;
    if (client !== 'responses') expect(sent.stream_options).toEqual({ include_usage: true });
    expect(/"usage(Metadata)?": ?\{/.test(text)).toBe(client !== 'chat');
    expect(await started.row()).toMatchObject({ costKind: 'exact', inputTokens: 11, outputTokens: 7 });
  });
});

/** Bodies with odd spaces, odd order and fields that nobody here has heard of. */
const BODIES: [string, 'openai' | 'anthropic' | 'gemini', string, string, string][] = [
  [
    'chat',
    'openai',
    '/v1/chat/completions',
    '/v1/chat/completions',
    '{ "x_new":{"a":[1.0,2e3]},"messages":[{"role":"user","content":"caf\\u00e9 A"}] ,"model":"gpt-4.1"}',
  ],
  [
    'responses',
    'openai',
    '/v1/responses',
    '/v1/responses',
    '{"input":[{"role":"user","content":"caf\\u00e9 B"}],\n"x_new":1.50, "model" : "gpt-4.1"}',
  ],
  [
    'messages',
    'anthropic',
    '/v1/messages?beta=true',
    '/v1/messages',
    '{"context_management":{"edits":[{"type":"clear_tool_uses_20250919"}]},"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":"caf\\u00e9 C"},{"role":"system","content":"Now."}],"max_tokens":5, "thinking":{"type":"adaptive"},"model":"claude-haiku-4-5"}',
  ],
  [
    'gemini',
    'gemini',
    '/v1beta/models/gemini-2.5-flash:generateContent',
    '/v1beta/models/gemini-2.5-flash:generateContent',
    '{"contents":[{"parts":[{"text":"caf\\u00e9 D"}]}], "x_new" : [ ] , "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}]}',
  ],
];

describe.each(BODIES)('between a client of %s and a provider that speaks it', (_, id, path, sentTo, body) => {
  it('no byte of the request changes, flags go along, and other headers stay', async () => {
    const response = await fetch(started.url + path, {
      method: 'POST',
      headers: {
        'x-api-key': started.key,
        'content-type': 'application/json',
        'anthropic-beta': 'context-management-2025-06-27,interleaved-thinking-2025-05-14',
        'anthropic-version': '2023-06-01',
        'openai-beta': 'assistants=v2',
        'x-private': 'mine',
        cookie: 'session=1',
      },
      body,
    });
    expect(response.status).toBe(200);
    const [call] = started[id].calls();
    expect([call?.path, call?.body.toString()]).toEqual([sentTo, body]);
    expect(call?.headers).toMatchObject({
      'anthropic-beta': 'context-management-2025-06-27,interleaved-thinking-2025-05-14',
      'openai-beta': 'assistants=v2',
    });
    expect(call?.headers).not.toHaveProperty('x-private');
    expect(call?.headers).not.toHaveProperty('cookie');
    expect(JSON.stringify(call?.headers)).not.toContain(started.key);
    expect(await started.row()).toMatchObject({ status: 'ok', losses: [] });
  });

  it('a name of the provider before the model is the only thing that goes', async () => {
    const asked = body.replace('caf', `${id} caf`);
    const named = asked.replace(/"(gpt-4\.1|claude-haiku-4-5)"/, `"${id}/$1"`);
    const response = await fetch(started.url + path.replace('/models/', '/models/gemini/'), {
      method: 'POST',
      headers: { 'x-api-key': started.key, 'content-type': 'application/json' },
      body: named,
    });
    expect(response.status).toBe(200);
    expect(started[id].calls()[0]?.body.toString()).toBe(asked);
  });
});
