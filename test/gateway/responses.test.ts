import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, startGateway } from './start.ts';

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

    it('is told that an earlier response cannot be found here', async () => {
      const asking = started.sdk().responses.create({ model, input: 'And now?', previous_response_id: 'resp_1' });
      await expect(asking).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
    });
  },
);

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
