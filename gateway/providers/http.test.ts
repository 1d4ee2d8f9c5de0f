import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Settings } from '../../contract/settings.ts';
import { answerBytes, hang, hangAfterHeaders, resetSocket } from '../../test/fake-answers.ts';
import { createFakeProvider, type FakeProvider } from '../../test/fake-provider.ts';
import type { GatewayError } from '../errors.ts';
import { type Call, type Caller, createCaller, type RunningCall, type Timeouts } from './http.ts';

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];

let fake: FakeProvider;
let caller: Caller;
let proxy: Settings['proxy'];
beforeEach(async () => {
  for (const name of PROXIES) vi.stubEnv(name, undefined);
  proxy = { server: 'environment', except: [] };
  fake = await createFakeProvider();
  caller = createCaller(() => ({ timeouts: { connectMs: 1000 }, proxy }));
});
afterEach(async () => {
  await caller.close();
  await fake.close();
});

const PATIENT: Timeouts = { connectMs: 1000, firstByteMs: 5000, silenceMs: 5000 };

interface Told {
  status?: number;
  text: string;
  pieces: number;
  error?: GatewayError;
}

/** Calls, and resolves once the reader was told the last word. */
function run(body: Buffer[] | null, timeouts: Timeouts = PATIENT, change: Partial<Call> = {}) {
  const told: Told = { text: '', pieces: 0 };
  const over = Promise.withResolvers<Told>();
  const call: Call = {
    provider: 'fake',
    origin: fake.url,
    path: '/v1/chat/completions',
    method: body === null ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    ...change,
  };
  const running: RunningCall = caller.call(call, timeouts, {
    head(status) {
      told.status = status;
    },
    data(chunk) {
      told.text += chunk.toString();
      told.pieces += 1;
    },
    end: () => over.resolve(told),
    fail(error) {
      told.error = error;
      over.resolve(told);
    },
  });
  return { running, told, over: over.promise };
}

describe('a call', () => {
  it('tells the answer piece by piece, and keeps connections open', async () => {
    fake.respond(answerBytes('data: 1\n\ndata: 2\n\n', { cut: 9, delayMs: 20 }));
    for (let turn = 0; turn < 6; turn++) {
      expect(await run([Buffer.from('{}')]).over).toMatchObject({
        status: 200,
        text: 'data: 1\n\ndata: 2\n\n',
        pieces: 2,
      });
    }
    // The second may come while the first is still being put away.
    expect(fake.connections()).toBeLessThan(3);
  });

  it('sends a body in slices as one, with its length, whatever its size', async () => {
    const bodies = [
      [10],
      [3 * 1024 * 1024],
      [3, 9_000, 9_000, 70_000, 1, 0, 16 * 1024, 5, 2],
      [3, 9_000, 5 * 1024 * 1024, 1, 9_000, 9_000],
    ];
    for (const sizes of bodies) {
      const middle = sizes.map((size, index) => String.fromCharCode(97 + index).repeat(size));
      const slices = ['{"x":"', ...middle, '"}'].map((text) => Buffer.from(text));
      fake.respond(answerBytes('ok'));
      await run(slices).over;
      const { body, headers } = fake.requests.at(-1) ?? { body: Buffer.alloc(0), headers: {} };
      expect(body.equals(Buffer.concat(slices))).toBe(true);
      expect(headers).toMatchObject({ 'content-length': String(body.length) });
      expect(headers['transfer-encoding']).toBeUndefined();
    }
  });

  it('without a body is a GET', async () => {
    await run(null, PATIENT, { path: '/v1/models' }).over;
    expect(fake.requests[0]).toMatchObject({ method: 'GET', path: '/v1/models' });
  });

  it('can be held up, and loses nothing of it', async () => {
    const body = 'x'.repeat(8 * 1024 * 1024);
    fake.respond(answerBytes(body, { cut: 256 * 1024, delayMs: 10 }));
    const { running, told, over } = run([Buffer.from('{}')]);
    await expect.poll(() => told.pieces).toBeGreaterThan(0);
    running.pause();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told.text.length).toBeLessThan(body.length);
    running.resume();
    running.resume();
    expect((await over).text.length).toBe(body.length);
  });

  it('that is given up ends at the provider, and tells no more', async () => {
    fake.respond(hang);
    const { running, told } = run([Buffer.from('{}')]);
    await expect.poll(() => fake.requests.length).toBe(1);
    running.abort();
    running.abort();
    await expect.poll(() => fake.requests[0]?.abortedAtMs).toBeDefined();
    expect(told).toEqual({ text: '', pieces: 0 });
  });
});

describe('a call that fails', () => {
  it.each([
    ['nothing comes', hang, { ...PATIENT, firstByteMs: 50 }, 'provider_timeout', /sent nothing for 0.05 s/],
    ['only headers come', hangAfterHeaders, { ...PATIENT, firstByteMs: 50 }, 'provider_timeout', /sent nothing/],
    [
      'it goes silent',
      answerBytes('x', { ending: 'hang' }),
      { ...PATIENT, silenceMs: 50 },
      'provider_timeout',
      /went silent/,
    ],
    ['it is cut at once', resetSocket, PATIENT, 'provider_unreachable', /could not be reached/],
    [
      'it is cut in the middle',
      answerBytes('x', { ending: 'reset' }),
      PATIENT,
      'provider_truncated',
      /middle of its answer/,
    ],
  ] as const)('says why: %s', async (_, handler, timeouts, code, message) => {
    fake.respond(handler);
    const { error } = await run([Buffer.from('{}')], timeouts).over;
    expect(error).toMatchObject({ code, provider: 'fake', message: expect.stringMatching(message) });
  });

  it.each([
    ['http://127.0.0.1:1', 'ECONNREFUSED'],
    ['http://nowhere.invalid', 'ENOTFOUND|EAI_AGAIN'],
  ])('says what could not be reached: %s', async (origin, code) => {
    const { error } = await run([Buffer.from('{}')], PATIENT, { origin }).over;
    expect(error).toMatchObject({ code: 'provider_unreachable', providerCode: expect.stringMatching(code) });
  });
});

describe('a proxy', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end('through');
  });
  let address = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked.length = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const callOut = (origin = 'http://provider.invalid') => run([Buffer.from('{}')], PATIENT, { origin }).over;

  it('is used where the environment names one, unless the setting forbids it', async () => {
    vi.stubEnv('HTTP_PROXY', address);
    vi.stubEnv('HTTPS_PROXY', address);
    expect((await callOut()).text).toBe('through');
    expect(asked).toEqual(['POST http://provider.invalid/v1/chat/completions']);
    proxy = { server: 'none', except: [] };
    expect((await callOut()).error).toMatchObject({ code: 'provider_unreachable' });
    expect(asked).toHaveLength(1);
  });

  it('is used from the next call on where the setting names one, but for what it excepts and for this machine', async () => {
    expect((await callOut()).error).toMatchObject({ code: 'provider_unreachable' });
    proxy = { server: address, except: ['near.invalid'] };
    expect((await callOut()).text).toBe('through');
    expect((await callOut('http://near.invalid')).error).toMatchObject({ code: 'provider_unreachable' });
    await callOut(fake.url);
    expect(asked).toEqual(['POST http://provider.invalid/v1/chat/completions']);
    expect(fake.requests).toHaveLength(1);
  });
});
