import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  answerBytes,
  badGateway,
  failing,
  hang,
  hangAfterHeaders,
  loadFixture,
  rateLimited,
  replay,
  resetSocket,
} from './fake-answers.ts';
import { createEcho, echo } from './fake-echo.ts';
import { createFakeProvider, type FakeProvider } from './fake-provider.ts';

let fake: FakeProvider;
beforeEach(async () => {
  fake = await createFakeProvider({ key: 'right', models: ['one', 'two'] });
});
afterEach(() => fake.close());

const call = (path: string, body: unknown, init: RequestInit = {}): Promise<Response> =>
  fetch(fake.url + path, {
    method: 'POST',
    headers: { authorization: 'Bearer right' },
    body: JSON.stringify(body),
    ...init,
  });
const chat = (init: RequestInit = {}): Promise<Response> =>
  call('/v1/chat/completions', { model: 'm', messages: [] }, init);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('echo', () => {
  test.each([
    ['/v1/chat/completions', { model: 'm1' }],
    ['/v1/messages', { model: 'm1' }],
    ['/v1beta/models/m1:generateContent', {}],
  ])('%s answers in its dialect and names the model', async (path, body) => {
    expect(await (await call(path, body)).text()).toContain('Answer of m1.');
    const tools = [{ name: 'look', function: { name: 'look' } }];
    expect(await (await call(path, { ...body, tools })).text()).toContain('"look"');
  });

  test.each([
    ['/v1/chat/completions', { model: 'm1', stream: true, stream_options: { include_usage: true } }, '[DONE]'],
    ['/v1/messages', { model: 'm1', stream: true }, 'message_stop'],
    ['/v1beta/models/m1:streamGenerateContent?alt=sse', {}, '"STOP"'],
  ])('%s streams', async (path, body, last) => {
    fake.respond(createEcho({ text: 'two words', usage: { input: 3, output: 2 } }));
    const text = await (await call(path, body)).text();
    expect(text).toContain('"two "');
    expect(text).toContain(last);
    const tools = [{ functionDeclarations: [{ name: 'look' }] }];
    expect(await (await call(path, { ...body, tools })).text()).toContain('"look"');
  });
});

describe('lists of models', () => {
  const list = (path: string, headers: Record<string, string>): Promise<Response> =>
    fetch(fake.url + path, { headers });

  test('each dialect has its own, behind the right key', async () => {
    const openai = await list('/v1/models', { authorization: 'Bearer right' });
    expect(await openai.json()).toMatchObject({ data: [{ id: 'one' }, { id: 'two' }] });
    const anthropic = await list('/v1/models', { 'x-api-key': 'right', 'anthropic-version': '2023-06-01' });
    expect(await anthropic.json()).toMatchObject({ data: [{ type: 'model', id: 'one' }, { id: 'two' }] });
    expect(await (await list('/v1beta/models?key=right', {})).json()).toMatchObject({
      models: [{ name: 'models/one' }, {}],
    });
    expect(fake.calls()).toEqual([]);
    expect(fake.requests).toHaveLength(3);
  });

  test('a wrong key is refused, by Gemini with 400', async () => {
    expect((await list('/v1/models', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await list('/v1/models', { 'x-api-key': 'wrong', 'anthropic-version': '2023-06-01' })).status).toBe(401);
    expect((await list('/v1beta/models', { 'x-goog-api-key': 'wrong' })).status).toBe(400);
  });
});

describe('misbehaviour', () => {
  test('records what arrived, bytes and headers', async () => {
    await call('/v1/chat/completions?x=1', { model: 'ä' }, {});
    expect(fake.requests[0]).toMatchObject({ method: 'POST', path: '/v1/chat/completions?x=1' });
    expect(fake.requests[0]?.body.toString()).toBe('{"model":"ä"}');
    expect(fake.requests[0]?.headers.authorization).toBe('Bearer right');
    expect(fake.connections()).toBe(1);
  });

  test('replays a fixture byte by byte', async () => {
    const { body } = loadFixture('openai-chat/stream-text.1');
    fake.respond(replay('openai-chat/stream-text.1', { cut: 7 }));
    const answer = await chat();
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  test('truncates after bytes or messages', async () => {
    fake.respond([
      answerBytes('data: 1\n\ndata: 2\n\n', { events: 1 }),
      answerBytes('data: 1\r\n\r\ndata: 2\r\n\r\n', { bytes: 3, delayMs: 1, cut: 2 }),
    ]);
    expect(await (await chat()).text()).toBe('data: 1\n\n');
    expect(await (await chat()).text()).toBe('dat');
  });

  test('breaks off before the answer and within it', async () => {
    fake.respond([resetSocket, answerBytes('data: 1\n\n', { ending: 'reset' })]);
    await expect(chat()).rejects.toThrow();
    await expect((await chat()).text()).rejects.toThrow();
  });

  test('hangs until the client leaves, and says when it left', async () => {
    fake.respond([hang, hangAfterHeaders]);
    for (const nth of [0, 1]) {
      const leaving = new AbortController();
      const answer = chat({ signal: leaving.signal });
      await until(() => fake.requests.length > nth);
      if (nth === 1) expect((await answer).status).toBe(200);
      leaving.abort();
      await answer.catch(() => {});
      await until(() => fake.requests[nth]?.abortedAtMs !== undefined);
    }
  });

  test('fails so many times, then answers', async () => {
    fake.respond(failing(2, 503, echo));
    const statuses: number[] = [];
    for (let turn = 0; turn < 4; turn++) statuses.push((await chat()).status);
    expect(statuses).toEqual([503, 503, 200, 200]);
  });

  test('limits the rate, and stands behind a broken proxy', async () => {
    fake.respond([rateLimited(3), badGateway]);
    const limited = await chat();
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
    const page = await chat();
    expect([page.status, (await page.text()).startsWith('<html>')]).toEqual([502, true]);
  });
});
