import { describe, expect, test } from 'vitest';
import type { ChatEvent, JsonObject, Part } from '../../chat.ts';
import { collect } from '../../reply.ts';
import { openaiChat } from './index.ts';
import { readUsage, writeUsage } from './usage.ts';

const delta = (fields: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: 'c1',
  choices: [{ index: 0, delta: fields, ...more }],
});
const call = (fields: JsonObject): JsonObject => delta({ tool_calls: [fields] });

function events(chunks: (JsonObject | string)[], event?: string): ChatEvent[] {
  const reader = openaiChat.createStreamReader();
  const read = chunks.flatMap((chunk) =>
    reader.read({ data: typeof chunk === 'string' ? chunk : JSON.stringify(chunk), ...(event && { event }) }),
  );
  return [...read, ...reader.end()];
}

const parts = (...chunks: JsonObject[]): Part[] | undefined => collect(events(chunks)).choices[0]?.parts;

describe('tool calls', () => {
  const f = (id: string, input: string, name = 'f'): Part => ({ type: 'toolCall', id, name, input, kind: 'function' });

  test('pieces without an index continue the last call, a new id begins another', () => {
    expect(
      parts(
        call({ id: 'a', function: { name: 'f', arguments: '{' } }),
        call({ function: { arguments: '}' } }),
        call({ id: 'b', function: { name: 'f', arguments: '[' } }),
        call({ id: 'b', function: { arguments: ']' } }),
      ),
    ).toEqual([f('a', '{}'), f('b', '[]')]);
  });

  test('whole calls that all have index 0 are told apart by their ids', () => {
    expect(
      parts(
        call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }),
        call({ index: 0, id: 'b', function: { name: 'f', arguments: '[]' } }),
      ),
    ).toEqual([f('a', '{}'), f('b', '[]')]);
  });

  test('empty ids and names of later pieces are not new calls', () => {
    expect(
      parts(
        call({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }),
        call({ index: 0, id: '', function: { arguments: '{' } }),
        call({ index: 0, function: { name: '', arguments: '}' } }),
        call({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }),
      ),
    ).toEqual([f('a', '{}')]);
  });

  test('a call without an id gets one, and arguments may be an object', () => {
    const made = parts(
      call({ index: 0, function: { name: 'f', arguments: { a: 1 } } }),
      call({ index: 1, function: { name: 'f', arguments: '{}' } }),
    );
    expect(made).toEqual([f('call_c1_0_0', '{"a":1}'), f('call_c1_0_1', '{}')]);
  });

  test('arguments that come before the name wait for it', () => {
    expect(
      parts(
        call({ index: 0, id: 'a', function: { arguments: '{' } }),
        call({ index: 0, function: { name: 'f', arguments: '}' } }),
      ),
    ).toEqual([f('a', '{}')]);
    expect(parts(call({ index: 0, id: 'a', function: { arguments: '{}' } }))).toEqual([f('a', '{}', '')]);
  });

  test('custom calls and the older function_call are calls too', () => {
    expect(
      parts(
        call({ index: 0, id: 'a', type: 'custom', custom: { name: 'c', input: 'x' } }),
        call({ index: 0, custom: { input: 'y' } }),
      ),
    ).toEqual([{ type: 'toolCall', id: 'a', name: 'c', input: 'xy', kind: 'custom' }]);
    expect(
      parts(delta({ function_call: { name: 'f', arguments: '{' } }), delta({ function_call: { arguments: '}' } })),
    ).toEqual([f('call_c1_0_0', '{}')]);
  });

  test('whole messages number their calls by place', () => {
    const calls = [
      { function: { name: 'f', arguments: '{}' } },
      { index: 0, function: { name: 'g', arguments: '{}' } },
    ];
    const reply = openaiChat.readReply({
      id: 'c1',
      choices: [{ index: 0, message: { content: '', tool_calls: calls }, finish_reason: 'tool_calls' }],
    });
    expect(reply.choices).toEqual([
      { index: 0, parts: [f('call_c1_0_0', '{}'), f('call_c1_0_1', '{}', 'g')], finish: { reason: 'toolCalls' } },
    ]);
  });
});

