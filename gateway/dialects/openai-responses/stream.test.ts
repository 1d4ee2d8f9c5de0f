import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { loadFixture } from '../../../test/fake-answers.ts';
import { readJsonBody } from '../../body/read.ts';
import type { ChatEvent, ChatReply, JsonObject, Part } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { collect, emit } from '../../reply.ts';
import { createSseReader } from '../../sse.ts';
import { openaiResponses } from './index.ts';
import { openaiResponsesPass } from './pass.ts';

const CONTEXT = { id: 'req_0af9', model: 'gpt-x', createdAtMs: 1_760_000_000_000, streamUsage: true };
const FINISH: ChatEvent = { type: 'finish', choice: 0, finish: { reason: 'stop' } };

const open = (index: number, part: Extract<ChatEvent, { type: 'open' }>['part']): ChatEvent => ({
  type: 'open',
  choice: 0,
  index,
  part,
});
const delta = (index: number, text: string): ChatEvent => ({ type: 'delta', choice: 0, index, text });
const close = (index: number): ChatEvent => ({ type: 'close', choice: 0, index });

function textOf(events: Iterable<ChatEvent>): string {
  const writer = openaiResponses.createStreamWriter(CONTEXT);
  let text = '';
  for (const event of events) text += writer.write(event);
  return text + writer.end() + writer.terminal();
}

function wireOf(text: string): JsonObject[] {
  const events: JsonObject[] = [];
  const messages = createSseReader(({ data }) => events.push(JSON.parse(data) as JsonObject));
  messages.push(Buffer.from(text));
  messages.end();
  return events;
}

const short = ({ type, delta: piece, item }: JsonObject): string =>
  [String(type).replace('response.', ''), piece ?? (item as JsonObject | undefined)?.type].filter(Boolean).join(' ');

function read(...events: JsonObject[]): ChatReply {
  const reader = openaiResponses.createStreamReader();
  return collect([...events.flatMap((event) => reader.read({ data: JSON.stringify(event) })), ...reader.end()]);
}

const reply = (parts: Part[], reason: 'stop' | 'length' | 'contentFilter' | 'refusal' = 'stop'): ChatReply => ({
  choices: [{ index: 0, parts, finish: { reason } }],
});

const written = (parts: Part[], reason?: Parameters<typeof reply>[1]): JsonObject =>
  openaiResponses.writeReply(reply(parts, reason), CONTEXT).body;

