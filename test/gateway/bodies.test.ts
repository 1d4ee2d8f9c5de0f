import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway({ settings: { bodyLimitBytes: 2 * 1024 * 1024 } });
});
afterAll(() => started.close());

async function refusal(asked: Promise<Response>): Promise<[number, string]> {
  const response = await asked;
  return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
}

const post = (body: string | Uint8Array | ReadableStream, headers: Record<string, string> = {}) =>
  fetch(`${started.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json', ...headers },
    body,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit);

const nested = (depth: number) => `{"model":"gpt-4.1","messages":[],"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe('a body', () => {
  it.each([
    ['that is no JSON', '{"model":', 400, 'invalid_json'],
    ['that is empty', '', 400, 'invalid_json'],
    ['that is a list', '[]', 400, 'invalid_json'],
    ['that is nested too deep', nested(5000), 413, 'too_complex'],
    ['with more values than one would believe', `{"messages":[${'1,'.repeat(150_000)}1]}`, 413, 'too_complex'],
    ['without messages', '{"model":"gpt-4.1"}', 400, 'invalid_request'],
    ['with messages of no kind', '{"model":"gpt-4.1","messages":[7]}', 400, 'invalid_request'],
    ['with a model that is a number', '{"model":7,"messages":[]}', 400, 'invalid_request'],
  ])('%s is refused', async (_, body, status, code) => {
    expect(await refusal(post(body))).toEqual([status, code]);
    expect(await started.row()).toMatchObject({ status: 'error', errorCode: code, costNano: 0, provider: null });
  });

  it('of another kind is refused', async () => {
    const body = JSON.stringify(ask('gpt-4.1'));
    expect(await refusal(post(body, { 'content-type': 'text/plain' }))).toEqual([415, 'unsupported_media_type']);
    expect(await refusal(post(gzipSync(body), { 'content-encoding': 'gzip' }))).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect((await post(body, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  it('that is too large is refused, announced or not', async () => {
    const large = JSON.stringify(ask('gpt-4.1', { user: 'x'.repeat(3 * 1024 * 1024) }));
    expect(await refusal(post(large))).toEqual([413, 'body_too_large']);
    const pieces = new ReadableStream({
      start(controller) {
        for (let at = 0; at < large.length; at += 64 * 1024)
          controller.enqueue(new TextEncoder().encode(large.slice(at, at + 64 * 1024)));
        controller.close();
      },
    });
    expect(await refusal(post(pieces))).toEqual([413, 'body_too_large']);
  });

  it('just within the limit goes through, and reaches the provider whole', async () => {
    const text = `${'é"\\\n'.repeat(100_000)}end`;
    const body = { model: 'gpt-4.1', messages: [{ role: 'user', content: text }] };
    expect((await post(JSON.stringify(body))).status).toBe(200);
    expect(JSON.parse(started.openai.calls().at(-1)?.body.toString() ?? '')).toEqual(body);
    for (const model of ['claude-haiku-4-5', 'gemini-2.5-flash']) {
      expect((await post(JSON.stringify({ ...body, model }))).status).toBe(200);
    }
    for (const fake of [started.anthropic, started.gemini])
      expect(fake.calls().at(-1)?.body.toString()).toContain(JSON.stringify(text));
  });

  it('that names its members twice, or like those of every object, does no harm', async () => {
    const body =
      '{"model":"nobody","__proto__":{"x":1},"constructor":1,"messages":[{"role":"user","content":"hi 77"}],"model":"gpt-4.1"}';
    const response = await post(body);
    expect(response.status).toBe(200);
    expect(JSON.parse(started.openai.calls().at(-1)?.body.toString() ?? '').model).toBe('gpt-4.1');
    expect({}).not.toHaveProperty('x');
  });
});

describe('a request', () => {
  it('with more headers than there is room for is refused', async () => {
    const response = await fetch(`${started.url}/v1/models`, { headers: { 'x-long': 'x'.repeat(40_000) } });
    expect(response.status).toBe(431);
  });

  it('for a path that is not there is told so', async () => {
    for (const [method, path] of [
      ['GET', '/v1/chat/completions'],
      ['POST', '/v1/nothing'],
      ['GET', '/../../etc/passwd'],
      ['GET', '/%ff'],
    ] as const) {
      const response = await fetch(started.url + path, { method });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(await response.json()).toHaveProperty('error.message');
    }
  });

  it.each([
    'GARBAGE\r\n\r\n',
    'POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345',
  ])('that is no HTTP is turned away: %j', async (text) => {
    const { hostname, port } = new URL(started.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(Number(port), hostname, () => socket.write(text));
      socket.on('data', (bytes) => (received += String(bytes)));
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect((await fetch(`${started.url}/health`)).status).toBe(200);
  });
});