describe('other parts', () => {
  test('reasoning and text follow each other as parts', () => {
    expect(
      parts(
        delta({ reasoning: 'a' }),
        delta({ reasoning_content: 'b' }),
        delta({ content: 'c' }),
        delta({ reasoning: 'd' }),
      ),
    ).toEqual([
      { type: 'thinking', text: 'ab' },
      { type: 'text', text: 'c' },
      { type: 'thinking', text: 'd' },
    ]);
  });

  test('reasoning in content parts (Mistral), and parts that nobody knows', () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] };
    expect(
      parts(
        delta({ content: [thinking] }),
        delta({ content: [{ type: 'text', text: 'so' }] }),
        delta({ content: [{ type: 'reference', ids: [1] }] }),
      ),
    ).toEqual([
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'so' },
      { type: 'opaque', dialect: 'openai-chat', label: 'reference', value: { type: 'reference', ids: [1] } },
    ]);
  });

  test('a signature ends its block, encrypted reasoning is a block of its own', () => {
    const details = (...list: JsonObject[]): JsonObject => delta({ reasoning_details: list });
    expect(
      parts(
        details({ type: 'reasoning.text', text: 'a' }),
        details({ type: 'reasoning.text', signature: 's' }),
        details({ type: 'reasoning.text', text: 'b' }),
        details({ type: 'reasoning.encrypted', data: 'X' }),
      ),
    ).toEqual([
      { type: 'thinking', text: 'a', signature: { by: 'openai-chat', value: 's' } },
      { type: 'thinking', text: 'b' },
      { type: 'thinking', text: '', redacted: true, signature: { by: 'openai-chat', value: 'X' } },
    ]);
  });

  test('refusals and images that the model made', () => {
    expect(
      parts(delta({ refusal: 'no' }), delta({ images: [{ image_url: { url: 'data:image/png;base64,AA' } }, 1] })),
    ).toEqual([
      { type: 'refusal', text: 'no' },
      { type: 'media', kind: 'image', source: { from: 'base64', data: 'AA' }, mime: 'image/png' },
    ]);
  });

  test('choices are kept apart, log probabilities joined', () => {
    const chunk = (index: number, content: string): JsonObject => ({
      choices: [{ index, delta: { content }, logprobs: { content: [{ token: content }] } }],
    });
    expect(collect(events([chunk(1, 'b'), chunk(0, 'a'), chunk(1, 'c')])).choices).toEqual([
      {
        index: 0,
        parts: [{ type: 'text', text: 'a' }],
        logprobs: { dialect: 'openai-chat', value: { content: [{ token: 'a' }] } },
      },
      {
        index: 1,
        parts: [{ type: 'text', text: 'bc' }],
        logprobs: { dialect: 'openai-chat', value: { content: [{ token: 'b' }, { token: 'c' }] } },
      },
    ]);
  });

  test('fields that nobody knows come once, with their last value, at the end', () => {
    const chunks = [
      { ...delta({ content: 'a', annotations: [] }), system_fingerprint: 'fp', citations: ['1'] },
      {
        ...delta({ annotations: [{ type: 'url_citation' }] }, { native_finish_reason: 'STOP' }),
        citations: ['1', '2'],
        obfuscation: 'zzz',
      },
    ];
    expect(events(chunks).filter(({ type }) => type === 'extra')).toEqual([
      {
        type: 'extra',
        extra: {
          dialect: 'openai-chat',
          fields: {
            system_fingerprint: 'fp',
            citations: ['1', '2'],
            choices: [{ index: 0, native_finish_reason: 'STOP', message: { annotations: [{ type: 'url_citation' }] } }],
          },
        },
      },
    ]);
  });
});