describe('a written stream', () => {
  test('tells everything in OpenAI’s order', () => {
    const wire = wireOf(
      textOf([
        { type: 'start', id: 'resp_up' },
        open(0, { type: 'thinking' }),
        delta(0, 'hm'),
        { type: 'signature', choice: 0, index: 0, signature: { by: 'anthropic', value: 'sig' } },
        close(0),
        open(1, { type: 'text' }),
        delta(1, 'a'),
        delta(1, 'b'),
        close(1),
        open(2, { type: 'toolCall', id: 'call_1', name: 'crm_--_find', kind: 'function' }),
        close(2),
        open(3, { type: 'toolCall', id: 'call_2', name: 'patch', kind: 'custom' }),
        delta(3, 'free'),
        close(3),
        open(4, { type: 'refusal' }),
        delta(4, 'no'),
        close(4),
        {
          type: 'usage',
          usage: { input: 10, output: 5, cacheRead: 4, cacheWrite5m: 1, cacheWrite1h: 2, reasoning: 3 },
        },
        FINISH,
      ]),
    );
    expect(wire.map(short)).toEqual([
      'created',
      'in_progress',
      'output_item.added reasoning',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta hm',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done reasoning',
      'output_item.added message',
      'content_part.added',
      'output_text.delta a',
      'output_text.delta b',
      'output_text.done',
      'content_part.done',
      'output_item.done message',
      'output_item.added function_call',
      'function_call_arguments.delta {}',
      'function_call_arguments.done',
      'output_item.done function_call',
      'output_item.added custom_tool_call',
      'custom_tool_call_input.delta free',
      'custom_tool_call_input.done',
      'output_item.done custom_tool_call',
      'output_item.added message',
      'content_part.added',
      'refusal.delta no',
      'refusal.done',
      'content_part.done',
      'output_item.done message',
      'completed',
    ]);
    expect(wire.map(({ sequence_number }) => sequence_number)).toEqual(wire.map((_, at) => at));
    const last = wire.at(-1)?.response as JsonObject;
    expect(last).toMatchObject({
      id: 'resp_up',
      status: 'completed',
      output: [
        { id: 'rs_0af900', type: 'reasoning', encrypted_content: 'anthropic:sig' },
        { id: 'msg_0af901', content: [{ text: 'ab' }] },
        { id: 'fc_0af902', call_id: 'call_1', namespace: 'crm', name: 'find', arguments: '{}' },
        { id: 'ctc_0af903', call_id: 'call_2', name: 'patch', input: 'free' },
        { id: 'msg_0af904', content: [{ refusal: 'no' }] },
      ],
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 3 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 3 },
        total_tokens: 15,
      },
    });
  });

  test('parts that interleave become items that follow each other', () => {
    const wire = wireOf(
      textOf([
        open(0, { type: 'toolCall', id: 'a', name: 'f', kind: 'function' }),
        open(1, { type: 'toolCall', id: 'b', name: 'g', kind: 'function' }),
        delta(1, '{"b"'),
        delta(0, '{"a"'),
        open(2, { type: 'text' }),
        delta(2, 'x'),
        delta(1, ':2}'),
        close(1),
        delta(0, ':1}'),
        close(0),
        delta(2, 'y'),
        FINISH,
      ]),
    );
    expect(wire.slice(2).map(short)).toEqual([
      'output_item.added function_call',
      'function_call_arguments.delta {"a"',
      'function_call_arguments.delta :1}',
      'function_call_arguments.done',
      'output_item.done function_call',
      'output_item.added function_call',
      'function_call_arguments.delta {"b":2}',
      'function_call_arguments.done',
      'output_item.done function_call',
      'output_item.added message',
      'content_part.added',
      'output_text.delta x',
      'output_text.delta y',
      'output_text.done',
      'content_part.done',
      'output_item.done message',
      'completed',
    ]);
  });

  test('is understood by the official SDK', async () => {
    const text = textOf([
      { type: 'start' },
      open(0, { type: 'thinking' }),
      delta(0, 'hm'),
      close(0),
      open(1, { type: 'text' }),
      delta(1, 'Hello'),
      close(1),
      open(2, { type: 'toolCall', id: 'call_1', name: 'f', kind: 'function' }),
      delta(2, '{"a":1}'),
      close(2),
      FINISH,
    ]);
    const stream = sdkFor(text).responses.stream({ model: 'm', input: 'hi' });
    const seen: string[] = [];
    stream.on('response.output_text.delta', ({ snapshot }) => seen.push(snapshot));
    stream.on('response.function_call_arguments.delta', ({ snapshot }) => seen.push(snapshot));
    const final = await stream.finalResponse();
    expect(final.output_text).toBe('Hello');
    expect(seen).toEqual(['Hello', '{"a":1}']);
    expect(final.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call']);
  });

  test('an error in its middle is thrown by the official SDK, and told once more for Codex', async () => {
    const error = new GatewayError('provider_rate_limited', 'Too many requests.');
    const begun = openaiResponses.createStreamWriter(CONTEXT);
    const text = begun.write({ type: 'start' }) + openaiResponses.writeStreamError(error);
    const stream = await sdkFor(text).responses.create({ model: 'm', input: 'hi', stream: true });
    const drain = async () => {
      for await (const _ of stream);
    };
    await expect(drain()).rejects.toMatchObject({ code: 'provider_rate_limited', type: 'rate_limit_error' });
    const [told, failed] = wireOf(text).slice(-2);
    expect(told).toMatchObject({
      type: 'error',
      code: 'rate_limit_exceeded',
      message: 'Too many requests.',
      param: null,
    });
    expect(failed).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Too many requests.' } },
    });
    expect(read(...wireOf(text)).error).toEqual({
      status: 429,
      code: 'provider_rate_limited',
      message: 'Too many requests.',
    });
  });

  test('an error among its events fails it', () => {
    const wire = wireOf(textOf([{ type: 'start' }, { type: 'error', error: { message: 'broken' } }]));
    expect(wire.map(short).slice(2, 4)).toEqual(['error', 'failed']);
  });

  test('choices beyond the first are lost', () => {
    const writer = openaiResponses.createStreamWriter(CONTEXT);
    expect(writer.write({ type: 'open', choice: 1, index: 0, part: { type: 'text' } })).toBe('');
    expect(writer.losses()).toHaveLength(1);
    const two = { choices: [0, 1].map((index) => ({ index, parts: [], finish: { reason: 'stop' as const } })) };
    expect(openaiResponses.writeReply(two, CONTEXT).losses).toHaveLength(1);
  });
});

