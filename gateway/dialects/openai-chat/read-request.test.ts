import { describe, expect, test } from 'vitest';
import type { ChatRequest, JsonObject, Message, Part } from '../../chat.ts';
import { openaiChat } from './index.ts';
import type { Quirk } from './wire.ts';

const user: JsonObject = { role: 'user', content: 'hi' };
const read = (body: JsonObject): ChatRequest => openaiChat.readRequest({ model: 'm', messages: [user], ...body });
const readMessage = (message: JsonObject): Message | undefined => read({ messages: [message] }).messages[0];

function write(
  request: ChatRequest,
  target: { quirks?: Quirk[] } = {},
): { body: JsonObject; lost: string[]; messages: JsonObject[] } {
  const { body, losses } = openaiChat.writeRequest(request, { name: 'target', ...target });
  return { body, lost: losses.map(({ field }) => field), messages: body.messages as JsonObject[] };
}

const text = (words: string): Part => ({ type: 'text', text: words });
const image: Part = { type: 'media', kind: 'image', source: { from: 'base64', data: 'AAAA' }, mime: 'image/png' };

describe('reading', () => {
  test('every parameter finds its place, in either spelling of the limit', () => {
    const request = read({
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      max_tokens: 5,
      max_completion_tokens: 6,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 3,
      seed: 7,
      stop: 'END',
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      n: 2,
      logprobs: true,
      top_logprobs: 4,
      parallel_tool_calls: false,
      reasoning_effort: 'low',
      user: 'u',
      service_tier: 'flex',
      verbosity: 'high',
      logit_bias: { 1: 2 },
      metadata: null,
      foo: 'bar',
    });
    expect(request).toEqual({
      dialect: 'openai-chat',
      model: 'm',
      messages: [{ role: 'user', parts: [text('hi')] }],
      tools: [],
      stream: true,
      streamUsage: true,
      maxOutputTokens: 6,
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      seed: 7,
      stop: ['END'],
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      count: 2,
      logprobs: { top: 4 },
      parallelToolCalls: false,
      reasoning: { effort: 'low' },
      user: 'u',
      serviceTier: 'flex',
      verbosity: 'high',
      extra: {
        dialect: 'openai-chat',
        fields: { logit_bias: { 1: 2 }, foo: 'bar', stream_options: { include_obfuscation: false } },
      },
    });
  });

  test('null is as good as absent', () => {
    const body = {
      temperature: null,
      stop: null,
      tools: null,
      tool_choice: null,
      response_format: null,
      stream_options: null,
      n: null,
    };
    expect(read(body)).toEqual(read({}));
    expect(openaiChat.readRequest({ messages: [user] }).model).toBe('');
  });

  test.each<[JsonObject, unknown]>([
    [{ type: 'text' }, { type: 'text' }],
    [{ type: 'json_object' }, { type: 'json' }],
    [
      { type: 'json_schema', json_schema: { name: 'n', description: 'd', schema: { a: 1 }, strict: true } },
      { type: 'schema', name: 'n', description: 'd', schema: { a: 1 }, strict: true },
    ],
  ])('response_format %j', (raw, format) => {
    expect(read({ response_format: raw }).format).toEqual(format);
  });

  test('a response format of an unknown type is kept', () => {
    const request = read({ response_format: { type: 'grammar', grammar: 'g' } });
    expect(request.format).toBeUndefined();
    expect(write(request).body.response_format).toEqual({ type: 'grammar', grammar: 'g' });
  });

  test.each<[unknown, unknown]>([
    ['auto', { mode: 'auto' }],
    ['none', { mode: 'none' }],
    ['required', { mode: 'required' }],
    ['any', { mode: 'required' }],
    [
      { type: 'function', function: { name: 'f' } },
      { mode: 'tool', name: 'f' },
    ],
    [
      { type: 'custom', custom: { name: 'c' } },
      { mode: 'tool', name: 'c' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: {
          mode: 'required',
          tools: [
            { type: 'function', function: { name: 'f' } },
            { type: 'custom', custom: { name: 'c' } },
          ],
        },
      },
      { mode: 'allowed', names: ['f', 'c'], required: true },
    ],
  ])('tool_choice %j', (raw, choice) => {
    const tools = [
      { type: 'function', function: { name: 'f' } },
      { type: 'custom', custom: { name: 'c' } },
    ];
    const request = read({ tool_choice: raw, tools });
    expect(request.toolChoice).toEqual(choice);
    expect(openaiChat.readRequest(write(request).body).toolChoice).toEqual(choice);
  });

  test('tools of every kind come back as they went', () => {
    const tools = [
      {
        type: 'function',
        function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true, later: 1 },
        other: 2,
      },
      {
        type: 'custom',
        custom: {
          name: 'c',
          description: 'd',
          format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } },
        },
      },
      { type: 'openrouter:web_search', parameters: { max: 1 } },
    ];
    const request = read({ tools });
    expect(request.tools.map(({ kind, name }) => [kind, name])).toEqual([
      ['function', 'f'],
      ['custom', 'c'],
      ['hosted', 'openrouter:web_search'],
    ]);
    expect(write(request).body.tools).toEqual(tools);
    expect(read({ tools: [{ function: { name: 'untyped' } }] }).tools[0]).toEqual({
      kind: 'function',
      name: 'untyped',
    });
  });

  test('the older functions mean tools', () => {
    const request = read({
      functions: [{ name: 'f', parameters: {} }],
      function_call: { name: 'f' },
      messages: [
        user,
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: 'done' },
      ],
    });
    expect(request.tools).toEqual([{ kind: 'function', name: 'f', schema: {} }]);
    expect(request.toolChoice).toEqual({ mode: 'tool', name: 'f' });
    expect(request.messages[1]?.parts).toEqual([
      { type: 'toolCall', id: 'f', name: 'f', input: '{}', kind: 'function' },
    ]);
    expect(request.messages[2]?.parts).toEqual([{ type: 'toolResult', id: 'f', name: 'f', parts: [text('done')] }]);
  });

  test.each<[JsonObject, unknown]>([
    [
      { effort: 'high', max_tokens: 9, exclude: true },
      { effort: 'high', budgetTokens: 9, visible: false },
    ],
    [{ enabled: true }, { adaptive: true }],
    [{ enabled: false }, { effort: 'none' }],
  ])('reasoning %j of OpenRouter', (raw, reasoning) => expect(read({ reasoning: raw }).reasoning).toEqual(reasoning));
});

