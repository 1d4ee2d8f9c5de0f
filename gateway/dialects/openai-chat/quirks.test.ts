import { describe, expect, test } from 'vitest';
import { createCatalog } from '../../../gateway/providers/catalog.ts';
import type { ChatRequest, JsonObject, Message, Part } from '../../chat.ts';
import type { TargetModel } from '../dialect.ts';
import { conflicts } from './conflict.ts';
import { openaiChat } from './index.ts';
import { openaiChatPass } from './pass.ts';

const CATALOG = createCatalog({});

function targetAt(provider: string, more: Partial<TargetModel> = {}): TargetModel {
  return { name: 'm', quirks: CATALOG.get(provider)?.quirks ?? [], ...more };
}

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
const call = (id: string): Part => ({ type: 'toolCall', id, name: 'look', input: '{}', kind: 'function' });
const result = (id: string, ...more: Part[]): Message => ({
  role: 'tool',
  parts: [{ type: 'toolResult', id, parts: [{ type: 'text', text: 'seen' }, ...more] }],
});

function write(provider: string, request: Partial<ChatRequest>, model: Partial<TargetModel> = {}) {
  const asked = {
    dialect: 'anthropic',
    model: 'm',
    messages: [user('Hi')],
    tools: [],
    stream: false,
    streamUsage: false,
  };
  const { body, losses } = openaiChat.writeRequest({ ...asked, ...request } as ChatRequest, targetAt(provider, model));
  return { body, messages: body.messages as JsonObject[], lost: losses.map(({ field }) => field) };
}