describe('the end', () => {
  test.each([
    ['stop', { reason: 'stop' }],
    ['length', { reason: 'length' }],
    ['model_length', { reason: 'length' }],
    ['tool_calls', { reason: 'toolCalls' }],
    ['function_call', { reason: 'toolCalls' }],
    ['content_filter', { reason: 'contentFilter' }],
    ['insufficient_system_resource', { reason: 'other', raw: 'insufficient_system_resource' }],
  ])('finish_reason %s', (word, finish) => {
    expect(collect(events([delta({}, { finish_reason: word })])).choices[0]?.finish).toEqual(finish);
  });

  test('said twice it counts once, and no finish is invented', () => {
    expect(
      events([delta({ content: 'x' }, { finish_reason: 'stop' }), delta({}, { finish_reason: 'stop' })]).filter(
        ({ type }) => type === 'finish',
      ),
    ).toHaveLength(1);
    expect(events([delta({ content: 'x' })]).map(({ type }) => type)).toEqual(['start', 'open', 'delta', 'close']);
  });

  test('a message that is no JSON object is an error event; [DONE] is nothing', () => {
    for (const data of ['{"cut', '[1]', '"x"'])
      expect(events([data])).toEqual([{ type: 'error', error: { code: 'bad_chunk', message: expect.any(String) } }]);
    expect(events(['[DONE]', ''])).toEqual([]);
  });

  test('errors come in frames, in chunks, in choices and as event names', () => {
    const only = (list: ChatEvent[]): ChatEvent[] => list.filter(({ type }) => type === 'error');
    expect(only(events([{ error: 'plain' }]))).toEqual([{ type: 'error', error: { message: 'plain' } }]);
    expect(only(events([delta({}, { error: { code: 502, message: 'm' }, finish_reason: 'error' })]))).toEqual([
      { type: 'error', error: { status: 502, message: 'm' } },
    ]);
    expect(only(events([{ message: 'm', type: 't' }], 'error'))).toEqual([
      { type: 'error', error: { code: 't', message: 'm' } },
    ]);
  });
});

describe('usage', () => {
  const openai = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

  test.each<[string, JsonObject, JsonObject]>([
    [
      'OpenAI',
      {
        ...openai,
        prompt_tokens_details: { cached_tokens: 4, audio_tokens: 1, cache_write_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
      { cacheRead: 4, inputAudio: 1, cacheWrite5m: 2, reasoning: 3 },
    ],
    ['DeepSeek', { ...openai, prompt_cache_hit_tokens: 4 }, { cacheRead: 4 }],
    ['Moonshot', { ...openai, cached_tokens: 4 }, { cacheRead: 4 }],
    ['Mistral', { ...openai, num_cached_tokens: 4 }, { cacheRead: 4 }],
    [
      'OpenRouter',
      { ...openai, cost: 0.25, server_tool_use: { web_search_requests: 2 } },
      { billedUsd: 0.25, hostedCalls: { webSearch: 2 } },
    ],
    ['Perplexity', { ...openai, cost: { total_cost: 0.5 } }, { billedUsd: 0.5 }],
    [
      'xAI, reasoning beside the output',
      { ...openai, total_tokens: 22, completion_tokens_details: { reasoning_tokens: 7 }, cost_in_usd_ticks: 37756000 },
      { output: 12, reasoning: 7, billedUsd: 0.0037756 },
    ],
  ])('%s', (_, raw, counts) => expect(readUsage(raw)).toEqual({ input: 10, output: 5, ...counts }));

  test('wherever it stands in a stream', () => {
    const usageOf = (chunk: JsonObject): unknown => collect(events([chunk])).usage;
    expect(usageOf({ choices: [], usage: openai, service_tier: 'flex' })).toEqual({
      input: 10,
      output: 5,
      serviceTier: 'flex',
    });
    expect(usageOf({ choices: [], x_groq: { usage: openai } })).toEqual({ input: 10, output: 5 });
    expect(usageOf({ choices: [{ index: 0, delta: {}, usage: openai }] })).toEqual({ input: 10, output: 5 });
    expect(usageOf({ choices: [], usage: null })).toBeUndefined();
    expect(usageOf({ choices: [], usage: {} })).toBeUndefined();
  });

  test('what is written reads back', () => {
    const usage = {
      input: 10,
      output: 9,
      cacheRead: 4,
      cacheWrite5m: 2,
      inputAudio: 1,
      inputImage: 1,
      reasoning: 3,
      outputAudio: 1,
      outputImage: 2,
    };
    expect(readUsage(writeUsage(usage))).toEqual(usage);
    expect(writeUsage({ input: 1, output: 2, cacheWrite5m: 1, cacheWrite1h: 5 })).toMatchObject({
      total_tokens: 3,
      prompt_tokens_details: { cache_write_tokens: 6, cached_tokens: 0 },
    });
  });
});