describe('reading messages', () => {
  test.each<[JsonObject, Part]>([
    [
      { type: 'text', text: 't', cache_control: { type: 'ephemeral', ttl: '1h' } },
      { type: 'text', text: 't', cache: { ttl: '1h' } },
    ],
    [
      { type: 'text', text: 't', prompt_cache_breakpoint: { mode: 'explicit' } },
      {
        type: 'text',
        text: 't',
        cache: {},
        extra: { dialect: 'openai-chat', fields: { prompt_cache_breakpoint: { mode: 'explicit' } } },
      },
    ],
    [
      { type: 'image_url', image_url: { url: 'https://x/y.png', detail: 'low' } },
      { type: 'media', kind: 'image', source: { from: 'url', url: 'https://x/y.png' }, detail: 'low' },
    ],
    [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }, image],
    [
      { type: 'image_url', image_url: { url: 'data:image/svg+xml,<svg/>' } },
      { type: 'media', kind: 'image', source: { from: 'url', url: 'data:image/svg+xml,<svg/>' } },
    ],
    [
      { type: 'input_audio', input_audio: { data: 'QQ', format: 'mp3' } },
      { type: 'media', kind: 'audio', source: { from: 'base64', data: 'QQ' }, mime: 'audio/mpeg' },
    ],
    [
      { type: 'input_audio', input_audio: { data: 'QQ', format: 'wav' } },
      { type: 'media', kind: 'audio', source: { from: 'base64', data: 'QQ' }, mime: 'audio/wav' },
    ],
    [
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,QQ' } },
      {
        type: 'media',
        kind: 'document',
        source: { from: 'base64', data: 'QQ' },
        mime: 'application/pdf',
        name: 'a.pdf',
      },
    ],
    [
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'media', kind: 'document', source: { from: 'file', id: 'file-1', by: 'openai-chat' } },
    ],
    [
      { type: 'video_url', video_url: { url: 'https://x/v' } },
      { type: 'media', kind: 'video', source: { from: 'url', url: 'https://x/v' } },
    ],
    [
      { type: 'refusal', refusal: 'no' },
      { type: 'refusal', text: 'no' },
    ],
    [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'thinking', text: 'hm' },
    ],
    [
      { type: 'new', x: 1 },
      { type: 'opaque', dialect: 'openai-chat', label: 'new', value: { type: 'new', x: 1 } },
    ],
  ])('part %j goes and comes', (raw, part) => {
    const request = read({ messages: [{ role: 'user', content: [raw, { type: 'text', text: 'x' }] }] });
    expect(request.messages[0]?.parts[0]).toEqual(part);
    const quirks: Quirk[] = ['videoUrl', 'cacheControl', 'thinkingParts'];
    expect(write(request, { quirks }).messages[0]).toHaveProperty('content.0', raw);
  });

  test('bare base64 and image URLs without their object are understood', () => {
    const parts = readMessage({
      role: 'user',
      content: [
        { type: 'image_url', image_url: 'https://x' },
        { type: 'file', file: { file_data: 'QQ' } },
      ],
    })?.parts;
    expect(parts).toEqual([
      { type: 'media', kind: 'image', source: { from: 'url', url: 'https://x' } },
      { type: 'media', kind: 'document', source: { from: 'base64', data: 'QQ' } },
    ]);
  });

  test('a folded data URL loses its prefix and nothing else', () => {
    const long = `data:image/png;base64,${'A'.repeat(200)}MARK-1`;
    const parts = readMessage({ role: 'user', content: [{ type: 'image_url', image_url: { url: long } }] })?.parts;
    expect(parts).toEqual([
      { type: 'media', kind: 'image', source: { from: 'base64', data: `${'A'.repeat(200)}MARK-1` }, mime: 'image/png' },
    ]);
  });

  test('an assistant message keeps the order reasoning, text, refusal, calls', () => {
    const message = readMessage({
      role: 'assistant',
      reasoning_content: 'hm',
      content: 'so',
      refusal: 'no',
      name: 'a',
      audio: { id: 'x' },
      tool_calls: [
        { id: '1', type: 'function', function: { name: 'f', arguments: '{"a": 1}' }, extra_content: { google: 1 } },
        { id: '2', type: 'custom', custom: { name: 'c', input: 'free' } },
        { id: '3', type: 'mystery', mystery: {} },
      ],
    });
    expect(message).toEqual({
      role: 'assistant',
      name: 'a',
      extra: { dialect: 'openai-chat', fields: { audio: { id: 'x' } } },
      parts: [
        { type: 'thinking', text: 'hm' },
        text('so'),
        { type: 'refusal', text: 'no' },
        {
          type: 'toolCall',
          id: '1',
          name: 'f',
          input: '{"a": 1}',
          kind: 'function',
          extra: { dialect: 'openai-chat', fields: { extra_content: { google: 1 } } },
        },
        { type: 'toolCall', id: '2', name: 'c', input: 'free', kind: 'custom' },
        {
          type: 'opaque',
          dialect: 'openai-chat',
          label: 'tool_calls.mystery',
          value: { id: '3', type: 'mystery', mystery: {} },
        },
      ],
    });
  });

  test('reasoning details come back to OpenRouter as they were', () => {
    const details = [
      { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.summary', summary: 'short', index: 1 },
      { type: 'reasoning.encrypted', data: 'XX', id: 'r1', index: 2 },
    ];
    const request = read({
      messages: [user, { role: 'assistant', content: 'x', reasoning: 'hm', reasoning_details: details }],
    });
    expect(request.messages[1]?.parts).toMatchObject([
      { type: 'thinking', text: 'hm', signature: { by: 'openai-chat', value: 's' } },
      { type: 'thinking', text: 'short' },
      { type: 'thinking', text: '', redacted: true, signature: { by: 'openai-chat', value: 'XX' } },
      { type: 'text', text: 'x' },
    ]);
    const { messages, lost } = write(request, { quirks: ['reasoningDetails'] });
    expect(messages[1]).toEqual({ role: 'assistant', content: 'x', reasoning_details: details });
    expect(lost).toEqual([]);
  });

  test.each<[JsonObject, string]>([
    [{ messages: 'hi' }, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: ['hi'] }, 'messages[0]'],
    [{ messages: [{ role: 'wizard' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ text: 'x' }] }] }, 'messages[0].content[0].type'],
    [{ messages: [{ role: 'user', content: [7] }] }, 'messages[0].content[0]'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 1 }] }] },
      'messages[0].content[0].image_url',
    ],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'messages[0].content[0].input_audio'],
    [{ messages: [{ role: 'user', content: [{ type: 'file' }] }] }, 'messages[0].content[0].file'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ messages: [{ role: 'assistant', tool_calls: {} }] }, 'messages[0].tool_calls'],
    [{ messages: [{ role: 'assistant', tool_calls: [1] }] }, 'messages[0].tool_calls[0]'],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: '1', function: { name: 'f' } }] }] },
      'messages[0].tool_calls[0].function.arguments',
    ],
    [{ messages: [{ role: 'assistant', tool_calls: [{ id: '1' }] }] }, 'messages[0].tool_calls[0].function'],
    [{ model: 7 }, 'model'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ stream: 'yes' }, 'stream'],
    [{ stop: [1] }, 'stop'],
    [{ tools: {} }, 'tools'],
    [{ tools: [1] }, 'tools[0]'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [{ tool_choice: 7 }, 'tool_choice'],
    [{ tool_choice: { type: 'function' } }, 'tool_choice'],
    [{ response_format: 'json' }, 'response_format'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [{ stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
  ])('%j is refused, naming the field', (body, field) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid_request', field }));
  });
});