function sdkFor(text: string): OpenAI {
  const headers = { 'content-type': 'text/event-stream' };
  return new OpenAI({ apiKey: 'gw_x', fetch: async () => new Response(text, { headers }) });
}

describe('a written reply', () => {
  test.each([
    ['length', 'incomplete', { reason: 'max_output_tokens' }, 'incomplete'],
    ['contentFilter', 'incomplete', { reason: 'content_filter' }, 'incomplete'],
    ['refusal', 'incomplete', { reason: 'content_filter' }, 'completed'],
    ['stop', 'completed', null, 'completed'],
  ] as const)('that ended by %s is %s', (reason, status, details, item) => {
    const body = written([{ type: 'text', text: 'a' }], reason);
    expect(body).toMatchObject({ status, incomplete_details: details, output: [{ status: item }] });
  });

  test('that refuses in words is whole', () => {
    const body = written([{ type: 'refusal', text: 'no' }], 'refusal');
    expect(body).toMatchObject({ status: 'completed', incomplete_details: null });
  });

  test('has an image that the model made as an item, whoever made it', () => {
    const image: Part = { type: 'media', kind: 'image', source: { from: 'base64', data: 'AAAA' }, mime: 'image/png' };
    const body = written([image]);
    expect(body.output).toEqual([
      { id: 'ig_0af900', type: 'image_generation_call', status: 'completed', result: 'AAAA' },
    ]);
    const wire = wireOf(textOf(emit(reply([image]))));
    const added = wire.find(({ type }) => type === 'response.output_item.added');
    expect(added?.item).toMatchObject({ status: 'in_progress', result: null });
    expect(openaiResponses.readReply(body).choices[0]?.parts).toMatchObject([image]);
  });

  test('names what it has no item for', () => {
    const { body, losses } = openaiResponses.writeReply(
      {
        ...reply([
          { type: 'opaque', dialect: 'anthropic', label: 'server_tool_use', value: {} },
          { type: 'toolResult', id: 'a', parts: [] },
          { type: 'media', kind: 'audio', source: { from: 'base64', data: 'AA' } },
          {
            type: 'toolCall',
            id: 'a',
            name: 'f',
            input: '',
            kind: 'function',
            signature: { by: 'gemini', value: 's' },
          },
        ]),
        extra: { dialect: 'anthropic', fields: { container: {} } },
      },
      CONTEXT,
    );
    expect((body.output as JsonObject[]).map(({ type }) => type)).toEqual(['function_call', 'reasoning']);
    expect(losses.map(({ field }) => field)).toEqual([
      'container',
      'output[].server_tool_use',
      'output[].toolResult',
      'output[].audio',
    ]);
  });

  test('carries parts with fields of their own like others', () => {
    const extra = { dialect: 'openai-chat' as const, fields: { a: 1 } };
    const body = written([
      { type: 'thinking', text: 'hm', signature: { by: 'gemini', value: 's' }, redacted: true, extra },
      { type: 'text', text: 'a', extra },
      { type: 'toolCall', id: 'c', name: 'f', input: '{"a":1}', kind: 'function', extra },
    ]);
    expect(body.output).toMatchObject([
      { summary: [{ text: 'hm' }], encrypted_content: 'gemini+redacted:s' },
      { content: [{ text: 'a' }] },
      { arguments: '{"a":1}' },
    ]);
  });

  test('carries proofs of other providers home', () => {
    const parts: Part[] = [
      { type: 'thinking', text: 'hm', signature: { by: 'anthropic', value: 'x:y' } },
      { type: 'thinking', text: '', signature: { by: 'anthropic', value: 'ciphertext' }, redacted: true },
      { type: 'thinking', text: '', signature: { by: 'openai-responses', value: 'gAAA' } },
      { type: 'toolCall', id: 'a', name: 'f', input: '{}', kind: 'function', signature: { by: 'gemini', value: 's1' } },
      { type: 'toolCall', id: 'b', name: 'f', input: '{}', kind: 'function' },
    ];
    const { output } = written(parts);
    expect(openaiResponses.readRequest({ input: output }).messages).toMatchObject([{ role: 'assistant', parts }]);
    const last = wireOf(textOf(emit(reply(parts)))).at(-1)?.response as JsonObject;
    expect(last.output).toEqual(output);
  });

  test('has log probabilities of OpenAI, and no others', () => {
    const content = [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }];
    const withLogprobs = (dialect: 'openai-chat' | 'gemini') =>
      openaiResponses.writeReply(
        { choices: [{ index: 0, parts: [{ type: 'text', text: 'a' }], logprobs: { dialect, value: { content } } }] },
        CONTEXT,
      );
    expect(withLogprobs('openai-chat').body.output).toMatchObject([{ content: [{ logprobs: content }] }]);
    expect(withLogprobs('gemini').losses).toHaveLength(1);
    const event: ChatEvent = { type: 'logprobs', choice: 0, dialect: 'openai-chat', value: { content } };
    const wire = wireOf(textOf([open(0, { type: 'text' }), delta(0, 'a'), event, close(0), FINISH]));
    expect(wire.find(({ type }) => type === 'response.output_text.done')?.logprobs).toEqual(content);
  });
});

