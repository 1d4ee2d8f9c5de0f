import { describe, expect, test } from 'vitest';
import type { ChatRequest, DialectName, JsonObject, Message, Part } from '../../chat.ts';
import { openaiResponses } from './index.ts';

const read = (body: JsonObject): ChatRequest => openaiResponses.readRequest({ model: 'm', input: 'hi', ...body });
const write = (request: Partial<ChatRequest>, quirks: string[] = []) =>
  openaiResponses.writeRequest(asked(request), { name: 'gpt-5', quirks });
const again = (body: JsonObject): JsonObject => openaiResponses.writeRequest(read(body), { name: 'gpt-5' }).body;

const asked = (request: Partial<ChatRequest>): ChatRequest => ({
  dialect: 'anthropic',
  model: 'm',
  messages: [],
  tools: [],
  stream: false,
  streamUsage: true,
  ...request,
});

const input = (parts: Part[], role: Message['role'] = 'user', dialect: DialectName = 'anthropic') =>
  write({ dialect, messages: [{ role, parts }] });

describe('reading', () => {
  test('instructions and a system message of the input are told apart when they are written back', () => {
    const body = {
      instructions: 'Be brief.',
      input: [
        { role: 'system', content: 'Be kind.' },
        { role: 'developer', content: [{ type: 'input_text', text: 'one' }] },
        { role: 'developer', content: 'two' },
        { role: 'user', content: 'hi' },
      ],
    };
    expect(read(body).messages.map(({ role }) => role)).toEqual(['system', 'system', 'developer', 'developer', 'user']);
    const written = again(body);
    expect(written.instructions).toBe('Be brief.');
    expect((written.input as JsonObject[]).map(({ role }) => role)).toEqual([
      'system',
      'developer',
      'developer',
      'user',
    ]);
    const { instructions: _, ...rest } = body;
    expect(again(rest).instructions).toBeUndefined();
  });

  test('what the model made in one go is one message, and comes back item by item', () => {
    const items = [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'so' }], encrypted_content: 'gAAA' },
      { type: 'message', role: 'assistant', content: 'one' },
      { type: 'message', role: 'assistant', content: 'two' },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"a": 1}' },
      { type: 'custom_tool_call', call_id: 'call_2', name: 'g', input: 'free text' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'function_call_output', call_id: 'call_1', output: 'ok' },
      { type: 'custom_tool_call_output', call_id: 'call_2', output: 'patched' },
    ];
    const { messages } = read({ input: items });
    expect(messages.map(({ role, parts }) => [role, ...parts.map(({ type }) => type)])).toEqual([
      ['user', 'text'],
      ['assistant', 'thinking', 'text', 'text', 'toolCall', 'toolCall', 'opaque'],
      ['tool', 'toolResult'],
      ['tool', 'toolResult'],
    ]);
    expect(messages[1]?.parts[0]).toMatchObject({ text: 'so', signature: { by: 'openai-responses', value: 'gAAA' } });
    expect(again({ input: items }).input).toEqual(items);
  });

  test('items and parts without a meaning here come back where they stood', () => {
    const items = [
      { type: 'additional_tools', role: 'developer', tools: [{ type: 'function' }] },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'a' },
          { type: 'input_new', x: 1 },
        ],
      },
      { type: 'item_reference', id: 'msg_1' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'b' }] },
      { type: 'computer_call', call_id: 'c' },
      { type: 'computer_call_output', call_id: 'c', output: {} },
      { type: 'function_call_output', call_id: 'call_1', output: [{ type: 'input_text', text: 'x', mark: 1 }] },
      { type: 'compaction_trigger' },
    ];
    expect(again({ input: items }).input).toEqual(items);
  });

  test('images, files and results with them are media, and come back as they were', () => {
    const parts = [
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'high' },
      { type: 'input_image', image_url: 'https://x.example/a.png', detail: 'auto' },
      { type: 'input_image', file_id: 'file-1', detail: 'low' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
      { type: 'input_file', file_url: 'https://x.example/a.pdf' },
      { type: 'input_file', file_id: 'file-2' },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
    ];
    const items = [
      { type: 'message', role: 'user', content: parts },
      { type: 'function_call_output', call_id: 'c', output: parts.slice(0, 3) },
    ];
    const [message, result] = read({ input: items }).messages;
    expect(message?.parts.map((part) => part.type === 'media' && [part.kind, part.source.from])).toEqual([
      ['image', 'base64'],
      ['image', 'url'],
      ['image', 'file'],
      ['document', 'base64'],
      ['document', 'url'],
      ['document', 'file'],
      ['audio', 'base64'],
    ]);
    expect(result?.parts[0]).toMatchObject({
      type: 'toolResult',
      parts: [{ type: 'media', mime: 'image/png' }, {}, {}],
    });
    expect(again({ input: items }).input).toEqual(items);
  });

  test('parameters', () => {
    const body = {
      max_output_tokens: 500,
      temperature: 0.5,
      top_p: 0.9,
      top_logprobs: 3,
      include: ['message.output_text.logprobs', 'file_search_call.results', 'reasoning.encrypted_content'],
      parallel_tool_calls: false,
      text: { format: { type: 'json_schema', name: 'a', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
      reasoning: { effort: 'high', summary: 'detailed', context: 'all_turns' },
      service_tier: 'flex',
      user: 'u',
      safety_identifier: 's',
      prompt_cache_key: 'k',
      metadata: { a: 'b' },
      truncation: 'auto',
      previous_response_id: 'resp_1',
      max_tool_calls: 2,
      store: true,
      stream: true,
    };
    expect(read(body)).toMatchObject({
      maxOutputTokens: 500,
      temperature: 0.5,
      topP: 0.9,
      logprobs: { top: 3 },
      parallelToolCalls: false,
      format: { type: 'schema', name: 'a', schema: { type: 'object' }, strict: true },
      verbosity: 'low',
      reasoning: { effort: 'high', visible: true },
      serviceTier: 'flex',
      user: 'u',
      stream: true,
      streamUsage: true,
    });
    const { include, parallel_tool_calls: _, ...rest } = body;
    const written = again(body);
    expect(written).toMatchObject(rest);
    expect(new Set(written.include as string[])).toEqual(new Set(include));
  });

  test('text formats', () => {
    expect(read({ text: { format: { type: 'text' } } }).format).toEqual({ type: 'text' });
    expect(read({ text: { format: { type: 'json_object' } } }).format).toEqual({ type: 'json' });
    const strange = { text: { format: { type: 'grammar', syntax: 'lark' } } };
    expect(read(strange).format).toBeUndefined();
    expect(again(strange).text).toEqual(strange.text);
  });

  test('tools of all kinds come back as they were, those of a namespace together', () => {
    const tools = [
      {
        type: 'function',
        name: 'f',
        description: 'd',
        parameters: { type: 'object' },
        strict: false,
        defer_loading: true,
      },
      { type: 'custom', name: 'patch', description: 'p', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
      {
        type: 'namespace',
        name: 'crm',
        description: 'customers',
        tools: [
          { type: 'function', name: 'find', parameters: { type: 'object' } },
          { type: 'custom', name: 'note' },
        ],
      },
      { type: 'web_search', search_context_size: 'low' },
      { type: 'mcp', server_label: 'calendar', server_url: 'https://x.example' },
    ];
    const request = read({ tools });
    expect(request.tools.map(({ kind, name }) => [kind, name])).toEqual([
      ['function', 'f'],
      ['custom', 'patch'],
      ['function', 'crm_--_find'],
      ['custom', 'crm_--_note'],
      ['hosted', 'web_search'],
      ['hosted', 'calendar'],
    ]);
    expect(again({ tools }).tools).toEqual(tools);
    for (const tool_choice of [
      'auto',
      'none',
      'required',
      { type: 'function', name: 'f' },
      { type: 'custom', name: 'patch' },
      { type: 'web_search' },
      { type: 'mcp', server_label: 'calendar' },
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }] },
    ]) {
      expect(again({ tools, tool_choice }).tool_choice).toEqual(tool_choice);
    }
  });

  test('calls of a namespace have one name in the hub and two on the wire', () => {
    const items = [
      { type: 'function_call', call_id: 'a', name: 'find', namespace: 'crm', arguments: '{}' },
      { type: 'function_call', call_id: 'b', name: 'find', namespace: 'find', arguments: '{}' },
    ];
    const [message] = read({ input: items }).messages;
    expect(message?.parts).toMatchObject([{ name: 'crm_--_find' }, { name: 'find' }]);
    expect(again({ input: items }).input).toEqual(items);
  });

  test('reasoning that is not a lone summary comes back as it was', () => {
    const items = [
      { type: 'reasoning', id: 'a', summary: [], content: [{ type: 'reasoning_text', text: 'raw' }] },
      { type: 'reasoning', id: 'b', summary: ['x', 'y'].map((text) => ({ type: 'summary_text', text })) },
    ];
    expect(read({ input: items }).messages[0]?.parts).toMatchObject([{ text: 'raw' }, { text: 'x\n\ny' }]);
    expect(again({ input: items }).input).toEqual(items);
  });

  test.each([
    [{ input: undefined }, 'input'],
    [{ input: [1] }, 'input[0]'],
    [{ input: [{ role: 'robot', content: 'x' }] }, 'input[0].role'],
    [{ input: [{ role: 'user', content: 7 }] }, 'input[0].content'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input[0].content[0].image_url'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file' }] }] }, 'input[0].content[0].file_data'],
    [{ input: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'input[0].content[0].input_audio'],
    [{ input: [{ type: 'function_call', name: 'f', arguments: '{}' }] }, 'input[0].call_id'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ include: 'all' }, 'include'],
    [{ text: [] }, 'text'],
    [{ text: { format: 'json' } }, 'text.format'],
    [{ tools: {} }, 'tools'],
    [{ tools: [1] }, 'tools[0]'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ tool_choice: 3 }, 'tool_choice'],
  ])('%j is refused, naming %s', (body, field) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid_request', field, status: 400 }));
  });

  test.each([
    [{ previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ conversation: 'conv_1' }, 'conversation'],
    [{ prompt: { id: 'pmpt_1' }, input: undefined }, 'prompt'],
    [{ background: true }, 'background'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input'],
  ])('%j can only be served by its own provider', (body, field) => {
    const refusal = expect.objectContaining({ code: 'unsupported', field, status: 400 });
    expect(() => openaiResponses.forForeign?.(read(body))).toThrow(refusal);
    expect(() => openaiResponses.forForeign?.(read({}))).not.toThrow();
  });

  test('tools that stand in the conversation are offered to other providers like the others, the last of a name', () => {
    const added = (description: string) => ({
      type: 'additional_tools',
      role: 'developer',
      tools: [{ type: 'namespace', name: 'clock', tools: [{ type: 'function', name: 'sleep', description }] }],
    });
    const tools = [{ type: 'function', name: 'f', parameters: {} }];
    const request = openaiResponses.forForeign?.(
      read({ tools, input: [added('old'), { role: 'user', content: 'hi' }, added('new')] }),
    );
    expect(request?.tools).toMatchObject([{ name: 'f' }, { name: 'clock_--_sleep', description: 'new' }]);
    expect(request?.messages).toMatchObject([{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }]);
  });

  test('tools that stand in the conversation count as offered, and are written back there alone', () => {
    const item = {
      type: 'additional_tools',
      role: 'developer',
      tools: [{ type: 'custom', name: 'apply_patch' }, { type: 'web_search' }],
    };
    const tools = [{ type: 'function', name: 'f', parameters: {}, strict: false }];
    const body = { tools, input: [item, { type: 'message', role: 'user', content: 'hi' }] };
    expect(read(body).tools.map(({ kind, name, added }) => [kind, name, added])).toEqual([
      ['function', 'f', undefined],
      ['custom', 'apply_patch', true],
      ['hosted', 'web_search', true],
    ]);
    expect(again(body)).toMatchObject({ tools, input: [item, {}] });
  });

  test('what nobody can read of them is refused by another provider alone', () => {
    const body = {
      input: [
        { type: 'additional_tools', tools: [{ type: 'function' }] },
        { role: 'user', content: 'hi' },
      ],
    };
    expect(read(body).tools).toEqual([]);
    expect(() => openaiResponses.forForeign?.(read(body))).toThrow(expect.objectContaining({ field: 'tools[0].name' }));
  });
});

