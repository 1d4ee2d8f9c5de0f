import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAIEmbeddings } from '@langchain/google-genai';
import { OpenAIEmbeddings } from '@langchain/openai';
import { embedMany } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bench } from '../conformance/bench.ts';
import { echo } from '../fake-echo.ts';
import { vectorOf } from '../fake-questions.ts';
import { PROVIDERS, startEveryBench } from './bench.ts';
import type { Address } from './speaker.ts';

/** What programs ask beside chats: vectors of texts, and counts of tokens. */

let bench: Bench;
let address: Address;
beforeAll(async () => {
  bench = await startEveryBench();
  address = { url: bench.started.url, key: bench.key };
});
beforeEach(() => {
  for (const [, { id }] of PROVIDERS) bench.fakeOf(id).respond(echo);
});
afterAll(() => bench.close());

type Embed = (address: Address, model: string, texts: string[]) => Promise<number[][]>;

const EMBEDDERS: Record<string, Embed> = {
  async openai({ url, key }, model, input) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    return (await client.embeddings.create({ model, input })).data.map(({ embedding }) => embedding);
  },
  async '@google/genai'({ url, key }, model, contents) {
    const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
    const { embeddings = [] } = await client.models.embedContent({ model, contents });
    return embeddings.map(({ values = [] }) => values);
  },
  async 'ai, OpenAI'({ url, key }, model, values) {
    const provider = createOpenAI({ baseURL: `${url}/v1`, apiKey: key });
    return (await embedMany({ model: provider.embedding(model), values, maxRetries: 0 })).embeddings;
  },
  async 'ai, Google'({ url, key }, model, values) {
    const provider = createGoogle({ baseURL: `${url}/v1beta`, apiKey: key });
    return (await embedMany({ model: provider.embedding(model), values, maxRetries: 0 })).embeddings;
  },
  'LangChain, OpenAI': ({ url, key }, model, texts) =>
    new OpenAIEmbeddings({
      model,
      apiKey: key,
      maxRetries: 0,
      configuration: { baseURL: `${url}/v1` },
    }).embedDocuments(texts),
  'LangChain, Google': ({ url, key }, model, texts) =>
    new GoogleGenerativeAIEmbeddings({ model, apiKey: key, maxRetries: 0, baseUrl: url }).embedDocuments(texts),
};

/** Those that have an endpoint for it, with a model of theirs. */
const EMBEDDING_MODELS = [
  'openai/text-embedding-3-small',
  'gemini/gemini-embedding-001',
  'cohere/embed-v4.0',
  'mistral/mistral-embed',
  'openrouter/openai/text-embedding-3-small',
  'together/an-embedder',
  'ollama/an-embedder',
  'lmstudio/an-embedder',
  'vllm/an-embedder',
  'mine/an-embedder',
];

describe.each(Object.entries(EMBEDDERS))('%s', (name, embed) => {
  it.each(EMBEDDING_MODELS)('gets a vector of each text from %s', async (model) => {
    const texts = ['one', `of ${name}`, 'three at last'];
    const vectors = await embed(address, model, texts);
    expect(vectors).toEqual(texts.map((text) => vectorOf(text).map((value) => expect.closeTo(value, 5))));
  });
});

/** What the fakes count. All others are asked nothing: the gateway estimates. */
const COUNTS: Record<string, number> = { anthropic: 101, openai: 102, gemini: 103 };

describe.each(PROVIDERS)('tokens for %s are counted', (_, { id, model }) => {
  it('for @anthropic-ai/sdk, and it is said who counted', async () => {
    const client = new Anthropic({ baseURL: address.url, apiKey: address.key, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'How many tokens is this question?' }];
    const { data, response } = await client.messages.countTokens({ model, messages }).withResponse();
    expect(response.headers.get('x-gateway-count')).toBe(id in COUNTS ? 'provider' : 'estimate');
    check(id, data.input_tokens);
  });

  it('for @google/genai', async () => {
    const client = new GoogleGenAI({ apiKey: address.key, httpOptions: { baseUrl: address.url } });
    const { totalTokens } = await client.models.countTokens({ model, contents: 'How many tokens is this question?' });
    check(id, totalTokens);
  });
});

function check(id: string, counted: number | undefined): void {
  if (id in COUNTS) expect(counted).toBe(COUNTS[id]);
  else {
    // Some put words of their own before the question, up to a hundred tokens.
    expect(counted).toBeGreaterThan(6);
    expect(counted).toBeLessThan(150);
  }
}
