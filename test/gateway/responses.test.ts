import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadFixture, replay } from '../fake-answers.ts';
import { ask, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterAll(() => started.close());

describe.each(['gpt-4.1', 'claude-haiku-4-5', 'gemini-2.5-flash'])(
  'a client of Responses that asks for %s',
  (model) => {
    it('gets a response, whole', async () => {
      const reply = await started.sdk().responses.create({ model, input: 'Hello', store: false });
      expect(reply).toMatchObject({ object: 'response', status: 'completed', output_text: `Answer of ${model}.` });
      expect(reply.usage).toMatchObject({ input_tokens: 11, output_tokens: 7 });
    });

    it('gets a stream that the official SDK puts together', async () => {
      const stream = started
        .sdk()
        .responses.stream({ model, input: [{ role: 'user', content: 'Hello, you' }], store: false });
      const numbers: number[] = [];
      for await (const event of stream) numbers.push(event.sequence_number);
      expect((await stream.finalResponse()).output_text).toBe(`Answer of ${model}.`);
      expect(numbers).toEqual(numbers.map((_, index) => index));
    });
  },
);

it.each(['claude-haiku-4-5', 'gemini-2.5-flash'])(
  'tells a client of Responses that %s cannot find an earlier response',
  async (model) => {
    const asking = started.sdk().responses.create({ model, input: 'And now?', previous_response_id: 'resp_1' });
    await expect(asking).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
  },
);

describe('a client of Responses and OpenAI', () => {
  it('speak with each other: what nobody here knows goes through in both directions', async () => {
    await started.forget();
    const fields = {
      include: ['reasoning.encrypted_content'],
      tools: [{ type: 'web_search' }],
      prompt_cache_key: 'thread-1',
      x_unheard_of: { a: [1, 2] },
    };
    const body = `{"input": "Spaces  stay", "model": "gpt-5.1",${JSON.stringify(fields).slice(1)}`;
    started.openai.respond(replay('openai-responses/json-reasoning.1'));
    const response = await fetch(`${started.url}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
      body,
    });
    expect(await response.text()).toBe(loadFixture('openai-responses/json-reasoning.1').body.toString());
    const [call] = started.openai.calls();
    expect(call?.path).toBe('/v1/responses');
    expect(call?.body.toString()).toBe(body);
    expect(await started.row()).toMatchObject({ status: 'ok', losses: [], costKind: 'exact' });
  });

  it('may name an earlier response, and stream', async () => {
    await started.forget();
    const stream = started.sdk().responses.stream({ model: 'gpt-4.1', input: 'On', previous_response_id: 'resp_1' });
    expect((await stream.finalResponse()).output_text).toBe('Answer of gpt-4.1.');
    expect(String(started.openai.calls()[0]?.body)).toContain('"previous_response_id":"resp_1"');
  });
});

describe('a model that OpenAI serves under /responses alone', () => {
  it('is listed, and answers clients of Chat, whole and streamed', async () => {
    await started.forget();
    const listed = await started.sdk().models.list();
    expect(listed.data.map(({ id }) => id)).toContain('openai/gpt-5-codex');
    const reply = await started.sdk().chat.completions.create(ask('gpt-5-codex'));
    expect(reply.choices[0]).toMatchObject({
      message: { content: 'Answer of gpt-5-codex.' },
      finish_reason: 'stop',
    });
    const stream = started.sdk().chat.completions.stream({ ...ask('gpt-5-codex'), stream: true });
    expect(await stream.finalContent()).toBe('Answer of gpt-5-codex.');
    expect(started.openai.calls().map(({ path }) => path)).toEqual(['/v1/responses', '/v1/responses']);
  });

  it('calls tools for a client of Messages', async () => {
    await started.forget();
    const response = await fetch(`${started.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': started.key, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...ask('gpt-5.1-codex'),
        max_tokens: 100,
        tools: [{ name: 'look', input_schema: { type: 'object' } }],
      }),
    });
    expect(await response.json()).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', id: 'call_fake1', name: 'look', input: {} }],
    });
    const sent = JSON.parse(String(started.openai.calls()[0]?.body)) as Record<string, unknown>;
    expect(sent).toMatchObject({ store: false, max_output_tokens: 100, include: ['reasoning.encrypted_content'] });
    expect(sent.tools).toMatchObject([{ type: 'function', name: 'look' }]);
  });
});

it('answers a WebSocket on that path with 426, so that Codex goes on over HTTP', async () => {
  const { hostname, port } = new URL(started.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /v1/responses HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 426 /);
  socket.destroy();
});

it('outlives a WebSocket client that is gone before its answer', async () => {
  const { hostname, port } = new URL(started.url);
  for (let tries = 0; tries < 20; tries += 1) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `GET /v1/responses HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    socket.resetAndDestroy();
  }
  // An error that nobody heard would be an uncaught exception, which fails the run.
  expect((await fetch(`${started.url}/health`)).status).toBe(200);
});
