import { describe, expect, test } from 'vitest';
import type { JsonObject, Part } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { anthropic } from './index.ts';

function read(body: JsonObject) {
  return anthropic.readRequest({ model: 'claude-x', max_tokens: 10, messages: [], ...body });
}

function parts(...content: JsonObject[]): Part[] {
  return read({ messages: [{ role: 'user', content }] }).messages[0]?.parts ?? [];
}

function fieldOf(body: JsonObject): string | undefined {
  try {
    read(body);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'invalid_request') return error.field;
  }
  return undefined;
}

describe('messages', () => {
  test('a system text is the first message, an empty one is none', () => {
    expect(read({ system: 'Be brief.' }).messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
    ]);
    expect(read({ system: '' }).messages).toEqual([]);
  });

  test('system blocks keep their cache marks, and system messages stay where they stand', () => {
    const { messages } = read({
      system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'system', content: 'now brief' },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'a', cache: { ttl: '1h' } }] },
      { role: 'user', parts: [{ type: 'text', text: 'hi' }] },
      { role: 'system', parts: [{ type: 'text', text: 'now brief' }] },
    ]);
  });

  test('text keeps its citations and its cache mark without a lifetime', () => {
    expect(parts({ type: 'text', text: 'a', citations: [{ n: 1 }], cache_control: { type: 'ephemeral' } })).toEqual([
      { type: 'text', text: 'a', cache: {}, extra: { dialect: 'anthropic', fields: { citations: [{ n: 1 }] } } },
    ]);
  });

  test('images come as base64, by URL and as files', () => {
    const image = (source: JsonObject) => ({ type: 'image', source });
    expect(
      parts(
        image({ type: 'base64', media_type: 'image/png', data: 'AAAA' }),
        image({ type: 'url', url: 'https://a/b.png' }),
        image({ type: 'file', file_id: 'file_1' }),
      ),
    ).toEqual([
      { type: 'media', kind: 'image', source: { from: 'base64', data: 'AAAA' }, mime: 'image/png' },
      { type: 'media', kind: 'image', source: { from: 'url', url: 'https://a/b.png' } },
      { type: 'media', kind: 'image', source: { from: 'file', id: 'file_1', by: 'anthropic' } },
    ]);
  });

  test('documents come as PDF, text and URL; one made of blocks stays opaque', () => {
    const blocks = { type: 'document', source: { type: 'content', content: 'a' } };
    expect(
      parts(
        {
          type: 'document',
          title: 'T',
          context: 'C',
          source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
        },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'words' } },
        { type: 'document', source: { type: 'url', url: 'https://a/b.pdf' } },
        blocks,
      ),
    ).toEqual([
      {
        type: 'media',
        kind: 'document',
        source: { from: 'base64', data: 'JVBE' },
        mime: 'application/pdf',
        name: 'T',
        extra: { dialect: 'anthropic', fields: { context: 'C' } },
      },
      { type: 'media', kind: 'document', source: { from: 'text', text: 'words' }, mime: 'text/plain' },
      { type: 'media', kind: 'document', source: { from: 'url', url: 'https://a/b.pdf' }, mime: 'application/pdf' },
      { type: 'opaque', dialect: 'anthropic', label: 'document', value: blocks },
    ]);
  });

  test('thinking keeps its signature, encrypted thinking its ciphertext', () => {
    expect(
      parts(
        { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'ZGF0YQ==' },
        { type: 'thinking', thinking: 'unsigned', signature: '' },
      ),
    ).toEqual([
      { type: 'thinking', text: 'hm', signature: { by: 'anthropic', value: 'c2ln' } },
      { type: 'thinking', text: '', redacted: true, signature: { by: 'anthropic', value: 'ZGF0YQ==' } },
      { type: 'thinking', text: 'unsigned' },
    ]);
  });

  test('a signature of another provider that the client carried is that provider’s again', () => {
    const [part] = parts({ type: 'thinking', thinking: '', signature: 'gemini:c2ln' });
    expect(part).toMatchObject({ signature: { by: 'gemini', value: 'c2ln' } });
  });

  test('tool calls and results stay in their message, with images and failures', () => {
    expect(
      parts(
        { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 }, caller: { type: 'direct' } },
        { type: 'tool_result', tool_use_id: 't1', content: 'ok' },
        {
          type: 'tool_result',
          tool_use_id: 't2',
          is_error: true,
          content: [{ type: 'image', source: { type: 'url', url: 'https://a' } }],
        },
        { type: 'tool_result', tool_use_id: 't3' },
      ),
    ).toEqual([
      { type: 'toolCall', id: 't1', name: 'f', input: '{"a":1}', kind: 'function' },
      { type: 'toolResult', id: 't1', parts: [{ type: 'text', text: 'ok' }] },
      {
        type: 'toolResult',
        id: 't2',
        isError: true,
        parts: [{ type: 'media', kind: 'image', source: { from: 'url', url: 'https://a' } }],
      },
      { type: 'toolResult', id: 't3', parts: [] },
    ]);
  });

  test.each(['server_tool_use', 'web_search_tool_result', 'something_new'])(
    'a block of type %s is carried unopened',
    (type) => {
      const block = { type, id: 'x', anything: [1] };
      expect(parts(block)).toEqual([{ type: 'opaque', dialect: 'anthropic', label: type, value: block }]);
    },
  );
});

