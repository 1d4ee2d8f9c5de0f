import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, loadFixture, replay } from '../fake-answers.ts';
import { echo, type FakeHandler } from '../fake-echo.ts';
import { ask, readEvents, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway({ settings: { timeouts: { silenceMs: 80 } } });
});
beforeEach(async () => {
  await started.heal(TARGETS.map(([, model]) => model));
  await started.forget();
});
afterAll(() => started.close());

type ProviderId = 'openai' | 'anthropic' | 'gemini';

const TARGETS: [ProviderId, string, string][] = [
  ['openai', 'gpt-4.1', 'openai-chat/stream-text.1'],
  ['anthropic', 'claude-haiku-4-5', 'anthropic/stream-text.1'],
  ['gemini', 'gemini-2.5-flash', 'gemini/stream-text.1'],
];

async function brokenStream(provider: ProviderId, model: string, handler: FakeHandler) {
  started[provider].respond(handler);
  const response = await started.chat(ask(model, { stream: true }));
  const text = await response.text();
  return { status: response.status, text, events: readEvents(text) };
}

const errorsOf = (events: unknown[]) =>
  events.filter((event) => typeof event === 'object' && event !== null && 'error' in event) as {
    error: { code: string; message: string };
  }[];

describe.each(TARGETS)('a stream of %s', (provider, model, fixture) => {
  const { body } = loadFixture(fixture);

  it.each([
    ['is cut off', 'end', 'provider_truncated'],
    ['is reset', 'reset', 'provider_truncated'],
    ['goes silent', 'hang', 'provider_timeout'],
  ] as const)('that %s is an error to the client and in the ledger', async (_, ending, code) => {
    const { status, text, events } = await brokenStream(
      provider,
      model,
      answerBytes(body, { bytes: Math.floor(body.length / 2), ending }),
    );
    expect(status).toBe(200);
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('"metadata"');
    expect(errorsOf(events)).toEqual([{ error: expect.objectContaining({ code }) }]);
    expect(events.at(-1)).toEqual(errorsOf(events)[0]);
    const row = await started.row();
    expect(row).toMatchObject({ status: 'error', errorCode: code, provider, model, costKind: 'estimated' });
    expect(row.outputTokens).toBeGreaterThan(0);
    expect(row.costNano).toBeGreaterThan(0);
  });

  it('that is cut off makes the SDK throw', async () => {
    started[provider].respond(answerBytes(body, { bytes: Math.floor(body.length / 2) }));
    const reading = async () => {
      for await (const _ of await started.sdk().chat.completions.create({ ...ask(model), stream: true }));
    };
    await expect(reading()).rejects.toThrow(OpenAI.APIError);
  });

  it('is never an answer to one who asked for JSON, when cut off', async () => {
    started[provider].respond(answerBytes(body, { bytes: Math.floor(body.length / 2) }));
    const response = await started.chat(ask(model));
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'provider_truncated' } });
  });
});

describe('an error in the middle of a stream', () => {
  it.each([
    ['openai', 'gpt-4.1', 'authored/openai/stream-mid-error'],
    ['anthropic', 'claude-haiku-4-5', 'authored/anthropic/stream-mid-error'],
    ['gemini', 'gemini-2.5-flash', 'authored/gemini/stream-mid-error'],
  ] as const)('of %s is told once', async (provider, model, fixture) => {
    for (const cut of [7, 4096]) {
      const { text, events } = await brokenStream(provider, model, answerBytes(loadFixture(fixture).body, { cut }));
      expect(errorsOf(events)).toHaveLength(1);
      expect(text).not.toContain('[DONE]');
      expect(await started.row()).toMatchObject({ status: 'error', errorCode: expect.stringMatching(/^provider_/) });
    }
  });

  it('of Anthropic reaches a client of its dialect as it came, once', async () => {
    const { body } = loadFixture('authored/anthropic/stream-mid-error');
    started.anthropic.respond(answerBytes(body));
    const response = await fetch(`${started.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': started.key, 'content-type': 'application/json' },
      body: JSON.stringify({ ...ask('claude-haiku-4-5'), max_tokens: 5, stream: true }),
    });
    expect(await response.text()).toBe(body.toString());
  });
});

const frame = (error: object) => answerBytes(`data: ${JSON.stringify({ error })}\n\n`);

describe('an error as the first event of a stream', () => {
  it('is tried again while nothing was promised', async () => {
    started.openai.respond([frame({ message: 'Overloaded', code: 503 }), echo]);
    const before = started.openai.calls().length;
    const { status, text } = await brokenStreamed();
    expect([status, started.openai.calls().length - before]).toEqual([200, 2]);
    expect(text).toContain('[DONE]');
    expect(await started.row()).toMatchObject({ status: 'ok', retries: 1 });
  });

  it('is tried again even behind a comment, and however it is cut', async () => {
    const body = `: waiting\n\ndata: ${JSON.stringify({ error: { message: 'Overloaded', code: 503 } })}\n\n`;
    for (const cut of [1, 7]) {
      started.openai.respond([answerBytes(body, { cut, delayMs: 1 }), echo]);
      const { status, text } = await brokenStreamed();
      expect([status, text.includes('[DONE]'), text.includes('Overloaded')]).toEqual([200, true, false]);
    }
  });

  it('is a plain error where trying again does not help', async () => {
    started.openai.respond(replay('authored/openai/error-400-context-length'));
    const { status, text } = await brokenStreamed();
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'context_length_exceeded' } });
    expect(await started.row()).toMatchObject({ status: 'error', errorCode: 'context_too_long' });
  });

  async function brokenStreamed() {
    const response = await started.chat(ask('gpt-4.1', { stream: true }));
    return { status: response.status, text: await response.text() };
  }
});
