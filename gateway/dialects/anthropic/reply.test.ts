import { describe, expect, test } from 'vitest';
import type { ChatReply, Finish, JsonObject, Part } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { anthropic } from './index.ts';

const CONTEXT = { id: 'msg_own', model: 'claude-x', createdAtMs: 0, streamUsage: true };

function write(parts: Part[], finish: Finish = { reason: 'stop' }, rest: Partial<ChatReply> = {}) {
  return anthropic.writeReply({ choices: [{ index: 0, parts, finish }], ...rest }, CONTEXT);
}

describe('reading', () => {
  test.each<[string, JsonObject, Finish]>([
    ['end_turn', {}, { reason: 'stop' }],
    ['stop_sequence', { stop_sequence: 'END' }, { reason: 'stopSequence', stopSequence: 'END' }],
    ['max_tokens', {}, { reason: 'length' }],
    ['tool_use', {}, { reason: 'toolCalls' }],
    ['pause_turn', {}, { reason: 'pause' }],
    ['refusal', {}, { reason: 'refusal' }],
    ['model_context_window_exceeded', {}, { reason: 'length', raw: 'model_context_window_exceeded' }],
    ['a_new_one', {}, { reason: 'other', raw: 'a_new_one' }],
  ])('stop reason %s is read, and written back', (stop_reason, more, finish) => {
    const reply = anthropic.readReply({ content: [], stop_reason, ...more });
    expect(reply.choices[0]?.finish).toEqual(finish);
    const expected = stop_reason === 'a_new_one' ? 'end_turn' : stop_reason;
    expect(write([], finish).body).toMatchObject({ stop_reason: expected, stop_sequence: more.stop_sequence ?? null });
  });

  test('a message without a stop reason has no finish', () => {
    expect(anthropic.readReply({ content: [], stop_reason: null }).choices[0]).toEqual({ index: 0, parts: [] });
  });

  test('an error in place of a message is an error', () => {
    expect(anthropic.readReply({ type: 'error', error: { type: 'api_error', message: 'oops' } })).toEqual({
      choices: [],
      error: { status: 500, code: 'api_error', message: 'oops' },
    });
  });

  test.each([{}, { content: [7] }, { content: [{ type: 'text' }] }])('%j is no message', (body) => {
    expect(() => anthropic.readReply(body)).toThrow(GatewayError);
    expect(() => anthropic.readReply(body)).toThrow(/cannot be understood/);
  });
});

describe('writing', () => {
  test('has every field that the SDK expects, also where there is nothing to say', () => {
    expect(write([{ type: 'text', text: 'hi' }], { reason: 'stop' }, { id: 'chatcmpl-1' })).toEqual({
      body: {
        id: 'msg_own',
        type: 'message',
        role: 'assistant',
        model: 'claude-x',
        content: [{ type: 'text', text: 'hi', citations: null }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        stop_details: null,
        container: null,
        diagnostics: null,
        usage: {
          input_tokens: 0,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
          output_tokens: 0,
          output_tokens_details: null,
          server_tool_use: null,
          service_tier: null,
          inference_geo: null,
          speed: null,
        },
      },
      losses: [],
    });
  });

  test('a reply that calls tools stops for them, whatever the provider called it', () => {
    const call: Part = { type: 'toolCall', id: 'a', name: 'f', input: '', kind: 'function' };
    expect(write([call]).body).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', id: 'a', name: 'f', input: {}, caller: { type: 'direct' } }],
    });
    expect(write([call], { reason: 'length' }).body.stop_reason).toBe('max_tokens');
    const answered: Part = { ...call, extra: { dialect: 'anthropic', fields: { caller: { type: 'code_execution' } } } };
    expect(write([answered]).body.stop_reason).toBe('end_turn');
  });

  test('thinking without a proof has an empty signature, a refusal is text', () => {
    expect(
      write(
        [
          { type: 'thinking', text: 'hm' },
          { type: 'refusal', text: 'No.' },
        ],
        { reason: 'refusal' },
      ).body,
    ).toMatchObject({
      stop_reason: 'refusal',
      content: [
        { type: 'thinking', thinking: 'hm', signature: '' },
        { type: 'text', text: 'No.' },
      ],
    });
  });

  test('arguments that are no JSON are wrapped, which is reported', () => {
    const { body, losses } = write([{ type: 'toolCall', id: 'a', name: 'f', input: '{"cut', kind: 'function' }]);
    expect(body.content).toMatchObject([{ input: { invalid_json: '{"cut' } }]);
    expect(losses.map(({ field }) => field)).toEqual(['content[].input']);
  });

  test('what another dialect alone understands is reported', () => {
    const extra = { dialect: 'openai-chat' as const, fields: { annotations: [] } };
    const { losses } = anthropic.writeReply(
      {
        choices: [
          {
            index: 0,
            parts: [
              { type: 'opaque', dialect: 'gemini', label: 'executableCode', value: {} },
              { type: 'text', text: 'a', extra },
            ],
            logprobs: { dialect: 'openai-chat', value: {} },
          },
          { index: 1, parts: [] },
        ],
        extra: { dialect: 'openai-chat', fields: { system_fingerprint: 'x' } },
      },
      CONTEXT,
    );
    expect(losses.map(({ field }) => field)).toEqual([
      'choices',
      'choices[].logprobs',
      'content[].executableCode',
      'content[].annotations',
      'system_fingerprint',
    ]);
  });
});

describe('usage', () => {
  test('the whole prompt is the sum of its parts, and is taken apart again', () => {
    const usage = {
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 3 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 },
      service_tier: 'standard',
    };
    const read = anthropic.readReply({ content: [], usage }).usage;
    expect(read).toEqual({
      input: 140,
      cacheRead: 100,
      cacheWrite5m: 20,
      cacheWrite1h: 10,
      output: 7,
      reasoning: 3,
      hostedCalls: { webSearch: 2 },
      serviceTier: 'default',
    });
    const written = write([], { reason: 'stop' }, read ? { usage: read } : {}).body.usage;
    expect(written).toEqual({ ...usage, inference_geo: null, speed: null });
  });

  test('cache writes without a breakdown are for five minutes', () => {
    const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 8 };
    expect(anthropic.readReply({ content: [], usage }).usage).toEqual({ input: 9, output: 1, cacheWrite5m: 8 });
  });

  test.each([
    ['priority', 'priority'],
    ['flex', null],
  ])('tier %s is written as %s', (serviceTier, written) => {
    const usage = { input: 1, output: 1, serviceTier };
    expect(write([], { reason: 'stop' }, { usage }).body.usage).toMatchObject({ service_tier: written });
  });
});
