import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEcho } from '../fake-echo.ts';
import { ask, type Metadata, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterAll(() => started.close());

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming;
type WithMetadata<T> = T & { metadata?: Metadata };

const create = async (params: Params) =>
  (await started.sdk().chat.completions.create(params)) as WithMetadata<OpenAI.ChatCompletion>;

async function stream(params: Params) {
  const chunks: WithMetadata<OpenAI.ChatCompletionChunk>[] = [];
  for await (const chunk of await started.sdk().chat.completions.create({ ...params, stream: true }))
    chunks.push(chunk as WithMetadata<OpenAI.ChatCompletionChunk>);
  return chunks;
}

const textOf = (chunks: OpenAI.ChatCompletionChunk[]) =>
  chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');

describe.each([
  ['openai', 'gpt-4.1'],
  ['anthropic', 'claude-haiku-4-5'],
  ['gemini', 'gemini-2.5-flash'],
] as const)('chat completions answered by %s', (provider, model) => {
  const sent = () => {
    const call = started[provider].calls().at(-1);
    return { path: call?.path ?? '', headers: call?.headers ?? {}, body: JSON.parse(call?.body.toString() ?? '{}') };
  };

  it('gives the answer with its usage, finish reason and metadata', async () => {
    const reply = await create(ask(model));
    expect(reply).toMatchObject({
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: `Answer of ${model}.` }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    });
    const row = await started.row();
    expect(reply.metadata).toEqual({
      model_used: model,
      provider,
      complexity: 'simple',
      cost_usd: row.costUsd,
      latency_ms: expect.any(Number),
      cache_hit: false,
      request_id: row.id,
    });
    expect(row).toMatchObject({ provider, model, status: 'ok', inputTokens: 11, outputTokens: 7, costKind: 'exact' });
  });

  it('streams the same, usage only where it is asked for', async () => {
    const plain = await stream(ask(model));
    expect(textOf(plain)).toBe(`Answer of ${model}.`);
    expect(plain.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? [])).toEqual(['stop']);
    expect(plain.every((chunk) => !chunk.usage)).toBe(true);
    expect(plain.at(-1)).toMatchObject({ choices: [], metadata: { provider, model_used: model } });
    expect(plain.filter((chunk) => chunk.metadata)).toHaveLength(1);

    const counted = await stream({ ...ask(model), stream_options: { include_usage: true } });
    expect(counted.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 11, completion_tokens: 7 },
      metadata: { provider, model_used: model, request_id: (await started.row()).id },
    });
    expect(counted.filter((chunk) => chunk.usage)).toHaveLength(1);
    expect(await started.row()).toMatchObject({ stream: true, status: 'ok', inputTokens: 11, outputTokens: 7 });
  });

  it('carries a conversation of several turns, with instructions', async () => {
    await create({
      model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'One?' },
        { role: 'assistant', content: 'Eins.' },
        { role: 'user', content: `Two? ${provider}` },
      ],
    });
    const text = JSON.stringify(sent().body);
    for (const said of ['Be brief.', 'One?', 'Eins.', `Two? ${provider}`]) expect(text).toContain(said);
    expect(text.indexOf('One?')).toBeLessThan(text.indexOf('Eins.'));
  });

  it('carries tools, a choice among them, and two calls with their results', async () => {
    const tools = ['weather', 'clock'].map((name) => ({
      type: 'function' as const,
      function: {
        name,
        description: `Tells the ${name}`,
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
      },
    }));
    const first = await create({
      ...ask(model),
      tools,
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    expect(first.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ type: 'function', function: { name: 'weather', arguments: '{}' } }] },
    });
    const choice = sent().body;
    expect(JSON.stringify(choice.tool_choice ?? choice.toolConfig)).toContain('weather');
    const call = (id: string, name: string) =>
      ({ id, type: 'function', function: { name, arguments: '{"city":"Bern"}' } }) as const;
    const second = await create({
      model,
      tools,
      messages: [
        { role: 'user', content: 'What of Bern?' },
        { role: 'assistant', content: null, tool_calls: [call('call_a', 'weather'), call('call_b', 'clock')] },
        { role: 'tool', tool_call_id: 'call_a', content: 'sunny' },
        { role: 'tool', tool_call_id: 'call_b', content: 'noon' },
      ],
    });
    expect(second.choices[0]?.message.content).toBe(`Answer of ${model}.`);
    const text = JSON.stringify(sent().body);
    for (const said of ['sunny', 'noon', 'Bern']) expect(text).toContain(said);
  });

  it('streams tool calls', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'look', parameters: { type: 'object' } } }];
    const chunks = await stream({ ...ask(model), tools });
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({ index: 0, id: expect.any(String), function: { name: 'look' } });
    expect(calls.map((call) => call.function?.arguments ?? '').join('')).toBe('{}');
    expect(chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? [])).toEqual(['tool_calls']);
  });

  it('carries images by URL and by value', async () => {
    const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
    await create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is on these?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
            { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
          ],
        },
      ],
    });
    const text = JSON.stringify(sent().body);
    expect(text).toContain(pixel);
    expect(text).toContain('https://example.com/cat.png');
  });

  it('carries a JSON schema as the form of the answer', async () => {
    started[provider].respond(createEcho({ text: '{"city":"Paris"}' }));
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    };
    const reply = await create({
      ...ask(model),
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
    });
    started[provider].respond(createEcho());
    expect(reply.choices[0]?.message.content).toBe('{"city":"Paris"}');
    expect(JSON.stringify(sent().body)).toContain('"city"');
  });

  it('sends the key of the provider, and never its own', async () => {
    await create(ask(model));
    const { headers } = sent();
    const all = JSON.stringify(headers);
    expect(all).not.toContain(started.key);
    expect(all.toLowerCase()).toContain(
      { openai: 'bearer sk-proj-', anthropic: 'sk-ant-', gemini: 'aizasy' }[provider],
    );
  });
});

const effortOf = async (provider: 'openai' | 'anthropic' | 'gemini', model: string): Promise<unknown> => {
  await create({ ...ask(model), reasoning_effort: 'high' });
  const body = JSON.parse(started[provider].calls().at(-1)?.body.toString() ?? '{}');
  return {
    openai: body.reasoning_effort,
    anthropic: body.thinking ?? body.output_config,
    gemini: body.generationConfig?.thinkingConfig,
  }[provider];
};

describe('what a request asks for', () => {
  it.each([
    ['openai', 'gpt-5-mini'],
    ['anthropic', 'claude-sonnet-4-6'],
    ['gemini', 'gemini-2.5-pro'],
  ] as const)('tells %s how hard to think', async (provider, model) => {
    expect(await effortOf(provider, model)).toBeDefined();
  });

  it('carries n and logprobs to OpenAI, and says that others lose them', async () => {
    await create({ ...ask('gpt-4.1'), n: 2, logprobs: true, top_logprobs: 3 });
    const body = JSON.parse(started.openai.calls().at(-1)?.body.toString() ?? '{}');
    expect(body).toMatchObject({ n: 2, logprobs: true, top_logprobs: 3 });
    const { response } = await started
      .sdk()
      .chat.completions.create({ ...ask('claude-haiku-4-5'), logprobs: true })
      .withResponse();
    expect(response.headers.get('x-gateway-losses')).toContain('logprobs');
    expect((await started.row()).losses[0]).toMatchObject({ field: expect.stringContaining('logprobs') });
  });
});
