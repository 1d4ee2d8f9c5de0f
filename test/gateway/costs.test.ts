import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerBytes, answerJson } from '../fake-answers.ts';
import { createEcho, echo } from '../fake-echo.ts';
import { ask, type Metadata, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterAll(() => started.close());

interface Price {
  input: number;
  output: number;
  cacheRead?: number;
  cacheWrite5m?: number;
}

const { models } = JSON.parse(readFileSync(new URL('../../models.json', import.meta.url), 'utf8')) as {
  models: { id: string; prices: Price[] }[];
};

/** Nano-dollars a token, as the registry has it in dollars a million. */
function nanoPrice(id: string): Required<Price> {
  const price = models.find((model) => model.id === id)?.prices[0];
  if (price === undefined) throw new Error(`No price of ${id}.`);
  const { input, output, cacheRead = input, cacheWrite5m = input } = price;
  return { input: input * 1000, output: output * 1000, cacheRead: cacheRead * 1000, cacheWrite5m: cacheWrite5m * 1000 };
}

async function costOf(body: object) {
  const response = await started.chat(body);
  const { metadata } = (await response.json()) as { metadata: Metadata };
  const row = await started.row();
  expect(metadata.cost_usd).toBe(row.costUsd);
  expect(response.headers.get('x-gateway-cost-usd')).toBe(row.costUsd === null ? 'unknown' : String(row.costUsd));
  return row;
}

const openaiReply = (usage?: object) =>
  answerJson({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Paris, of course.' }, finish_reason: 'stop' }],
    ...(usage && { usage }),
  });

describe('the cost of an exchange', () => {
  it('is what OpenAI counted at its price, the cached part apart', async () => {
    const price = nanoPrice('openai/gpt-4.1');
    started.openai.respond(
      openaiReply({ prompt_tokens: 1000, completion_tokens: 100, prompt_tokens_details: { cached_tokens: 400 } }),
    );
    const row = await costOf(ask('gpt-4.1'));
    expect(row).toMatchObject({ inputTokens: 1000, outputTokens: 100, cacheReadTokens: 400, costKind: 'exact' });
    expect(row.costNano).toBe(600 * price.input + 400 * price.cacheRead + 100 * price.output);
    expect(row.costUsd).toBe((row.costNano ?? 0) / 1e9);
  });

  it('is what Anthropic counted, cache writes and reads at their own price', async () => {
    const price = nanoPrice('anthropic/claude-haiku-4-5');
    started.anthropic.respond(
      answerJson({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'x',
        content: [{ type: 'text', text: 'Paris.' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 100, output_tokens: 50, cache_creation_input_tokens: 300, cache_read_input_tokens: 600 },
      }),
    );
    const row = await costOf(ask('claude-haiku-4-5'));
    expect(row).toMatchObject({ inputTokens: 1000, outputTokens: 50, cacheReadTokens: 600, costKind: 'exact' });
    expect(row.costNano).toBe(100 * price.input + 300 * price.cacheWrite5m + 600 * price.cacheRead + 50 * price.output);
  });

  it('counts what Gemini thought as output', async () => {
    const price = nanoPrice('gemini/gemini-2.5-flash');
    const usageMetadata = {
      promptTokenCount: 100,
      candidatesTokenCount: 10,
      thoughtsTokenCount: 40,
      totalTokenCount: 150,
    };
    started.gemini.respond(
      answerJson({
        candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Paris.' }] }, finishReason: 'STOP' }],
        usageMetadata,
      }),
    );
    const row = await costOf(ask('gemini-2.5-flash'));
    expect(row).toMatchObject({ inputTokens: 100, outputTokens: 50 });
    expect(row.costNano).toBe(100 * price.input + 50 * price.output);
  });

  it('is the same for a stream', async () => {
    const price = nanoPrice('openai/gpt-4.1');
    started.openai.respond(createEcho({ usage: { input: 321, output: 45 } }));
    const text = await (await started.chat(ask('gpt-4.1', { stream: true }))).text();
    const row = await started.row();
    expect(row).toMatchObject({ costKind: 'exact', costNano: 321 * price.input + 45 * price.output });
    expect(text).toContain(`"cost_usd":${row.costUsd}`);
  });

  it('is estimated where the provider counted nothing', async () => {
    started.openai.respond(openaiReply());
    const row = await costOf(ask('gpt-4.1'));
    expect(row.costKind).toBe('estimated');
    expect(row.costNano).toBeGreaterThan(0);
    expect(row.outputTokens).toBeGreaterThan(1);
  });

  it('is estimated from what came where a stream broke off, whatever was said at its start', async () => {
    const words = 'Paris is the capital of France. '.repeat(40);
    const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
    const body =
      event('message_start', {
        message: { id: 'msg_1', role: 'assistant', content: [], usage: { input_tokens: 500, output_tokens: 1 } },
      }) +
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: words } });
    started.anthropic.respond(answerBytes(body));
    await (await started.chat(ask('claude-haiku-4-5', { stream: true }))).text();
    const row = await started.row();
    expect(row).toMatchObject({ status: 'error', costKind: 'estimated', inputTokens: 500 });
    expect(row.outputTokens).toBeGreaterThan(100);
  });

  it('is unknown, not nothing, for a model that nobody knows: it is sent as asked', async () => {
    started.openai.respond(echo);
    const row = await costOf(ask('openai/some-new-model'));
    expect(JSON.parse(started.openai.calls().at(-1)?.body.toString() ?? '').model).toBe('some-new-model');
    expect(row).toMatchObject({
      model: 'some-new-model',
      costNano: null,
      costUsd: null,
      costKind: 'unknown',
      inputTokens: 11,
    });
  });

  it('is estimated for a call that came back broken, and nothing for one that the provider refused', async () => {
    started.openai.respond(answerBytes('{"choices": [', {}, 200, { 'content-type': 'application/json' }));
    await (await started.chat(ask('gpt-4.1'))).text();
    const broken = await started.row();
    expect(broken).toMatchObject({ status: 'error', errorCode: 'provider_bad_reply', costKind: 'estimated' });
    expect(broken.costNano).toBeGreaterThan(0);
    started.openai.respond(answerJson({ error: { message: 'No.', type: 'invalid_request_error' } }, 400));
    await (await started.chat(ask('gpt-4.1'))).text();
    expect(await started.row()).toMatchObject({ status: 'error', costKind: 'exact', costNano: 0 });
  });

  it('is nothing for a request that reached no provider', async () => {
    await started.chat(ask('nobody'));
    expect(await started.row()).toMatchObject({
      status: 'error',
      errorCode: 'unknown_model',
      costNano: 0,
      costKind: 'exact',
    });
  });
});