describe('writing for a client of another dialect', () => {
  test('nothing is stored, and reasoning is asked for in the form that goes home', () => {
    const { path, body, losses } = write({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }] });
    expect(path).toBe('/responses');
    expect(body).toEqual({
      model: 'gpt-5',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
      include: ['reasoning.encrypted_content'],
      store: false,
    });
    expect(losses).toEqual([]);
  });

  test.each([
    [{ name: 'gpt-4o-2024-11-20' }, false],
    [{ name: 'gpt-4o', reasoningEfforts: [] }, false],
    [{ name: 'o3' }, true],
    [{ name: 'x', reasoningEfforts: ['low'] }, true],
    [{ name: 'o3', quirks: ['noEncryptedReasoning'] }, false],
  ])('%j is asked for encrypted reasoning: %s', (model, expected) => {
    const { include } = openaiResponses.writeRequest(asked({}), model).body;
    expect(include !== undefined).toBe(expected);
  });

  test('a turn with tools goes out item by item, with images in the results', () => {
    const { body, losses } = write({
      messages: [
        { role: 'system', parts: [{ type: 'text', text: 's' }] },
        {
          role: 'assistant',
          parts: [
            { type: 'thinking', text: 'hm', signature: { by: 'openai-responses', value: 'gAAA' } },
            { type: 'text', text: 'let me see' },
            { type: 'toolCall', id: 'a', name: 'f', input: '', kind: 'function' },
            { type: 'toolCall', id: 'b', name: 'f', input: '{}', kind: 'function' },
          ],
        },
        {
          role: 'user',
          parts: [
            {
              type: 'toolResult',
              id: 'a',
              parts: [
                { type: 'text', text: 'seen' },
                { type: 'media', kind: 'image', source: { from: 'base64', data: '/9j/AA' } },
              ],
            },
            { type: 'toolResult', id: 'b', parts: [] },
            { type: 'text', text: 'go on' },
          ],
        },
      ],
    });
    expect(losses).toEqual([]);
    expect(body.input).toEqual([
      { type: 'message', role: 'system', content: [{ type: 'input_text', text: 's' }] },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'gAAA' },
      { type: 'message', role: 'assistant', content: 'let me see' },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'function_call', call_id: 'b', name: 'f', arguments: '{}' },
      {
        type: 'function_call_output',
        call_id: 'a',
        output: [
          { type: 'input_text', text: 'seen' },
          { type: 'input_image', image_url: 'data:image/jpeg;base64,/9j/AA', detail: 'auto' },
        ],
      },
      { type: 'function_call_output', call_id: 'b', output: '' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'go on' }] },
    ]);
  });

  test('an id that is too long is the same short one in the call and in its result', () => {
    const id = 'x'.repeat(80);
    const { body } = write({
      messages: [
        { role: 'assistant', parts: [{ type: 'toolCall', id, name: 'f', input: 'text', kind: 'custom' }] },
        { role: 'tool', parts: [{ type: 'toolResult', id, parts: [{ type: 'text', text: 'ok' }] }] },
      ],
    });
    const [call, result] = body.input as JsonObject[];
    expect([call?.type, result?.type]).toEqual(['custom_tool_call', 'custom_tool_call_output']);
    expect(call?.call_id).toMatch(/^call_[0-9a-f]{40}$/);
    expect(result?.call_id).toBe(call?.call_id);
  });

  test('what the API has no word for is lost in the words of the client', () => {
    const { body, losses } = write({
      dialect: 'gemini',
      temperature: 0.5,
      topK: 4,
      seed: 0,
      stop: ['x'],
      frequencyPenalty: 0.5,
      presencePenalty: 0,
      logprobs: { top: 2 },
    });
    expect(losses).toEqual([
      { field: 'generationConfig.topK', why: 'the Responses API has no such parameter (and 3 more)' },
    ]);
    expect(body).toMatchObject({ temperature: 0.5, top_logprobs: 2 });
    expect(body.include).toContain('message.output_text.logprobs');
  });

  test('several answers are refused', () => {
    const refusal = expect.objectContaining({ code: 'unsupported', field: 'n', status: 400 });
    expect(() => write({ dialect: 'openai-chat', count: 2 })).toThrow(refusal);
  });

  test('a model without sampling is spared it', () => {
    const { body, losses } = openaiResponses.writeRequest(asked({ temperature: 0.2, topP: 1, logprobs: {} }), {
      name: 'o3',
      sampling: false,
    });
    expect([body.temperature, body.top_p, body.include]).toEqual([
      undefined,
      undefined,
      ['reasoning.encrypted_content'],
    ]);
    expect(losses.map(({ field }) => field)).toEqual(['temperature', 'logprobs']);
  });

  test.each([
    [5, undefined, 16],
    [500, undefined, 500],
    [500, 100, 100],
  ])('a limit of %s tokens for a model of at most %s goes out as %s', (maxOutputTokens, highest, sent) => {
    const { body, losses } = openaiResponses.writeRequest(asked({ maxOutputTokens }), {
      name: 'x',
      ...(highest !== undefined && { maxOutputTokens: highest }),
    });
    expect(body.max_output_tokens).toBe(sent);
    expect(losses.map(({ field }) => field)).toEqual(sent === maxOutputTokens ? [] : ['max_tokens']);
  });

  test.each([
    [{ effort: 'high' }, undefined, { effort: 'high' }, 0],
    [{ effort: 'minimal', visible: true }, ['low', 'high'], { effort: 'low', summary: 'auto' }, 1],
    [{ budgetTokens: 4000 }, undefined, { effort: 'medium', summary: 'auto' }, 1],
    [{ budgetTokens: 4000, visible: false }, undefined, { effort: 'medium' }, 1],
    [{ effort: 'high', visible: true }, [], undefined, 1],
    [{ effort: 'none' }, [], undefined, 0],
    [{ adaptive: true }, undefined, undefined, 0],
  ])('reasoning %j for efforts %j is asked for as %j', (reasoning, reasoningEfforts, expected, lost) => {
    const { body, losses } = openaiResponses.writeRequest(asked({ reasoning }), {
      name: 'x',
      ...(reasoningEfforts && { reasoningEfforts }),
    });
    expect(body.reasoning).toEqual(expected);
    expect(losses).toHaveLength(lost);
  });

  test('tools are not held to a schema that nobody asked for', () => {
    const { body, losses } = write({
      tools: [
        { kind: 'function', name: 'f', schema: { type: 'object' }, cache: {} },
        { kind: 'function', name: 'g', strict: true, schema: { type: 'object', properties: { a: {} } } },
        { kind: 'custom', name: 'h' },
      ],
      toolChoice: { mode: 'tool', name: 'h' },
    });
    expect(body.tools).toEqual([
      { type: 'function', name: 'f', parameters: { type: 'object' }, strict: false },
      { type: 'function', name: 'g', parameters: { type: 'object', properties: { a: {} } }, strict: false },
      { type: 'custom', name: 'h' },
    ]);
    expect(body.tool_choice).toEqual({ type: 'custom', name: 'h' });
    expect(losses.map(({ field }) => field)).toEqual(['tools[0].cache_control', 'tools[1].strict']);
    expect(write({ toolChoice: { mode: 'required' } }).losses).toEqual([
      { field: 'tool_choice', why: 'there is no tool to choose' },
    ]);
  });

  test('a tool that another provider runs is refused by its name', () => {
    const tools = [{ kind: 'hosted' as const, name: 'web_search', value: { type: 'web_search_20250305' } }];
    const refusal = expect.objectContaining({ code: 'unsupported', field: 'tools[0]', status: 400 });
    expect(() => write({ tools })).toThrow(refusal);
  });

  test.each<[Part, DialectName]>([
    [{ type: 'media', kind: 'video', source: { from: 'url', url: 'https://x.example' } }, 'gemini'],
    [{ type: 'media', kind: 'audio', source: { from: 'base64', data: 'AA' } }, 'openai-chat'],
    [{ type: 'media', kind: 'image', source: { from: 'file', id: 'f', by: 'anthropic' } }, 'anthropic'],
  ])('%j of %s is refused', (part, dialect) => {
    const refusal = expect.objectContaining({ code: 'unsupported', field: 'messages[0].content[0]' });
    expect(() => input([part], 'user', dialect)).toThrow(refusal);
  });

  test('documents by text, and files that lie at OpenAI', () => {
    const { body, losses } = input([
      { type: 'media', kind: 'document', source: { from: 'text', text: 't' } },
      { type: 'media', kind: 'document', source: { from: 'base64', data: 'AA' } },
      { type: 'media', kind: 'document', source: { from: 'file', id: 'file-1', by: 'openai-chat' } },
    ]);
    expect((body.input as JsonObject[])[0]?.content).toEqual([
      { type: 'input_text', text: 't' },
      { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,AA' },
      { type: 'input_file', file_id: 'file-1' },
    ]);
    expect(losses).toHaveLength(2);
  });

  test('what a message cannot hold here is lost, and its place named', () => {
    const { body, losses } = write({
      messages: [
        {
          role: 'assistant',
          name: 'bot',
          parts: [
            { type: 'thinking', text: 'a', signature: { by: 'anthropic', value: 'x' } },
            { type: 'thinking', text: 'b' },
            { type: 'text', text: 'c', cache: {}, extra: { dialect: 'anthropic', fields: { citations: [1] } } },
            { type: 'refusal', text: 'no' },
            { type: 'media', kind: 'image', source: { from: 'url', url: 'https://x.example' } },
            { type: 'opaque', dialect: 'anthropic', label: 'server_tool_use', value: {} },
            {
              type: 'toolCall',
              id: 'a',
              name: 'f',
              input: '{}',
              kind: 'function',
              signature: { by: 'gemini', value: 'x' },
            },
          ],
        },
        { role: 'tool', parts: [{ type: 'toolResult', id: 'a', parts: [], isError: true, cache: {} }] },
      ],
    });
    expect(body.input).toEqual([
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'c', annotations: [] },
          { type: 'refusal', refusal: 'no' },
        ],
      },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: '' },
    ]);
    expect(losses.map(({ why }) => why)).toEqual([
      'a signature goes back to its maker only (and 1 more)',
      'the provider takes back no reasoning but its own',
      'unknown to openai-responses',
      'the provider places its prompt-cache breakpoints itself (and 1 more)',
      'an assistant message cannot hold image',
      'server_tool_use is known to anthropic only',
      'messages have no name here',
      'tool results cannot be marked as failed',
    ]);
  });

  test('reasoning goes back as text to a provider that takes it so', () => {
    const { body, losses } = write({ messages: [{ role: 'assistant', parts: [{ type: 'thinking', text: 'b' }] }] }, [
      'reasoningText',
    ]);
    expect(body.input).toEqual([{ type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'b' }] }]);
    expect(losses).toEqual([]);
  });

  test('what Chat Completions calls by the same name goes along, the rest is named', () => {
    const fields = { metadata: { a: 'b' }, store: true, prompt_cache_key: 'k', logit_bias: { 1: 2 } };
    const { body, losses } = write({ dialect: 'openai-chat', extra: { dialect: 'openai-chat', fields } });
    expect(body).toMatchObject({ metadata: { a: 'b' }, store: true, prompt_cache_key: 'k' });
    expect(losses).toEqual([{ field: 'logit_bias', why: 'unknown to openai-responses' }]);
    const foreign = write({ extra: { dialect: 'anthropic', fields: { container: 'c' } } });
    expect(foreign.losses).toEqual([{ field: 'container', why: 'unknown to openai-responses' }]);
  });

  test.each([
    ['standard_only', 'anthropic', 'default', 0],
    ['flex', 'gemini', 'flex', 0],
    ['trafficked', 'gemini', undefined, 1],
    ['ultrafast', 'openai-chat', 'ultrafast', 0],
  ] as const)('the tier %s of %s is %s', (serviceTier, dialect, expected, lost) => {
    const { body, losses } = write({ serviceTier, dialect });
    expect(body.service_tier).toBe(expected);
    expect(losses).toHaveLength(lost);
  });
});