describe('a read stream', () => {
  const added = (output_index: number, item: JsonObject) => ({
    type: 'response.output_item.added',
    output_index,
    item,
  });
  const done = (output_index: number, item: JsonObject) => ({ type: 'response.output_item.done', output_index, item });
  const completed = { type: 'response.completed', response: { status: 'completed' } };

  test('joins the parts of a summary, and keeps the proof', () => {
    const piece = (summary_index: number, text: string) => ({
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      summary_index,
      delta: text,
    });
    const item = { type: 'reasoning', encrypted_content: 'gAAA', summary: [{ type: 'summary_text', text: 'ignored' }] };
    const parts = read(piece(0, 'a'), piece(0, 'b'), piece(1, 'c'), done(0, item), completed).choices[0]?.parts;
    expect(parts).toEqual([
      { type: 'thinking', text: 'ab\n\nc', signature: { by: 'openai-responses', value: 'gAAA' } },
    ]);
  });

  test('takes from the end what no delta told', () => {
    const { choices } = read(
      added(0, { type: 'function_call', call_id: 'a', name: 'f', arguments: '' }),
      { type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"a":1}' },
      done(0, { type: 'function_call', call_id: 'a', name: 'f', arguments: '{"a":1}' }),
      done(1, { type: 'custom_tool_call', call_id: 'b', name: 'g', input: 'free' }),
      { type: 'response.output_text.done', output_index: 2, content_index: 0, text: 'hi' },
      done(2, {
        type: 'message',
        content: [
          { type: 'output_text', text: 'hi' },
          { type: 'refusal', refusal: 'no' },
        ],
      }),
      done(3, { type: 'reasoning', summary: [] }),
      completed,
    );
    expect(choices).toEqual([
      {
        index: 0,
        parts: [
          { type: 'toolCall', id: 'a', name: 'f', kind: 'function', input: '{"a":1}' },
          { type: 'toolCall', id: 'b', name: 'g', kind: 'custom', input: 'free' },
          { type: 'text', text: 'hi' },
          { type: 'refusal', text: 'no' },
        ],
        finish: { reason: 'toolCalls' },
      },
    ]);
  });

  test('that tells no item at all is read from its last event', () => {
    const response = {
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'a' }] }],
    };
    expect(read({ type: 'response.completed', response }).choices[0]?.parts).toEqual([{ type: 'text', text: 'a' }]);
  });

  test('keeps annotations, log probabilities and parts of a newer kind', () => {
    const annotations = [{ type: 'url_citation', url: 'https://x.example', title: 't', start_index: 0, end_index: 1 }];
    const logprobs = [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }];
    const content = [
      { type: 'output_text', text: 'a', annotations, logprobs },
      { type: 'output_new', x: 1 },
    ];
    const message = { type: 'message', content };
    const whole = openaiResponses.readReply({ output: [message], status: 'completed' });
    const piece = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'a', logprobs };
    const streamed = read(piece, done(0, message), completed);
    expect(streamed.choices).toEqual(whole.choices);
    expect(whole.extra).toEqual({ dialect: 'openai-responses', fields: { annotations: { 0: annotations } } });
    expect(whole.choices[0]?.logprobs).toEqual({ dialect: 'openai-chat', value: { content: logprobs } });
    expect(whole.choices[0]?.parts[1]).toMatchObject({ type: 'opaque', label: 'content.output_new' });
    const { body } = openaiResponses.writeReply(whole, CONTEXT);
    expect(body.output).toMatchObject([{ content: [{ annotations, logprobs }] }]);
  });

  test.each([
    ['max_output_tokens', { reason: 'length' }],
    ['content_filter', { reason: 'contentFilter' }],
    ['steered', { reason: 'other', raw: 'steered' }],
  ])('that is incomplete by %s ends so', (reason, finish) => {
    const response = { status: 'incomplete', incomplete_details: { reason }, output: [] };
    expect(read({ type: 'response.incomplete', response }).choices[0]?.finish).toEqual(finish);
  });

  test('that was given up is an error', () => {
    expect(read({ type: 'response.cancelled', response: {} }).error?.message).toMatch(/cancelled/);
  });

  test('ignores what it does not know', () => {
    const reader = openaiResponses.createStreamReader();
    for (const data of ['[DONE]', '', '{"type":"response.new.delta","delta":"x"}', '{"type":"keepalive"}'])
      expect(reader.read({ data })).toEqual([]);
    expect(reader.read({ data: '{"type"' })).toMatchObject([{ type: 'error' }]);
  });

  test.each([
    [{ type: 'error', code: 'rate_limit_exceeded', message: 'slow', param: null }, 429, 'rate_limit_exceeded'],
    [
      { type: 'error', error: { type: 'invalid_request_error', code: null, message: 'slow' } },
      400,
      'invalid_request_error',
    ],
    [{ error: { code: 503, message: 'slow' } }, 503, undefined],
  ])('tells the error %j', (event, status, code) => {
    expect(read(event).error).toEqual({ status, message: 'slow', ...(code && { code }) });
  });
});

