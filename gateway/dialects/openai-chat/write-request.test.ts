import { describe, expect, test } from 'vitest';
import type { ChatRequest, JsonObject, Message, Part } from '../../chat.ts';
import type { TargetModel } from '../dialect.ts';
import { openaiChat } from './index.ts';
import type { Quirk } from './wire.ts';

/** A request as another dialect's reader would make it. */
function hub(messages: Message[], more: Partial<ChatRequest> = {}): ChatRequest {
  return { dialect: 'anthropic', model: 'asked', messages, tools: [], stream: false, streamUsage: false, ...more };
}

function write(
  request: ChatRequest,
  target: Omit<TargetModel, 'name' | 'quirks'> & { quirks?: Quirk[] } = {},
): { body: JsonObject; lost: string[]; messages: JsonObject[] } {
  const { body, losses, path } = openaiChat.writeRequest(request, { name: 'target', ...target });
  expect(path).toBe('/chat/completions');
  return { body, lost: losses.map(({ field }) => field), messages: body.messages as JsonObject[] };
}

const said = (role: Message['role'], ...parts: Part[]): Message => ({ role, parts });
const text = (words: string): Part => ({ type: 'text', text: words });
const image: Part = { type: 'media', kind: 'image', source: { from: 'base64', data: 'AAAA' }, mime: 'image/png' };

