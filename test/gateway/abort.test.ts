import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, failing, hang, hangAfterHeaders, loadFixture, rateLimited } from '../fake-answers.ts';
import { createEcho, type FakeHandler } from '../fake-echo.ts';
import { ask, type Row, SOON, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(() => started.forget());
afterAll(() => started.close());

type ProviderId = 'openai' | 'anthropic' | 'gemini';

const TARGETS: [ProviderId, string, string][] = [
  ['openai', 'gpt-4.1', 'openai-chat/stream-text.1'],
  ['anthropic', 'claude-haiku-4-5', 'anthropic/stream-text.1'],
  ['gemini', 'gemini-2.5-flash', 'gemini/stream-text.1'],
];

async function leftAt(provider: ProviderId): Promise<void> {
  await expect.poll(() => started[provider].calls().at(-1)?.abortedAtMs, SOON).toBeDefined();
}

async function cancelledRow(): Promise<Row> {
  await expect.poll(() => started.rows(), SOON).toHaveLength(1);
  return started.row();
}

async function leaveWhen(body: object, arrived: () => boolean): Promise<void> {
  const leaving = new AbortController();
  const answer = started.chat(body, { signal: leaving.signal }).catch(() => {});
  await expect.poll(arrived, SOON).toBe(true);
  leaving.abort();
  await answer;
}

describe.each(TARGETS)('a client that leaves %s', (provider, model, fixture) => {
  it.each([
    ['before there is an answer', hang, false],
    ['a stream before there is an answer', hang, true],
    ['after the headers', hangAfterHeaders, true],
  ] as [string, FakeHandler, boolean][])('%s ends the call', async (_, handler, stream) => {
    started[provider].respond(handler);
    await leaveWhen(ask(model, { stream }), () => started[provider].calls().length === 1);
    await leftAt(provider);
    const row = await cancelledRow();
    expect(row).toMatchObject({
      status: 'cancelled',
      httpStatus: 499,
      provider,
      model,
      costKind: 'estimated',
      outputTokens: 0,
    });
    expect(row.inputTokens).toBeGreaterThan(0);
    expect(row.costNano).toBeGreaterThan(0);
  });

  it('in the middle of a stream ends the call, and pays for what came', async () => {
    const { body } = loadFixture(fixture);
    started[provider].respond(answerBytes(body, { bytes: Math.floor(body.length * 0.6), ending: 'hang' }));
    const leaving = new AbortController();
    const response = await started.chat(ask(model, { stream: true }), { signal: leaving.signal });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    leaving.abort();
    await leftAt(provider);
    const row = await cancelledRow();
    expect(row).toMatchObject({ status: 'cancelled', costKind: 'estimated', errorCode: 'client_closed' });
    expect(row.outputTokens).toBeGreaterThan(0);
    expect(row.costNano).toBeGreaterThan(0);
    expect(row.firstByteMs).not.toBeNull();
  });
});

describe('a client that leaves', () => {
  it('while the gateway waits to try again stops the trying', async () => {
    started.openai.respond(failing(9, 500));
    await leaveWhen(ask('gpt-4.1'), () => started.openai.calls().length === 1);
    expect(await cancelledRow()).toMatchObject({ status: 'cancelled' });
    expect(started.openai.calls().length).toBeLessThan(3);
    await expect.poll(() => started.gateway.openStreams(), SOON).toBe(0);
  });

  it('while the provider has asked for patience is not waited for', async () => {
    started.openai.respond(rateLimited(9));
    await leaveWhen(ask('gpt-4.1'), () => started.openai.calls().length === 1);
    expect((await cancelledRow()).latencyMs).toBeLessThan(9000);
    expect(started.openai.calls()).toHaveLength(1);
  });

  it('while it waits for what another has asked is not held up by the other', async () => {
    started.openai.respond(hang);
    const body = ask('gpt-4.1');
    const staying = new AbortController();
    const other = started.chat(body, { signal: staying.signal }).catch(() => {});
    await expect.poll(() => started.openai.calls().length, SOON).toBe(1);
    await leaveWhen(body, () => started.gateway.openStreams() === 2);
    expect(await cancelledRow()).toMatchObject({ status: 'cancelled', cache: 'shared', costNano: 0 });
    expect(started.openai.calls().map(({ abortedAtMs }) => abortedAtMs)).toEqual([undefined]);
    staying.abort();
    await other;
    await leftAt('openai');
  });

  it('in the middle of its own request leaves nothing open', async () => {
    const leaving = new AbortController();
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"model":"gpt-4.1",')),
    });
    const answer = fetch(`${started.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
      signal: leaving.signal,
    } as RequestInit).catch(() => {});
    await expect.poll(() => started.gateway.openStreams(), SOON).toBe(1);
    leaving.abort();
    await answer;
    await expect.poll(() => started.gateway.openStreams(), SOON).toBe(0);
    expect(await started.row()).toMatchObject({ status: 'cancelled', costNano: 0 });
  });

  it('does not disturb others', async () => {
    started.openai.respond(createEcho({ text: 'one two three four five six', delayMs: 10 }));
    const leaving = new AbortController();
    const first = await started.chat(ask('gpt-4.1', { stream: true }), { signal: leaving.signal });
    const second = await started.chat(ask('gpt-4.1', { stream: true }));
    leaving.abort();
    await first.text().catch(() => {});
    expect(await second.text()).toContain('[DONE]');
  });
});

describe('a slow client', () => {
  it('holds its provider back, and gets every byte in the end', async () => {
    const piece = `data: ${JSON.stringify({ id: 'chatcmpl-1', choices: [{ index: 0, delta: { content: 'x'.repeat(16_000) } }] })}\n\n`;
    const end = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    const body = piece.repeat(1200) + end;
    let isSent = false;
    started.openai.respond(async (request, response) => {
      response.setMaxListeners(0);
      await answerBytes(body, { cut: 64 * 1024 })(request, response);
      isSent = true;
    });
    const response = await started.chat(ask('gpt-4.1', { stream: true }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isSent).toBe(false);
    const text = await response.text();
    expect(text.length).toBeGreaterThan(body.length);
    expect(text.split('x'.repeat(16_000))).toHaveLength(1201);
    expect(await started.row()).toMatchObject({ status: 'ok' });
  });
});