describe('Mistral', () => {
  const turn: Message[] = [user('Go'), { role: 'assistant', parts: [call('toolu_1'), call('abcDEF123')] }];

  test('gets ids of nine letters and digits, the same for a call and its result', () => {
    const { messages } = write('mistral', { messages: [...turn, result('toolu_1'), result('abcDEF123')] });
    const [first, second] = (messages[1]?.tool_calls ?? []) as { id: string }[];
    expect(first?.id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(second?.id).toBe('abcDEF123');
    expect(messages.slice(2).map((message) => message.tool_call_id)).toEqual([first?.id, 'abcDEF123']);
  });

  test('gets an answer between a tool and the user, as was recorded', () => {
    const image: Part = { type: 'media', kind: 'image', source: { from: 'url', url: 'https://a.example/1.png' } };
    const { messages, lost } = write('mistral', {
      messages: [...turn, result('toolu_1', image), result('abcDEF123')],
    });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant', 'user']);
    expect(messages[4]).toEqual({ role: 'assistant', content: 'OK' });
    expect(lost).toContain('messages[4]');
  });

  test('is told to go on with an answer that is begun for it', () => {
    const begun: Message[] = [user('Go'), { role: 'assistant', parts: [{ type: 'text', text: 'Once' }] }];
    expect(write('mistral', { messages: begun }).messages[1]).toEqual({
      role: 'assistant',
      content: 'Once',
      prefix: true,
    });
    expect(write('groq', { messages: begun }).messages[1]).toEqual({ role: 'assistant', content: 'Once' });
  });

  test('gets documents as addresses or data, and its own spellings', () => {
    const pdf: Part = { type: 'media', kind: 'document', source: { from: 'base64', data: 'JVBE' }, name: 'a.pdf' };
    const { body, messages, lost } = write('mistral', {
      messages: [{ role: 'user', parts: [pdf] }],
      ...{ seed: 4, maxOutputTokens: 9, stream: true, user: 'u', verbosity: 'low' },
    });
    expect(messages[0]?.content).toEqual([
      { type: 'document_url', document_url: 'data:application/pdf;base64,JVBE', document_name: 'a.pdf' },
    ]);
    expect(body).toMatchObject({ random_seed: 4, max_tokens: 9, stream: true });
    expect(Object.keys(body)).toEqual(['model', 'messages', 'max_tokens', 'random_seed', 'stream']);
    expect(lost).toEqual(['user']);
  });
});

describe('DeepSeek', () => {
  const thinks = { reasons: true, reasoningEfforts: ['high', 'max'] };
  const thought: Part = { type: 'thinking', text: 'I will look.' };
  const history = (...parts: Part[]): Message[] => [user('Go'), { role: 'assistant', parts }, result('a')];

  test('gets its reasoning back with each call', () => {
    const { body, messages } = write(
      'deepseek',
      { messages: history(thought, call('a')), reasoning: { effort: 'high' } },
      thinks,
    );
    expect(messages[1]).toMatchObject({ reasoning_content: 'I will look.', tool_calls: [{ id: 'a' }] });
    expect(body).toMatchObject({ thinking: { type: 'enabled' }, reasoning_effort: 'high' });
  });

  test.each<[string, Partial<ChatRequest>]>([
    ['the reasoning of a call is missing', { messages: history(call('a')) }],
    ['a tool is forced', { tools: [{ kind: 'function', name: 'look' }], toolChoice: { mode: 'required' } }],
  ])('does not think for a turn in which %s, and that is said', (_, request) => {
    const { body, lost } = write('deepseek', { ...request, reasoning: { effort: 'high' } }, thinks);
    expect(body.thinking).toEqual({ type: 'disabled' });
    expect(body).not.toHaveProperty('reasoning_effort');
    expect(lost).toContain('reasoning');
    expect(write('deepseek', request, { reasons: false }).body).not.toHaveProperty('thinking');
  });

  test('is told not to think without an effort beside it', () => {
    const { body } = write('deepseek', { reasoning: { effort: 'none' } }, thinks);
    expect([body.thinking, body.reasoning_effort]).toEqual([{ type: 'disabled' }, undefined]);
  });
});

describe('parameters that would be a 400', () => {
  const request: Partial<ChatRequest> = {
    dialect: 'openai-chat',
    ...{
      frequencyPenalty: 0.5,
      presencePenalty: 0,
      stop: ['x'],
      logprobs: { top: 2 },
      user: 'u',
      serviceTier: 'priority',
    },
    extra: { dialect: 'openai-chat', fields: { logit_bias: { 1: 2 }, prompt_cache_key: 'k' } },
  };

  test.each<[string, Partial<TargetModel>, string[]]>([
    ['groq', {}, ['logprobs (and 4 more)']],
    ['cerebras', {}, ['frequency_penalty (and 2 more)']],
    ['xai', { reasons: true }, ['frequency_penalty (and 1 more)']],
    ['xai', { reasons: false }, []],
    ['openrouter', {}, []],
  ])('are left out for %s %j and said', (provider, model, expected) => {
    const asked = { model: 'm', messages: [user('Hi')], tools: [], stream: false, streamUsage: false };
    const { losses } = openaiChat.writeRequest({ ...asked, ...request } as ChatRequest, targetAt(provider, model));
    expect(losses.map(({ field, why }) => field + (/ \(and \d+ more\)/.exec(why)?.[0] ?? ''))).toEqual(expected);
  });

  test('more than one answer is refused where there is but one', () => {
    expect(() => write('groq', { count: 2 })).toThrow(/^n: /);
    expect(write('groq', { count: 1 }).body).not.toHaveProperty('n');
    expect(write('openrouter', { count: 2 }).body.n).toBe(2);
  });
});

test('ids of calls that are longer than OpenAI takes become shorter ones, the same for call and result', () => {
  const id = `call_${'x'.repeat(100)}`;
  const { messages } = write('openai', {
    messages: [user('Go'), { role: 'assistant', parts: [call(id)] }, result(id)],
  });
  const [first] = (messages[1]?.tool_calls ?? []) as { id: string }[];
  expect(first?.id).toMatch(/^call_[0-9a-f]{24}$/);
  expect(messages[2]?.tool_call_id).toBe(first?.id);
});

test.each([
  ['standard_only', 'default', []],
  ['flex', 'flex', []],
  ['batch', undefined, ['service_tier']],
])('the tier %s of another dialect is sent as %s', (serviceTier, sent, losses) => {
  const { body, lost } = write('openai', { serviceTier });
  expect([body.service_tier, lost]).toEqual([sent, losses]);
});

describe('tools', () => {
  const tools: ChatRequest['tools'] = [
    { kind: 'function', name: 'look' },
    { kind: 'custom', name: 'shell', description: 'Runs a line.' },
  ];

  test('of free text are functions of one string everywhere but at OpenAI', () => {
    const messages: Message[] = [
      user('Go'),
      { role: 'assistant', parts: [{ type: 'toolCall', id: 'a', name: 'shell', input: 'ls -l', kind: 'custom' }] },
      result('a'),
    ];
    const { body, messages: written } = write('groq', { tools, messages });
    expect(body.tools).toMatchObject([
      {},
      { type: 'function', function: { name: 'shell', parameters: { required: ['input'] } } },
    ]);
    expect(written[1]?.tool_calls).toEqual([
      { id: 'a', type: 'function', function: { name: 'shell', arguments: '{"input":"ls -l"}' } },
    ]);
    expect(write('openai', { tools }).body.tools).toMatchObject([{}, { type: 'custom' }]);
  });

  test.each<[string, ChatRequest['toolChoice'], unknown, string[]]>([
    ['lmstudio', { mode: 'tool', name: 'look' }, 'required', ['look']],
    ['groq', { mode: 'tool', name: 'look' }, { type: 'function', function: { name: 'look' } }, ['look', 'shell']],
    ['groq', { mode: 'allowed', names: ['look'], required: true }, 'required', ['look']],
    ['together', { mode: 'allowed', names: ['look'], required: false }, 'auto', ['look']],
  ])('chosen at %s by %j', (provider, toolChoice, choice, names) => {
    const { body } = write(provider, { tools, ...(toolChoice && { toolChoice }) });
    expect(body.tool_choice).toEqual(choice);
    expect((body.tools as { function: { name: string } }[]).map((each) => each.function.name)).toEqual(names);
  });
});

test('LM Studio gets a schema of any object for JSON of any shape', () => {
  expect(write('lmstudio', { format: { type: 'json' } }).body.response_format).toEqual({
    type: 'json_schema',
    json_schema: { name: 'reply', schema: { type: 'object' } },
  });
});

test('Ollama gets images as data, and refuses addresses rather than miss them', () => {
  const image = (url: string): Message => ({
    role: 'user',
    parts: [{ type: 'media', kind: 'image', source: { from: 'url', url } }],
  });
  expect(write('ollama', { messages: [image('data:image/png;base64,AAAA')] }).messages).toHaveLength(1);
  expect(() => write('ollama', { messages: [image('https://a.example/1.png')] })).toThrow(/does not take image as url/);
});

describe('a body in OpenAI’s spelling', () => {
  const plain = {
    model: 'm',
    messages: [
      { role: 'system', content: 'a' },
      { role: 'user', content: 'b' },
    ],
    max_tokens: 5,
  };
  const called = (id: string): JsonObject => ({
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: id, content: 'x' },
    ],
  });

  test.each([...CATALOG.keys()].filter((id) => CATALOG.get(id)?.dialect === 'openai-chat'))(
    'goes to %s as it is where it says nothing in a way of its own',
    (provider) => expect(conflicts({ ...plain, temperature: 0.5 }, targetAt(provider))).toBe(false),
  );

  test.each<[string, JsonObject, Partial<TargetModel>?]>([
    ['mistral', { max_completion_tokens: 5 }],
    ['mistral', { seed: 1 }],
    ['mistral', { stream_options: { include_usage: true } }],
    ['mistral', { messages: [{ role: 'developer', content: 'x' }] }],
    ['mistral', called('call_1')],
    ['mistral', { messages: [{ role: 'tool', tool_call_id: 'abcDEF123' }, { role: 'user' }] }],
    ['mistral', { messages: [{ role: 'user' }, { role: 'assistant', content: 'Once' }] }],
    ['mistral', { messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] }],
    ['mistral', { messages: [{ role: 'assistant', content: 'x', reasoning_content: 'y' }] }],
    ['mistral', {}, { reasons: true }],
    ['groq', { logit_bias: {} }],
    ['groq', { n: 2 }],
    ['groq', { messages: [{ role: 'user', name: 'Ann' }] }],
    ['groq', { messages: [{ role: 'assistant', content: 'x', reasoning_content: 'y' }] }],
    ['deepseek', { response_format: { type: 'json_schema' } }],
    ['deepseek', called('call_1'), { reasons: true }],
    ['deepseek', { tool_choice: 'required' }, { reasons: true }],
    ['openrouter', { messages: [{ role: 'assistant', content: 'x', reasoning_content: 'y' }] }],
    ['lmstudio', { response_format: { type: 'json_object' } }],
    ['lmstudio', { tool_choice: { type: 'function', function: { name: 'f' } } }],
    [
      'ollama',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a/1.png' } }] }] },
    ],
    ['xai', { stop: ['x'] }, { reasons: true }],
    ['together', { tools: [{ type: 'custom', custom: { name: 'f' } }] }],
  ])('is written anew for %s where it holds %j', (provider, body, model) => {
    expect(conflicts({ ...plain, ...body }, targetAt(provider, model))).toBe(true);
    expect(conflicts({ ...plain, ...body }, targetAt('openai', model))).toBe(false);
    expect(conflicts({ ...plain, ...body }, targetAt(provider, { ...model, quirks: ['systemRole', 'guessed'] }))).toBe(
      false,
    );
  });

  test('who asks Mistral in its own words can read its thoughts in parts', () => {
    const target = targetAt('mistral', { reasons: true });
    expect(conflicts({ ...plain, prompt_mode: 'reasoning' }, target)).toBe(false);
  });

  test('null says nothing', () => {
    expect(conflicts({ ...plain, logit_bias: null, seed: null, n: null }, targetAt('groq'))).toBe(false);
  });

  test('is asked about on the untouched way', () => {
    const body = { json: { ...plain, max_completion_tokens: 5 } } as unknown as Parameters<
      typeof openaiChatPass.suits
    >[0];
    expect([
      openaiChatPass.accepts?.(body, targetAt('mistral')),
      openaiChatPass.accepts?.(body, targetAt('openai')),
    ]).toEqual([false, true]);
  });
});