describe('writing', () => {
  test('a stream always asks for usage, where the provider takes the question', () => {
    expect(write(hub([said('user', text('x'))], { stream: true })).body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(
      write(hub([said('user', text('x'))], { stream: true }), { quirks: ['noStreamOptions'] }).body,
    ).not.toHaveProperty('stream_options');
    expect(write(hub([said('user', text('x'))])).body).toEqual({
      model: 'target',
      messages: [{ role: 'user', content: 'x' }],
    });
  });

  test('quirks change the spelling', () => {
    const request = hub([said('developer', text('x'))], {
      maxOutputTokens: 5,
      seed: 1,
      topK: 2,
      format: { type: 'schema', schema: {} },
    });
    expect(write(request).body).toMatchObject({
      max_completion_tokens: 5,
      seed: 1,
      messages: [{ role: 'developer' }],
      response_format: { json_schema: { name: 'reply' } },
    });
    expect(write(request).lost).toEqual(['top_k']);
    const { body, lost } = write(request, {
      quirks: ['maxTokens', 'randomSeed', 'topK', 'systemRole', 'noJsonSchema'],
    });
    expect(body).toMatchObject({
      max_tokens: 5,
      random_seed: 1,
      top_k: 2,
      messages: [{ role: 'system' }],
      response_format: { type: 'json_object' },
    });
    expect(lost).toEqual(['response_format.json_schema']);
  });

  test('what the model refuses is left out and said', () => {
    const request = hub([said('user', text('x'))], {
      temperature: 0.2,
      topP: 1,
      presencePenalty: 0,
      maxOutputTokens: 900,
      reasoning: { effort: 'max' },
    });
    const { body, lost } = write(request, { sampling: false, maxOutputTokens: 500, reasoningEfforts: ['low', 'high'] });
    expect(body).toMatchObject({ max_completion_tokens: 500, reasoning_effort: 'high' });
    expect(lost).toEqual(['max_tokens', 'temperature', 'reasoning_effort']);
    expect(body).not.toHaveProperty('top_p');
  });

  test.each<[ChatRequest['reasoning'], string[] | undefined, string | undefined, string[]]>([
    [{ effort: 'medium' }, undefined, 'medium', []],
    [{ effort: 'minimal' }, ['none', 'low'], 'none', ['reasoning_effort']],
    [{ effort: 'none' }, [], undefined, []],
    [{ effort: 'high' }, [], undefined, ['reasoning_effort']],
    [{ budgetTokens: 1024 }, undefined, 'low', ['reasoning.max_tokens']],
    [{ budgetTokens: 9000 }, undefined, 'medium', ['reasoning.max_tokens']],
    [{ budgetTokens: 90000 }, ['low'], 'low', ['reasoning.max_tokens']],
    [{ adaptive: true, visible: true }, undefined, undefined, ['reasoning']],
  ])('reasoning %j on a model that takes %j becomes %s', (reasoning, reasoningEfforts, effort, losses) => {
    const { body, lost } = write(
      hub([said('user', text('x'))], { reasoning: reasoning ?? {} }),
      reasoningEfforts && { reasoningEfforts },
    );
    expect(body.reasoning_effort).toBe(effort);
    expect(lost).toEqual(losses);
  });

  test('reasoning by quirk', () => {
    const asked = (reasoning: NonNullable<ChatRequest['reasoning']>, quirk: Quirk): JsonObject =>
      write(hub([said('user', text('x'))], { reasoning }), { quirks: [quirk] }).body;
    expect(asked({ budgetTokens: 9, visible: false }, 'reasoningObject').reasoning).toEqual({
      max_tokens: 9,
      exclude: true,
    });
    expect(asked({ effort: 'low', budgetTokens: 9 }, 'reasoningObject').reasoning).toEqual({ effort: 'low' });
    expect(asked({ adaptive: true }, 'reasoningObject').reasoning).toEqual({ enabled: true });
    expect(asked({ effort: 'none' }, 'thinkingSwitch').thinking).toEqual({ type: 'disabled' });
    expect(asked({ adaptive: true }, 'thinkingSwitch').thinking).toEqual({ type: 'enabled' });
  });

  test('tool results become one message each, their images follow the last of them', () => {
    const calls: Part[] = ['a', 'b'].map((id) => ({ type: 'toolCall', id, name: 'f', input: '', kind: 'function' }));
    const { messages, lost } = write(
      hub([
        said('assistant', ...calls),
        said(
          'user',
          { type: 'toolResult', id: 'a', parts: [image], isError: true },
          { type: 'toolResult', id: 'b', parts: [text('1'), text('2')] },
          text('go on'),
        ),
      ]),
    );
    expect(messages).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: ['a', 'b'].map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })),
      },
      { role: 'tool', tool_call_id: 'a', content: 'See the attachment in the next user message.' },
      {
        role: 'tool',
        tool_call_id: 'b',
        content: [
          { type: 'text', text: '1' },
          { type: 'text', text: '2' },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Attached to the result of tool call a:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
      { role: 'user', content: 'go on' },
    ]);
    expect(lost).toEqual(['messages[1].content[0]', 'messages[1].is_error']);
  });

  test('images of tool messages in a row wait for the last of them', () => {
    const result = (id: string, ...parts: Part[]): Message => said('tool', { type: 'toolResult', id, parts });
    const { messages } = write(hub([result('a', text('see'), image), result('b', text('ok'))]));
    expect(messages.map(({ role }) => role)).toEqual(['tool', 'tool', 'user']);
  });

  test('foreign signatures, opaque parts, hosted tools and fields are left out, each reason said once', () => {
    const request = hub(
      [
        said(
          'assistant',
          { type: 'thinking', text: 'hm', signature: { by: 'anthropic', value: 's' } },
          { type: 'thinking', text: '' },
          text('a'),
        ),
        said('assistant', { type: 'thinking', text: 'hm' }, text('b')),
        said('user', { type: 'opaque', dialect: 'anthropic', label: 'container_upload', value: {} }, text('c')),
      ],
      {
        tools: [{ kind: 'hosted', name: 'web_search', value: {} }],
        toolChoice: { mode: 'required' },
        extra: { dialect: 'anthropic', fields: { betas: [] } },
      },
    );
    const { losses, body } = openaiChat.writeRequest(request, { name: 'target' });
    expect(losses).toEqual([
      { field: 'messages[0].content', why: 'the provider takes no reasoning back (and 1 more)' },
      { field: 'messages[2].content[0]', why: 'container_upload is known to anthropic only' },
      { field: 'tools[0]', why: 'the provider has no hosted tool web_search' },
      { field: 'tool_choice', why: 'there is no tool to choose' },
      { field: 'betas', why: 'unknown to openai-chat' },
    ]);
    expect(body).toEqual({
      model: 'target',
      messages: [
        { role: 'assistant', content: 'a' },
        { role: 'assistant', content: 'b' },
        { role: 'user', content: 'c' },
      ],
    });
  });

  test.each<[Quirk, JsonObject]>([
    ['reasoningContent', { role: 'assistant', content: 'a', reasoning_content: 'one\n\ntwo' }],
    ['reasoning', { role: 'assistant', content: 'a', reasoning: 'one\n\ntwo' }],
    [
      'reasoningDetails',
      {
        role: 'assistant',
        content: 'a',
        reasoning_details: [
          { type: 'reasoning.text', text: 'one', index: 0 },
          { type: 'reasoning.text', text: 'two', index: 1 },
        ],
      },
    ],
  ])('%s takes reasoning back, without foreign signatures', (quirk, message) => {
    const parts: Part[] = [
      { type: 'thinking', text: 'one', signature: { by: 'anthropic', value: 's' } },
      { type: 'thinking', text: 'two' },
      { type: 'thinking', text: '', redacted: true, signature: { by: 'anthropic', value: 's' } },
      text('a'),
    ];
    const { messages, lost } = write(hub([said('assistant', ...parts)]), { quirks: [quirk] });
    expect(messages).toEqual([message]);
    expect(lost).toHaveLength(1);
  });

  test('a refusal alone goes into its own field, beside text into the content', () => {
    const refusal: Part = { type: 'refusal', text: 'no' };
    const { messages } = write(hub([said('assistant', refusal), said('assistant', text('a'), refusal)]));
    expect(messages).toEqual([
      { role: 'assistant', content: null, refusal: 'no' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'a' },
          { type: 'refusal', refusal: 'no' },
        ],
      },
    ]);
  });

  test('cache marks, signatures of calls and media of assistants are said where they cannot go', () => {
    const { lost, messages } = write(
      hub([
        said('user', { ...text('x'), cache: {} } as Part),
        said('assistant', image, {
          type: 'toolCall',
          id: '1',
          name: 'f',
          input: '{}',
          kind: 'function',
          signature: { by: 'gemini', value: 's' },
        }),
      ]),
    );
    expect(lost).toEqual(['messages[0].content[0].cache_control', 'messages[1].content[0]', 'messages[1].content[1]']);
    expect(messages[0]).toEqual({ role: 'user', content: 'x' });
  });

  test('text documents are sent as text', () => {
    const { messages, lost } = write(
      hub([said('user', { type: 'media', kind: 'document', source: { from: 'text', text: 'body' } })]),
    );
    expect(messages).toEqual([{ role: 'user', content: 'body' }]);
    expect(lost).toHaveLength(1);
  });

  test.each<[Part, string]>([
    [{ type: 'media', kind: 'audio', source: { from: 'url', url: 'https://x' } }, 'audio as url'],
    [{ type: 'media', kind: 'video', source: { from: 'base64', data: 'A' }, mime: 'video/mp4' }, 'video as video/mp4'],
    [{ type: 'media', kind: 'document', source: { from: 'url', url: 'https://x' } }, 'document as url'],
    [
      { type: 'media', kind: 'document', source: { from: 'file', id: 'f', by: 'anthropic' } },
      'lies with another provider',
    ],
  ])('%j is refused, naming the field', (part, why) => {
    expect(() => write(hub([said('user', part)]))).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        field: 'messages[0].content[0]',
        message: expect.stringContaining(why),
      }),
    );
  });

  test.each<[Part, unknown]>([
    [
      { type: 'media', kind: 'image', source: { from: 'base64', data: '/9j/x' } },
      { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/x' } },
    ],
    [
      { type: 'media', kind: 'audio', source: { from: 'base64', data: 'A' }, mime: 'audio/x-flac' },
      { type: 'input_audio', input_audio: { data: 'A', format: 'flac' } },
    ],
    [
      { type: 'media', kind: 'document', source: { from: 'base64', data: 'A' } },
      { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,A' } },
    ],
  ])('%j gets what the wire wants and it lacks', (part, written) => {
    expect(write(hub([said('user', part)])).messages[0]?.content).toEqual([written]);
  });
});
