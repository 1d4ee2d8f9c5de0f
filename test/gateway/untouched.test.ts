import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, loadFixture } from '../fake-answers.ts';
import { echo } from '../fake-echo.ts';
import { ask, readEvents, type Started, startGateway } from './start.ts';

let started: Started;
let bare: string;
beforeAll(async () => {
  started = await startGateway();
  bare = ((await started.api('POST', '/gateway-keys', { name: 'bare', metadata: false })) as { key: string }).key;
});
beforeEach(() => {
  started.openai.respond(echo);
  started.anthropic.respond(echo);
});
afterAll(() => started.close());

const sent = () => started.openai.calls().at(-1)?.body.toString();

const chunk = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;
const finish = (more: object = {}) => chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], ...more });
const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const usageChunk = chunk({}, { choices: [], usage });
const DONE = 'data: [DONE]\n\n';

describe('the request of a client that speaks the dialect of the provider', () => {
  it('goes out byte by byte as it came, but for the name of the model', async () => {
    const body =
      '{ "unknown_field" : [1.50, 1e2],\n\t"model":"openai/gpt-4.1" , "messages":[{"role":"user","content":"\\u00e9 \\/ é 1"}], "temperature":1.0 }';
    await (await started.chat(body)).text();
    expect(sent()).toBe(body.replace('openai/gpt-4.1', 'gpt-4.1'));
  });

  it('goes out as it came where the name is already right', async () => {
    const body = '{"messages":[{"role":"user","content":"2"}],  "model":"gpt-4.1","seed":7}';
    await (await started.chat(body)).text();
    expect(sent()).toBe(body);
  });

  it('asks for usage on a stream, and changes nothing else', async () => {
    const body = '{"messages":[{"role":"user","content":"3"}],  "model":"gpt-4.1", "stream" : true}';
    await (await started.chat(body)).text();
    expect(sent()).toBe(`{"stream_options":{"include_usage":true},${body.slice(1)}`);
    const own =
      '{"stream_options":{"include_usage":true, "x":1}, "messages":[{"role":"user","content":"4"}],"model":"gpt-4.1","stream":true}';
    await (await started.chat(own)).text();
    expect(sent()).toBe(own);
    const off = own.replace('true, "x"', 'false, "x"').replace('"4"', '"5"');
    await (await started.chat(off)).text();
    expect(JSON.parse(sent() ?? '')).toEqual({ ...JSON.parse(off), stream_options: { include_usage: true, x: 1 } });
  });

  it('reaches Anthropic untouched from one who speaks its dialect', async () => {
    const body =
      '{"model":"claude-haiku-4-5" ,"max_tokens":9, "new_field":{"a":[ ]},"messages":[{"role":"user","content":"6"}]}';
    const post = () =>
      fetch(`${started.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': started.key, 'content-type': 'application/json', 'anthropic-beta': 'one,two' },
        body,
      });
    const answer = await (await post()).text();
    const call = started.anthropic.calls().at(-1);
    expect(call?.body.toString()).toBe(body);
    expect(call?.headers['anthropic-beta']).toBe('one,two');
    expect(JSON.parse(answer)).toMatchObject({ type: 'message', content: [{ text: 'Answer of claude-haiku-4-5.' }] });
    expect(answer).not.toContain('metadata');
  });
});

const streams: [string, string][] = [
  ['text', chunk({ role: 'assistant', content: '' }) + chunk({ content: 'Zürich 🏔' }) + finish() + usageChunk + DONE],
  ['no [DONE]', chunk({ content: 'a' }) + finish() + usageChunk],
  [
    'comments and odd spaces',
    `: hi\n\n${chunk({ content: '"usage":{' })}:\n\nevent: x\ndata:{"choices":[]}\n\n${finish()}${DONE}`,
  ],
  ['usage in every chunk', chunk({ content: 'a' }, { usage }) + finish({ usage }) + DONE],
  ['usage in the chunk that ends it', chunk({ content: 'a' }) + finish({ usage }) + DONE],
  ['two usage chunks', chunk({ content: 'a' }) + finish() + usageChunk + usageChunk + DONE],
  ['no blank line at the end', `${chunk({ content: 'a' })}${finish()}data: [DONE]`],
];

describe('the stream of a provider that speaks the dialect of the client', () => {
  it.each(streams)('arrives byte by byte as it was sent: %s', async (_, text) => {
    for (const ending of ['\n', '\r\n']) {
      const wire = text.replaceAll('\n', ending);
      for (const cut of [1, 7, 4096]) {
        started.openai.respond(answerBytes(wire, { cut }));
        const options = { stream: true, stream_options: { include_usage: true } };
        const answer = await (await started.chat(ask('gpt-4.1', options), { key: bare })).text();
        expect(answer.trimEnd()).toBe(wire.trimEnd());
      }
    }
    expect(await started.row()).toMatchObject({ status: 'ok', errorCode: null });
  });

  it.each(streams)(
    'loses only the usage that the client did not ask for, and gains metadata: %s',
    async (name, text) => {
      for (const cut of [1, 7, 4096]) {
        started.openai.respond(answerBytes(text, { cut }));
        const answer = await (await started.chat(ask('gpt-4.1', { stream: true }))).text();
        const events = readEvents(answer);
        const added = events.filter((event) => typeof event === 'object' && event !== null && 'metadata' in event);
        expect(added).toEqual([
          expect.objectContaining({ choices: [], metadata: expect.objectContaining({ provider: 'openai' }) }),
        ]);
        const others = events.filter((event) => !added.some((one) => one === event));
        expect(others).toEqual(readEvents(text.replaceAll(usageChunk, '')));
        if (text.includes('[DONE]')) expect(events.at(-1)).toBe('[DONE]');
      }
      const counted = text.includes('"prompt_tokens"');
      expect(await started.row(), name).toMatchObject(
        counted ? { inputTokens: 100, outputTokens: 20, costKind: 'exact' } : { costKind: 'estimated', status: 'ok' },
      );
    },
  );

  it.each(['openai-chat/stream-text.1', 'authored/openai/stream-parallel-tools'])(
    '%s arrives as recorded',
    async (id) => {
      const { body } = loadFixture(id);
      for (const cut of [1, 7, 4096]) {
        started.openai.respond(answerBytes(body, { cut }));
        const options = { stream: true, stream_options: { include_usage: true } };
        const answer = await (await started.chat(ask('gpt-4.1', options), { key: bare })).text();
        expect(answer).toBe(body.toString());
      }
    },
  );

  it('carries metadata in the usage chunk where the client asked for that', async () => {
    started.openai.respond(answerBytes(chunk({ content: 'a' }) + finish() + usageChunk + DONE));
    const options = { stream: true, stream_options: { include_usage: true } };
    const events = readEvents(await (await started.chat(ask('gpt-4.1', options))).text());
    expect(events).toHaveLength(4);
    expect(events[2]).toMatchObject({ choices: [], usage, metadata: { provider: 'openai', model_used: 'gpt-4.1' } });
  });

  it.each(['anthropic/stream-text.1', 'anthropic/stream-tool.1'])('%s arrives untouched', async (id) => {
    const { body } = loadFixture(id);
    for (const cut of [1, 7, 4096]) {
      started.anthropic.respond(answerBytes(body, { cut }));
      const response = await fetch(`${started.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': started.key, 'content-type': 'application/json' },
        body: JSON.stringify({ ...ask('claude-haiku-4-5'), max_tokens: 5, stream: true }),
      });
      expect(await response.text()).toBe(body.toString());
    }
    expect(await started.row()).toMatchObject({ status: 'ok', costKind: 'exact' });
  });
});
