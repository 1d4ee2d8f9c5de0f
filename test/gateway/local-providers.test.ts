import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { echo } from '../fake-echo.ts';
import { ask, SOON, type Started, startGateway } from './start.ts';

type Answers = Record<string, unknown>;

let started: Started;
let server: Server;
let answers: Answers;
let asked: string[];
beforeEach(async () => {
  answers = {};
  asked = [];
  server = createServer(async (request, response) => {
    const body = Buffer.from(await text(request));
    const path = request.url ?? '';
    asked.push(path);
    const { model = '' } = path === '/api/show' ? (JSON.parse(body.toString()) as { model: string }) : {};
    const answer = answers[path + model];
    if (path === '/v1/chat/completions') {
      void echo({ method: 'POST', path, headers: request.headers, body }, response);
      return;
    }
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: 'not found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await started.close();
  server.closeAllConnections();
  server.close();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

interface Shown {
  id: string;
  kind: string;
  hasKey: boolean;
  local: { running: boolean; models: string[] } | null;
}

const shown = async (id: string, how: 'GET' | 'POST' = 'GET') => {
  const path = how === 'GET' ? '/providers' : '/providers/discover';
  const { providers } = (await started.api(how, path)) as { providers: Shown[] };
  return providers.find((provider) => provider.id === id);
};

const OLLAMA: Answers = {
  '/api/tags': {
    models: [
      { name: 'qwen3:8b', model: 'qwen3:8b', digest: 'a' },
      { name: 'llava:latest', model: 'llava:latest', digest: 'b' },
      { name: 'nomic-embed-text:latest', model: 'nomic-embed-text:latest', digest: 'c' },
      { name: 'gpt-oss:120b-cloud', model: 'gpt-oss:120b-cloud', digest: 'd', remote_host: 'https://ollama.com:443' },
    ],
  },
  '/api/showqwen3:8b': {
    capabilities: ['completion', 'tools', 'thinking'],
    model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 40_960 },
  },
  '/api/showllava:latest': {
    capabilities: ['completion', 'vision'],
    model_info: { 'general.architecture': 'llama', 'llama.context_length': 32_768 },
  },
  '/api/shownomic-embed-text:latest': { capabilities: ['embedding'] },
  '/api/showgpt-oss:120b-cloud': { capabilities: ['completion', 'tools'] },
};

describe('Ollama', () => {
  beforeEach(() => Object.assign(answers, OLLAMA));

  it('is found while it runs, with what it says of its models, free of charge', async () => {
    started = await startGateway({ keys: [], baseUrls: { ollama: url() } });
    await expect
      .poll(() => shown('ollama'), SOON)
      .toMatchObject({ kind: 'local', hasKey: true, local: { running: true } });
    const { models } = (await started.api('GET', '/models')) as { models: { id: string; provider: string }[] };
    expect(models.filter(({ provider }) => provider === 'ollama')).toMatchObject([
      {
        id: 'ollama/qwen3:8b',
        contextTokens: 40_960,
        input: ['text'],
        capabilities: { tools: true, reasoning: true },
        price: { input: 0, output: 0 },
        rating: 2,
        available: true,
      },
      { id: 'ollama/llava:latest', aliases: ['llava'], input: ['text', 'image'], rating: null },
      { id: 'ollama/nomic-embed-text:latest', output: ['embedding'], price: { input: 0 } },
      { id: 'ollama/gpt-oss:120b-cloud', price: null },
    ]);
    const { data } = await started.sdk().models.list();
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['ollama/qwen3:8b', 'ollama/llava:latest']));
  });

  it('answers by name and takes part in auto, without a key and at no cost', async () => {
    started = await startGateway({ keys: [], baseUrls: { ollama: url() } });
    await shown('ollama', 'POST');
    for (const model of ['ollama/qwen3:8b', 'qwen3:8b', 'llava', 'auto']) {
      expect((await started.chat(ask(model))).status).toBe(200);
      expect(await started.row()).toMatchObject({ provider: 'ollama', costNano: 0, costKind: 'exact' });
    }
    await (await started.chat(ask('ollama/gpt-oss:120b-cloud'))).text();
    expect(await started.row()).toMatchObject({ costNano: null, costKind: 'unknown' });
  });

  it('makes vectors at no cost', async () => {
    started = await startGateway({ keys: [], baseUrls: { ollama: url() } });
    await shown('ollama', 'POST');
    answers['/v1/embeddings'] = {
      data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
      usage: { prompt_tokens: 3, total_tokens: 3 },
    };
    const reply = await started.sdk().embeddings.create({ model: 'nomic-embed-text', input: 'Here' });
    expect(reply.data).toHaveLength(1);
    expect(await started.row()).toMatchObject({ provider: 'ollama', costNano: 0, costKind: 'exact' });
  });

  it('asks of a model only once what it can do', async () => {
    started = await startGateway({ keys: [], baseUrls: { ollama: url() } });
    await shown('ollama', 'POST');
    await shown('ollama', 'POST');
    expect(asked.filter((path) => path === '/api/show')).toHaveLength(4);
  });

  it('vanishes when a call finds it gone', async () => {
    started = await startGateway({ keys: ['openai'], baseUrls: { ollama: url() } });
    await shown('ollama', 'POST');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const response = await started.chat(ask('ollama/qwen3:8b'));
    expect(response.status).toBe(502);
    await expect
      .poll(() => shown('ollama'), SOON)
      .toMatchObject({ hasKey: false, local: { running: false, models: [] } });
    const { data } = await started.sdk().models.list();
    expect(data.some(({ id }) => id.startsWith('ollama/'))).toBe(false);
  });

  it('that does not run is called all the same when it is asked for, and the error says where', async () => {
    started = await startGateway({ keys: ['openai'] });
    const response = await started.chat(ask('ollama/qwen3:8b'));
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('ollama could not be reached') },
    });
  });

  it('is not looked for where that is switched off, and is found again where it is on', async () => {
    started = await startGateway({ keys: [], baseUrls: { ollama: url() } });
    await shown('ollama', 'POST');
    await started.api('PATCH', '/settings', { local: { discover: false } });
    await expect.poll(() => shown('ollama'), SOON).toMatchObject({ local: { running: false } });
    const before = asked.length;
    await shown('ollama', 'POST');
    expect(asked).toHaveLength(before);
    await started.api('PATCH', '/settings', { local: { discover: true } });
    await expect.poll(() => shown('ollama'), SOON).toMatchObject({ local: { running: true } });
  });

  it('may be at another address by a setting, but not at one where keys would travel in the clear', async () => {
    started = await startGateway({ keys: [] });
    await started.api('PATCH', '/settings', { local: { baseUrls: { ollama: url() } } });
    await expect.poll(() => shown('ollama'), SOON).toMatchObject({ local: { running: true } });
    const refused = started.api('PATCH', '/settings', { local: { baseUrls: { ollama: 'http://llm.example' } } });
    await expect(refused).rejects.toThrow(/not a private address/);
  });

  it('can be rated by its owner', async () => {
    started = await startGateway({ keys: [], baseUrls: { ollama: url() } });
    await shown('ollama', 'POST');
    await started.api('PATCH', '/models/ollama/llava:latest', { rating: 4.2 });
    expect(await started.api('GET', '/models/ollama/llava:latest')).toMatchObject({
      rating: 4.2,
      contextTokens: 32_768,
    });
  });
});