describe('tools', () => {
  test('a custom tool keeps its schema unopened, a hosted one is carried whole', () => {
    const schema = { type: 'object', properties: { a: { minimum: 1 } } };
    const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 3 };
    const { tools } = read({
      tools: [
        { name: 'f', description: 'd', input_schema: schema, strict: true, defer_loading: true },
        search,
        { type: 'mcp_toolset', mcp_server_name: 's' },
      ],
    });
    expect(tools).toEqual([
      {
        kind: 'function',
        name: 'f',
        description: 'd',
        schema,
        strict: true,
        extra: { dialect: 'anthropic', fields: { defer_loading: true } },
      },
      { kind: 'hosted', name: 'web_search', value: search },
      { kind: 'hosted', name: 'mcp_toolset', value: { type: 'mcp_toolset', mcp_server_name: 's' } },
    ]);
  });

  test.each([
    [{ type: 'auto' }, { mode: 'auto' }],
    [{ type: 'any' }, { mode: 'required' }],
    [{ type: 'none' }, { mode: 'none' }],
    [
      { type: 'tool', name: 'f' },
      { mode: 'tool', name: 'f' },
    ],
  ])('tool choice %j is read', (wire, hub) => {
    expect(read({ tool_choice: wire }).toolChoice).toEqual(hub);
  });

  test('parallel calls are off when the choice says so', () => {
    expect(read({ tool_choice: { type: 'auto', disable_parallel_tool_use: true } }).parallelToolCalls).toBe(false);
    expect(read({ tool_choice: { type: 'auto' } }).parallelToolCalls).toBeUndefined();
  });
});

describe('parameters', () => {
  test('limits, sampling, stop, user and tier are read', () => {
    expect(
      read({
        max_tokens: 5,
        temperature: 0.5,
        top_p: 0.9,
        top_k: 3,
        stop_sequences: ['a'],
        metadata: { user_id: 'u', more: 1 },
        service_tier: 'standard_only',
        stream: true,
        context_management: { edits: [] },
      }),
    ).toMatchObject({
      maxOutputTokens: 5,
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      stop: ['a'],
      user: 'u',
      serviceTier: 'standard_only',
      stream: true,
      streamUsage: true,
      extra: { dialect: 'anthropic', fields: { metadata: { more: 1 }, context_management: { edits: [] } } },
    });
  });

  test.each([
    [
      { thinking: { type: 'enabled', budget_tokens: 2048, display: 'omitted' } },
      { budgetTokens: 2048, visible: false },
    ],
    [{ thinking: { type: 'adaptive', display: 'summarized' } }, { adaptive: true, visible: true }],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ output_config: { effort: 'low' } }, { effort: 'low' }],
    [
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      { adaptive: true, effort: 'max' },
    ],
  ])('%j is reasoning', (body, reasoning) => {
    expect(read(body).reasoning).toEqual(reasoning);
    expect(read(body).extra).toBeUndefined();
  });

  test('thinking that the hub has no word for is carried as it is', () => {
    expect(read({ thinking: { type: 'between_tools' } })).toMatchObject({
      extra: { fields: { thinking: { type: 'between_tools' } } },
    });
    const off = read({ thinking: { type: 'disabled' }, output_config: { effort: 'low', task_budget: 1 } });
    expect(off.reasoning).toEqual({ effort: 'none' });
    expect(off.extra?.fields).toEqual({ output_config: { effort: 'low', task_budget: 1 } });
  });

  test.each(['output_config', 'output_format'])('a JSON schema in %s is the format', (key) => {
    const format = { type: 'json_schema', schema: { type: 'object' } };
    expect(read({ [key]: key === 'output_config' ? { format } : format }).format).toEqual({
      type: 'schema',
      schema: { type: 'object' },
      strict: true,
    });
  });
});

describe('refusals name the field', () => {
  test.each<[string, JsonObject]>([
    ['messages', { messages: 'hi' }],
    ['messages[0]', { messages: ['hi'] }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'a' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 7 }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{}] }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    ['messages[0].content[0].source', { messages: [{ role: 'user', content: [{ type: 'image' }] }] }],
    ['messages[0].content[0].source.type', { messages: [{ role: 'user', content: [{ type: 'image', source: {} }] }] }],
    ['messages[0].content[0].tool_use_id', { messages: [{ role: 'user', content: [{ type: 'tool_result' }] }] }],
    ['max_tokens', { max_tokens: '5' }],
    ['stream', { stream: 'yes' }],
    ['tools[0].name', { tools: [{ input_schema: {} }] }],
    ['tool_choice.type', { tool_choice: { type: 'some' } }],
    ['thinking', { thinking: 'on' }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled' } }],
    ['stop_sequences[1]', { stop_sequences: ['a', 1] }],
    ['output_config', { output_config: [] }],
  ])('%s', (field, body) => {
    expect(fieldOf(body)).toBe(field);
  });
});