interface Line {
  kind: string;
  tokens: number | null;
  usdPerMillion: number | null;
  amountNano: number;
  source: string;
}

const detail = (id: string) =>
  started.api('GET', `/requests/${id}`) as Promise<{ costLines: Line[]; costKind: string }>;

describe('the arithmetic of a cost', () => {
  it('is readable afterwards, the same after the price has changed', async () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 100, prompt_tokens_details: { cached_tokens: 400 } };
    started.openai.respond(openaiReply(usage));
    const row = await costOf(ask('gpt-4.1'));
    const before = await detail(row.id);
    expect(before.costLines.map(({ kind, tokens, usdPerMillion }) => [kind, tokens, usdPerMillion])).toEqual([
      ['input', 600, 2],
      ['cacheRead', 400, 0.5],
      ['output', 100, 8],
    ]);
    expect(before.costLines.reduce((sum, { amountNano }) => sum + amountNano, 0)).toBe(row.costNano);
    await started.api('PATCH', '/models/openai/gpt-4.1', { price: { input: 50, output: 90 } });
    expect(await detail(row.id)).toEqual(before);

    started.openai.respond(openaiReply(usage));
    const dearer = await costOf(ask('gpt-4.1'));
    expect(dearer.costNano).toBe(1000 * 50_000 + 100 * 90_000);
    const { costLines } = await detail(dearer.id);
    expect(costLines.map(({ kind, source }) => [kind, source])).toEqual([
      ['input', 'your own price'],
      ['cacheRead', 'your own price, no rate of its own: input rate'],
      ['output', 'your own price'],
    ]);
    await started.api('DELETE', '/models/openai/gpt-4.1');
    expect((await detail(dearer.id)).costLines).toEqual(costLines);
  });

  it('is what the provider says it charged, where it says so', async () => {
    started.openai.respond(openaiReply({ prompt_tokens: 1000, completion_tokens: 100, cost: 0.0123 }));
    const row = await costOf(ask('gpt-4.1'));
    expect(row).toMatchObject({ costNano: 12_300_000, costKind: 'exact' });
    expect((await detail(row.id)).costLines).toMatchObject([{ kind: 'billed', amountNano: 12_300_000 }]);
  });

  it('uses the service tier that the reply names, not the one asked for', async () => {
    const reply = (service_tier: string) =>
      answerJson({
        id: 'chatcmpl-1',
        service_tier,
        choices: [{ index: 0, message: { role: 'assistant', content: 'Paris.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1000, completion_tokens: 100 },
      });
    started.openai.respond(reply('default'));
    const standard = await costOf(ask('gpt-5.5', { service_tier: 'priority' }));
    started.openai.respond(reply('priority'));
    const priority = await costOf(ask('gpt-5.5', { service_tier: 'priority' }));
    expect(standard).toMatchObject({ costKind: 'exact', costNano: 1000 * 5000 + 100 * 30_000 });
    expect(priority).toMatchObject({ costKind: 'exact', costNano: 1000 * 12_500 + 100 * 75_000 });
    expect((await detail(priority.id)).costLines[0]?.source).toContain('priority');
  });

  it('is empty for an answer from the cache, and for an unknown price, which sums count apart', async () => {
    started.openai.respond(echo);
    const body = ask('openai/some-newer-model');
    const unknown = await costOf(body);
    expect(unknown).toMatchObject({ costNano: null });
    expect((await detail(unknown.id)).costLines).toEqual([]);
    await (await started.chat(body)).text();
    const hit = await started.row();
    expect(hit).toMatchObject({ cache: 'hit', costNano: 0 });
    expect((await detail(hit.id)).costLines).toEqual([]);
    const sums = (await started.api('GET', '/analytics/overview')) as { unknownCosts: number };
    expect(sums.unknownCosts).toBeGreaterThan(0);
  });
});

describe('the demo provider', () => {
  it('answers any name of its own, for nothing, though there are keys', async () => {
    for (const model of ['demo/small', 'demo/whatever']) {
      const row = await costOf(ask(model));
      expect(row).toMatchObject({ provider: 'demo', status: 'ok', costNano: 0 });
      const text = await (await started.chat(ask(model, { stream: true }))).text();
      expect(text).toContain('simulated');
      expect(await started.row()).toMatchObject({ costNano: 0, stream: true });
    }
  });

  it('is what auto chooses until there is a key, and then no more', async () => {
    const empty = await startGateway({ keys: [] });
    expect(empty.gateway.demo).toBe(true);
    await (await empty.chat(ask('auto'))).text();
    expect(await empty.row()).toMatchObject({ provider: 'demo' });
    await empty.api('POST', '/provider-keys', { provider: 'openai', key: 'sk-a-real-one' });
    expect(empty.gateway.demo).toBe(false);
    await (await empty.chat(ask('auto'))).text();
    expect(await empty.row()).toMatchObject({ provider: 'openai' });
    await empty.close();
  });
});