it('LM Studio tells what its models can do', async () => {
  answers['/api/v0/models'] = {
    object: 'list',
    data: [
      { id: 'qwen/qwen3-4b', type: 'llm', state: 'not-loaded', max_context_length: 32_768, capabilities: ['tool_use'] },
      { id: 'gemma-3', type: 'vlm', state: 'loaded', max_context_length: 131_072, loaded_context_length: 8192 },
      { id: 'text-embedding-nomic', type: 'embeddings', max_context_length: 2048 },
    ],
  };
  started = await startGateway({ keys: [], baseUrls: { lmstudio: url() } });
  expect(await shown('lmstudio', 'POST')).toMatchObject({
    local: { running: true, models: ['qwen/qwen3-4b', 'gemma-3', 'text-embedding-nomic'] },
  });
  expect(await started.api('GET', '/models/lmstudio/qwen/qwen3-4b')).toMatchObject({
    contextTokens: 32_768,
    capabilities: { tools: true },
  });
  expect(await started.api('GET', '/models/lmstudio/gemma-3')).toMatchObject({
    contextTokens: 8192,
    input: ['text', 'image'],
  });
  await (await started.chat(ask('qwen/qwen3-4b'))).text();
  expect(await started.row()).toMatchObject({ provider: 'lmstudio', model: 'qwen/qwen3-4b', costNano: 0 });
});

it('vLLM is found by its own mark: another server at its port is none', async () => {
  answers['/v1/models'] = { object: 'list', data: [{ id: 'big', owned_by: 'someone', max_model_len: 9000 }] };
  started = await startGateway({ keys: [], baseUrls: { vllm: url() } });
  expect(await shown('vllm', 'POST')).toMatchObject({ local: { running: false } });
  answers['/v1/models'] = { object: 'list', data: [{ id: 'big', owned_by: 'vllm', max_model_len: 9000 }] };
  expect(await shown('vllm', 'POST')).toMatchObject({ local: { running: true, models: ['big'] } });
  expect(await started.api('GET', '/models/vllm/big')).toMatchObject({ contextTokens: 9000, price: { input: 0 } });
});
