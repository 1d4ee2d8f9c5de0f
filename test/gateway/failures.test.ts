import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  answerBytes,
  answerJson,
  badGateway,
  failing,
  hang,
  hangAfterHeaders,
  loadFixture,
  rateLimited,
  replay,
  resetSocket,
} from '../fake-answers.ts';
import { echo, type FakeHandler } from '../fake-echo.ts';
import { ask, PROVIDER_KEYS, SOON, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway({ settings: { timeouts: { firstByteMs: 400, wholeReplyMs: 400 } } });
});
beforeEach(async () => {
  await started.heal(['gpt-4.1', 'claude-haiku-4-5']);
  await started.forget();
});
afterAll(() => started.close());

const json = async (response: Response) =>
  (await response.json()) as { error: { message: string; code: string; type: string } };

describe('a provider that fails before its answer', () => {
  it.each([
    ['500', failing(1, 500)],
    ['503', failing(1, 503)],
    ['a broken connection', [resetSocket, echo]],
    ['the page of a proxy', [badGateway, echo]],
    ['an error inside 200', [answerJson({ error: { message: 'Internal', code: 502 } }), echo]],
  ] as [string, [FakeHandler, ...FakeHandler[]]][])('is asked again after %s', async (_, handlers) => {
    started.openai.respond(handlers);
    const response = await started.chat(ask('gpt-4.1'));
    expect(response.status).toBe(200);
    expect(started.openai.calls()).toHaveLength(2);
    expect(await started.row()).toMatchObject({
      status: 'ok',
      retries: 1,
      fallbacks: 0,
      model: 'gpt-4.1',
      costKind: 'exact',
    });
  });

  it('is given up after three tries, with its own words', async () => {
    started.openai.respond(failing(9, 500));
    const response = await started.chat(ask('gpt-4.1'));
    const recorded = loadFixture('authored/openai/error-500');
    expect([response.status, await response.json()]).toEqual([500, recorded.json]);
    expect(started.openai.calls()).toHaveLength(3);
    expect(await started.row()).toMatchObject({
      status: 'error',
      httpStatus: 500,
      errorCode: 'provider_failed',
      retries: 2,
      costNano: 0,
    });
  });

  it('is not asked again about a request that is wrong', async () => {
    started.openai.respond(replay('authored/openai/error-400-unknown-argument'));
    const response = await started.chat(ask('gpt-4.1'));
    expect(await response.text()).toBe(loadFixture('authored/openai/error-400-unknown-argument').body.toString());
    expect(response.status).toBe(400);
    expect(started.openai.calls()).toHaveLength(1);
    expect(await started.row()).toMatchObject({ status: 'error', errorCode: 'provider_invalid_request' });
  });

  it('is waited for as long as it asks, up to a limit', async () => {
    started.openai.respond([rateLimited(1), echo]);
    const begin = Date.now();
    expect((await started.chat(ask('gpt-4.1'))).status).toBe(200);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(1000);
    started.openai.respond(rateLimited(11));
    const response = await started.chat(ask('gpt-4.1'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '11']);
    expect(started.openai.calls()).toHaveLength(3);
    expect(await started.row()).toMatchObject({ errorCode: 'provider_rate_limited', retries: 0, httpStatus: 429 });
  });

  it.each([
    ['sends nothing', hang],
    ['sends headers and nothing more', hangAfterHeaders],
  ])('is given up when it %s', async (_, handler) => {
    started.openai.respond(handler);
    for (const stream of [true, false]) {
      const response = await started.chat(ask('gpt-4.1', { stream }));
      expect(response.status).toBe(504);
      expect((await json(response)).error).toMatchObject({
        code: 'provider_timeout',
        message: expect.stringContaining('0.4 s'),
      });
    }
    await expect
      .poll(() => started.openai.requests.every((request) => request.abortedAtMs !== undefined), SOON)
      .toBe(true);
    expect(await started.row()).toMatchObject({ status: 'error', errorCode: 'provider_timeout', stream: false });
  });

  it('is called unreachable where nobody listens', async () => {
    const nowhere = await startGateway({ keys: ['openai'], baseUrls: { openai: 'http://127.0.0.1:1' } });
    const response = await nowhere.chat(ask('gpt-4.1'));
    await nowhere.close();
    expect(response.status).toBe(502);
    expect((await json(response)).error).toMatchObject({
      code: 'provider_unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('the words of an error', () => {
  it('are the dialect of the client, whoever failed', async () => {
    started.anthropic.respond(replay('authored/anthropic/error-400-extra-input'));
    const response = await started.chat(ask('claude-haiku-4-5'));
    expect(response.status).toBe(400);
    const { error } = await json(response);
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'provider_invalid_request' });
    expect(error.message).toMatch(/^Anthropic: .*[Ee]xtra inputs/);
  });

  it('say what a page of HTML means', async () => {
    for (const model of ['claude-haiku-4-5', 'gpt-4.1']) {
      started[model === 'gpt-4.1' ? 'openai' : 'anthropic'].respond(badGateway);
      const response = await started.chat(ask(model));
      const text = await response.text();
      expect(response.status).toBe(502);
      expect(text).not.toContain('<html');
      expect(JSON.parse(text).error.message).toMatch(/502/);
    }
  }, 20_000);

  it('hold no key, even where the provider quotes it', async () => {
    const quoted = (key: string) =>
      answerJson(
        {
          error: {
            message: `Incorrect API key provided: ${key}.`,
            type: 'invalid_request_error',
            code: 'invalid_api_key',
          },
        },
        401,
      );
    started.openai.respond(quoted(PROVIDER_KEYS.openai));
    started.anthropic.respond(quoted(PROVIDER_KEYS.anthropic));
    for (const model of ['gpt-4.1', 'claude-haiku-4-5']) {
      const text = await (await started.chat(ask(model))).text();
      expect(text).toContain('Incorrect API key');
      expect(text).not.toContain('0123456789');
      expect(JSON.stringify(await started.row())).not.toContain('0123456789');
    }
  });

  it('tell a client of Anthropic in its own shape', async () => {
    started.anthropic.respond([replay('authored/anthropic/error-400-extra-input'), hang]);
    const post = (body: object) =>
      fetch(`${started.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': started.key, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const refused = await post({ ...ask('claude-haiku-4-5'), max_tokens: 5 });
    expect(await refused.text()).toBe(loadFixture('authored/anthropic/error-400-extra-input').body.toString());
    const own = await post({ ...ask('nobody'), max_tokens: 5 });
    expect([own.status, await own.json()]).toEqual([
      404,
      { type: 'error', error: expect.objectContaining({ type: 'not_found_error' }), request_id: null },
    ]);
  });
});

describe('a reply that is none', () => {
  it.each([
    ['no JSON', answerBytes('hello', {}, 200, { 'content-type': 'application/json' })],
    ['an empty object', answerJson({})],
    ['no choices', answerJson({ id: 'x', object: 'chat.completion', choices: [] })],
    ['cut off', answerBytes('{"choices":[{"index":0,"message":', {}, 200, { 'content-type': 'application/json' })],
  ])('is an error: %s', async (_, handler) => {
    started.openai.respond(handler);
    for (const stream of [false, true]) {
      const response = await started.chat(ask('gpt-4.1', { stream }));
      expect(response.status).toBe(502);
      expect((await json(response)).error.code).toBe('provider_bad_reply');
    }
    expect(await started.row()).toMatchObject({ status: 'error', errorCode: 'provider_bad_reply' });
  });
});
