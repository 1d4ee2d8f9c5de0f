import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerJson, loadFixture, replay } from '../fake-answers.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { vectorOf } from '../fake-questions.ts';
import { ask, type Started, startGateway } from './start.ts';

let started: Started;
let cohere: FakeProvider;
beforeAll(async () => {
  cohere = await createFakeProvider();
  started = await startGateway({ baseUrls: { cohere: cohere.url }, settings: { retryAfterMaxMs: 0 } });
  await started.api('POST', '/provider-keys', { provider: 'cohere', key: 'a-key-of-cohere-0123456789' });
});
beforeEach(() => started.forget());
afterAll(async () => {
  await started.close();
  await cohere.close();
});

const MODELS = ['text-embedding-3-small', 'gemini-embedding-001', 'cohere/embed-v4.0'];
const gemini = () => new GoogleGenAI({ apiKey: started.key, httpOptions: { baseUrl: started.url } });
const near = (vector: number[]) => vector.map((value) => expect.closeTo(value, 5));

const post = (path: string, body: object) =>
  fetch(started.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe.each(MODELS)('vectors of %s', (model) => {
  const name = model.split('/').at(-1);

  it.each(['float', 'base64', undefined] as const)('reach the OpenAI SDK as %s', async (encoding) => {
    const input = ['one', `three ${encoding}`];
    const reply = await started
      .sdk()
      .embeddings.create({ model, input, ...(encoding !== undefined && { encoding_format: encoding }) });
    const vectors = reply.data.map(({ embedding }) =>
      typeof embedding === 'string'
        ? [...new Float32Array(new Uint8Array(Buffer.from(embedding, 'base64')).buffer)]
        : embedding,
    );
    expect(vectors).toEqual(input.map((text) => near(vectorOf(text))));
    expect(reply.data.map(({ index }) => index)).toEqual([0, 1]);
    expect(reply.usage.prompt_tokens).toBeGreaterThan(0);
  });

  it('reach the Gemini SDK', async () => {
    const reply = await gemini().models.embedContent({ model, contents: ['one', 'three'] });
    expect(reply.embeddings?.map(({ values }) => values)).toEqual(['one', 'three'].map((text) => near(vectorOf(text))));
  });

  it('reach a client of embedContent', async () => {
    const response = await post(`/v1beta/models/${model}:embedContent`, { content: { parts: [{ text: 'one' }] } });
    expect(await response.json()).toMatchObject({ embedding: { values: near(vectorOf('one')) } });
  });

  it('are in the ledger, with their price', async () => {
    await started.sdk().embeddings.create({ model, input: `Priced ${model}` });
    const row = await started.row();
    expect(row).toMatchObject({ status: 'ok', model: name, outputTokens: 0, stream: false, costKind: 'exact' });
    expect(row.inputTokens).toBeGreaterThan(0);
    expect(row.costNano).toBeGreaterThan(0);
  });

  it('come from the cache when asked for again', async () => {
    const body = { model, input: `Twice ${model}` };
    const first = await post('/v1/embeddings', body);
    const again = await post('/v1/embeddings', body);
    expect(await again.text()).toBe(await first.text());
    expect(again.headers.get('x-gateway-cache')).toBe('hit');
  });
});

describe('embeddings between speakers of one dialect', () => {
  it('go untouched to OpenAI and back', async () => {
    const recorded = loadFixture('openai/embeddings.1');
    started.openai.respond(replay('openai/embeddings.1'));
    const response = await post('/v1/embeddings', recorded.request?.body ?? {});
    expect(await response.text()).toBe(recorded.body.toString());
    expect(JSON.parse(String(started.openai.calls()[0]?.body))).toEqual(recorded.request?.body);
  });

  it('go untouched to Gemini and back, and an unsaid usage is an estimate', async () => {
    const recorded = loadFixture('gemini/embeddings.1');
    const path = recorded.request?.path ?? '';
    started.gemini.respond(replay('gemini/embeddings.1'));
    const response = await post(path.replace('models/', 'models/gemini/'), recorded.request?.body ?? {});
    expect(await response.text()).toBe(recorded.body.toString());
    const [call] = started.gemini.calls();
    expect([call?.path, JSON.parse(String(call?.body))]).toEqual([path, recorded.request?.body]);
    expect(await started.row()).toMatchObject({ status: 'ok' });
  });

  it('take lists of tokens', async () => {
    await started.sdk().embeddings.create({ model: MODELS[0] ?? '', input: [[1, 2], [3]] });
    expect(JSON.parse(String(started.openai.calls()[0]?.body))).toMatchObject({ input: [[1, 2], [3]] });
  });

  it('are told in base64 by providers that know only numbers', async () => {
    started.openai.respond(answerJson({ object: 'list', data: [{ index: 0, embedding: [0.5, 1] }], model: 'x' }));
    const reply = await started.sdk().embeddings.create({ model: MODELS[0] ?? '', input: 'Numbers' });
    expect(reply.data[0]?.embedding).toEqual([0.5, 1]);
    expect(await started.row()).toMatchObject({ costKind: 'estimated' });
  });
});

describe('what an embedding cannot carry', () => {
  it('is named: lists of tokens', async () => {
    const asking = started.sdk().embeddings.create({ model: 'gemini-embedding-001', input: [1, 2, 3] });
    await expect(asking).rejects.toMatchObject({ status: 400, param: 'input[0]' });
  });

  it('is named: providers without embeddings', async () => {
    const asking = started.sdk().embeddings.create({ model: 'anthropic/claude-haiku-4-5', input: 'x' });
    await expect(asking).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(asking).rejects.toThrow('makes no embeddings');
  });

  it('is named: auto', async () => {
    await expect(started.sdk().embeddings.create({ model: 'auto', input: 'x' })).rejects.toThrow('Name one');
  });

  it.each([
    [{ input: [] }, 'input'],
    [{ input: 5 }, 'input'],
    [{ input: [{}] }, 'input[0]'],
    [{ input: 'x', dimensions: -1 }, 'dimensions'],
    [{ input: 'x', encoding_format: 'int8' }, 'encoding_format'],
    [{ input: 'x', model: 5 }, 'model'],
  ])('is named: %j', async (body, param) => {
    const response = await post('/v1/embeddings', { model: MODELS[0], ...body });
    expect([response.status, await response.json()]).toEqual([400, { error: expect.objectContaining({ param }) }]);
  });

  it('is reported: a purpose that Cohere wants and the client did not say', async () => {
    const response = await post('/v1/embeddings', { model: 'cohere/embed-v4.0', input: 'Why?' });
    expect(response.headers.get('x-gateway-losses')).toContain('input_type');
    await post('/v1beta/models/cohere/embed-v4.0:embedContent', {
      content: { parts: [{ text: 'Where?' }] },
      taskType: 'RETRIEVAL_QUERY',
      outputDimensionality: 3,
    });
    expect(JSON.parse(String(cohere.calls().at(-1)?.body))).toMatchObject({
      input_type: 'search_query',
      output_dimension: 3,
    });
  });
});

describe('a provider that fails to embed', () => {
  it('is an error in the shape of the client', async () => {
    started.openai.respond(replay('authored/openai/error-429-rate'));
    await expect(started.sdk().embeddings.create({ model: MODELS[0] ?? '', input: 'x' })).rejects.toBeInstanceOf(
      OpenAI.RateLimitError,
    );
    await expect(gemini().models.embedContent({ model: MODELS[0] ?? '', contents: 'x' })).rejects.toMatchObject({
      status: 429,
    });
    expect(await started.row()).toMatchObject({ status: 'error', errorCode: 'provider_rate_limited', costNano: 0 });
  });

  it('by answering too few vectors is not believed', async () => {
    started.openai.respond(answerJson({ object: 'list', data: [], model: 'x' }));
    await expect(started.sdk().embeddings.create({ model: MODELS[0] ?? '', input: 'x' })).rejects.toMatchObject({
      status: 502,
    });
  });
});

it('auto never chooses a model that makes embeddings', async () => {
  const response = await started.chat(ask('auto'));
  expect(response.headers.get('x-gateway-model')).not.toContain('embed');
  const listed = await started.sdk().models.list();
  expect(listed.data.map(({ id }) => id)).toContain('openai/text-embedding-3-small');
});