describe('usage', () => {
  test('counts what is billed by the call, and what the provider says it charged', () => {
    const search = (type: string) => ({ type: 'web_search_call', action: { type } });
    const { usage } = openaiResponses.readReply({
      status: 'completed',
      output: [search('search'), search('open_page'), { type: 'file_search_call' }, { type: 'web_search_call' }],
      service_tier: 'priority',
      usage: { input_tokens: 3, output_tokens: 2, cost_in_usd_ticks: 5e9 },
    });
    expect(usage).toEqual({
      input: 3,
      output: 2,
      billedUsd: 0.5,
      hostedCalls: { webSearch: 2, fileSearch: 1 },
      serviceTier: 'priority',
    });
  });

  test('an answer that is fetched later has begun well', () => {
    const { choices } = openaiResponses.readReply({ id: 'resp_1', status: 'queued', output: [] });
    expect(choices[0]?.finish).toEqual({ reason: 'pause', raw: 'queued' });
  });
});

describe('errors', () => {
  test.each([
    [400, { error: { message: 'm', type: 't', code: 'c' } }, { status: 400, code: 'c', message: 'm' }],
    [429, { error: 'slow', code: 'x' }, { status: 429, code: 'x', message: 'slow' }],
    [500, [{ detail: 'd' }], { status: 500, message: 'd' }],
    [500, { a: 1 }, { status: 500, message: '{"a":1}' }],
    [502, '<html>', { status: 502, message: expect.stringMatching(/502 and sent a web page/) }],
    [503, ' busy ', { status: 503, message: 'busy' }],
  ])('%s %j', (status, body, expected) => {
    expect(openaiResponses.readError(status, body)).toEqual(expected);
  });

  test.each([
    [new GatewayError('invalid_key', 'm'), 'authentication_error', 'server_error'],
    [new GatewayError('forbidden_host', 'm'), 'permission_error', 'server_error'],
    [new GatewayError('context_too_long', 'm', { field: 'input' }), 'invalid_request_error', 'context_length_exceeded'],
    [new GatewayError('provider_failed', 'm'), 'server_error', 'server_error'],
  ])('%s', (error, type, word) => {
    expect(openaiResponses.writeError(error)).toEqual({
      error: { message: 'm', type, param: error.field ?? null, code: error.code },
    });
    expect(wireOf(openaiResponses.writeStreamError(error))[1]).toMatchObject({ response: { error: { code: word } } });
  });
});

