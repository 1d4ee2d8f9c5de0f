import { afterAll, beforeAll, describe, it } from 'vitest';
import { replay } from '../fake-answers.ts';
import { check, schemaOf } from '../wire-schema.ts';
import { post } from './clients.ts';
import { ask, readEvents, type Started, startGateway } from './start.ts';

/** All that the gateway itself writes to clients, against the schemas of their dialects. */

let started: Started;
/** The gateway's own metadata in a chat completion is not all text, as OpenAI's is: this key goes without. */
let bare: { authorization: string };
beforeAll(async () => {
  started = await startGateway();
  const { key } = (await started.api('POST', '/gateway-keys', { name: 'bare', metadata: false })) as { key: string };
  bare = { authorization: `Bearer ${key}` };
});
afterAll(() => started.close());

type Json = Record<string, unknown>;

const SCHEMAS = {
  completion: schemaOf('openai.sdk-types', 'ChatCompletion'),
  chunk: schemaOf('openai.sdk-types', 'ChatCompletionChunk'),
  response: schemaOf('openai.openapi-subset', 'Response'),
  responseEvent: schemaOf('openai.openapi-subset', 'ResponseStreamEvent'),
  embeddings: schemaOf('openai.openapi-subset', 'CreateEmbeddingResponse'),
  models: schemaOf('openai.openapi-subset', 'ListModelsResponse'),
  message: schemaOf('anthropic.sdk-types', 'Message'),
  messageEvent: schemaOf('anthropic.sdk-types', 'RawMessageStreamEvent'),
  tokens: schemaOf('anthropic.sdk-types', 'MessageTokensCount'),
  candidate: schemaOf('gemini.sdk-types', 'Candidate'),
  geminiUsage: schemaOf('gemini.sdk-types', 'GenerateContentResponseUsageMetadata'),
};

function checkGemini(value: unknown): void {
  const { candidates = [], usageMetadata } = value as { candidates?: unknown[]; usageMetadata?: unknown };
  for (const candidate of candidates) check(SCHEMAS.candidate, candidate);
  if (usageMetadata !== undefined) check(SCHEMAS.geminiUsage, usageMetadata);
}

/** Recordings of a text, of reasoning and of calls, whole and streamed, of each dialect of providers. */
const RECORDED = {
  openai: [
    'gpt-4.1',
    ['openai-chat/json-text.1', 'authored/openai/stream-parallel-tools', 'openai-chat/stream-text.1'],
  ],
  anthropic: [
    'claude-haiku-4-5',
    [
      'anthropic/json-text.1',
      'anthropic/json-reasoning.1',
      'anthropic/json-parallel-tools.1',
      'anthropic/stream-reasoning.1',
      'authored/anthropic/stream-parallel-tools',
    ],
  ],
  gemini: [
    'gemini-2.5-flash',
    [
      'gemini/json-text.1',
      'gemini/json-reasoning.1',
      'gemini/json-parallel-tools-empty-args-reasoning.1',
      'gemini/stream-reasoning.1',
      'authored/gemini/stream-parallel-tools',
    ],
  ],
} as const;

const CASES = Object.entries(RECORDED).flatMap(([id, [model, fixtures]]) =>
  fixtures.map((fixture) => ({ id: id as keyof typeof RECORDED, model, fixture, stream: fixture.includes('stream') })),
);

const eventsOf = async (response: Response): Promise<unknown[]> =>
  readEvents((await response.text()).replaceAll(/^event: .*\n/gm, '')).filter((event) => event !== '[DONE]');

describe.each(CASES)('$fixture', ({ id, model, fixture, stream }) => {
  it('to a client of OpenAI Chat', async () => {
    if (id === 'openai') return;
    started[id].respond(replay(fixture));
    const response = await post(started, '/v1/chat/completions', { ...ask(model), stream }, { headers: bare });
    if (stream) for (const event of await eventsOf(response)) check(SCHEMAS.chunk, event);
    else check(SCHEMAS.completion, await response.json());
  });

  it('to a client of OpenAI Responses', async () => {
    if (id === 'openai') return;
    started[id].respond(replay(fixture));
    const response = await post(started, '/v1/responses', { model, input: ask('').messages, stream });
    if (stream) for (const event of await eventsOf(response)) check(SCHEMAS.responseEvent, event);
    else check(SCHEMAS.response, await response.json());
  });

  it('to a client of Anthropic', async () => {
    if (id === 'anthropic') return;
    started[id].respond(replay(fixture));
    const response = await post(started, '/v1/messages', { ...ask(model), max_tokens: 99, stream });
    if (stream) for (const event of await eventsOf(response)) check(SCHEMAS.messageEvent, event);
    else check(SCHEMAS.message, await response.json());
  });

  it('to a client of Gemini', async () => {
    if (id === 'gemini') return;
    started[id].respond(replay(fixture));
    const contents = [{ parts: [{ text: ask('').messages[0]?.content }] }];
    const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
    const response = await post(started, `/v1beta/models/${model}:${method}`, { contents });
    for (const event of stream ? await eventsOf(response) : [await response.json()]) checkGemini(event);
  });
});

describe('what is no answer', () => {
  it('has its shape as well: embeddings, counts and lists of models', async () => {
    await started.forget();
    for (const encoding_format of ['float', 'base64']) {
      const vectors = await post(started, '/v1/embeddings', {
        model: 'gemini-embedding-001',
        input: 'Hi',
        encoding_format,
      });
      const body = (await vectors.json()) as Json;
      if (encoding_format === 'float') check(SCHEMAS.embeddings, body);
    }
    const counted = await post(started, '/v1/messages/count_tokens', ask('gpt-4.1'));
    check(SCHEMAS.tokens, await counted.json());
    check(SCHEMAS.models, await started.sdk().get('/models'));
  });
});