describe('the untouched way', () => {
  const text = '{"model":"auto", "input":"hi","store":true,"unheard_of":[1,2]}';

  test('changes the model and nothing else', async () => {
    const body = await readJsonBody({ bytes: Buffer.from(text), digest: '' });
    const request = openaiResponses.readRequest(body.json);
    const { path, body: bytes } = openaiResponsesPass.passRequest(body, request, { name: 'gpt-5' });
    expect([path, Buffer.concat(bytes).toString()]).toEqual(['/responses', text.replace('auto', 'gpt-5')]);
    const same = openaiResponsesPass.passRequest(body, request, { name: 'auto' });
    expect(Buffer.concat(same.body).toString()).toBe(text);
    expect(openaiResponsesPass.suits(body, { name: 'o3', sampling: false })).toBe(true);
    const sampled = await readJsonBody({ bytes: Buffer.from('{"input":"hi","temperature":0}'), digest: '' });
    expect(openaiResponsesPass.suits(sampled, { name: 'o3', sampling: false })).toBe(false);
    expect(openaiResponsesPass.suits(sampled, { name: 'gpt-4o' })).toBe(true);
  });

  test.each([1, 7, 4096])('lets every byte past, the last event held back (cut at %s)', (cut) => {
    const { body } = loadFixture('openai-responses/stream-text.1');
    const request = openaiResponses.readRequest({ input: 'hi' });
    const tap = openaiResponsesPass.createTap(request, openaiResponses.createStreamReader());
    const out: Buffer[] = [];
    for (let at = 0; at < body.length; at += cut) out.push(tap.push([body.subarray(at, at + cut)]) ?? Buffer.alloc(0));
    const { closing, usage, finish, error } = tap.end();
    expect(Buffer.concat([...out, closing.bytes]).equals(body)).toBe(true);
    expect(closing.bytes.length).toBeGreaterThan(0);
    expect([usage?.output, finish?.reason, error]).toEqual([expect.any(Number), 'stop', undefined]);
  });

  test('reads what a whole reply says, and adds nothing to it', () => {
    const { json } = loadFixture('openai-responses/json-text.1');
    expect(openaiResponsesPass.readSummary(json ?? {})).toMatchObject({ finish: { reason: 'stop' }, error: undefined });
    const failed = { id: 'resp_1', status: 'failed', output: [], error: { code: 'server_error', message: 'broken' } };
    expect(openaiResponsesPass.readSummary(failed).error?.message).toBe('broken');
    const bytes = Buffer.from('{}');
    expect(openaiResponsesPass.replyClosing(bytes, {})).toEqual({ bytes });
    expect(openaiResponsesPass.streamClosing(bytes, CONTEXT, undefined)).toEqual({ bytes });
  });
});
