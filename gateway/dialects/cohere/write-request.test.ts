import { describe, expect, test } from 'vitest';
import type { ChatRequest, Message, Tool } from '../../chat.ts';
import type { TargetModel } from '../dialect.ts';
import { cohere } from './index.ts';

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });

function write(request: Partial<ChatRequest>, target: Partial<TargetModel> = {}) {
  const { path, body, losses } = cohere.writeRequest(
    {
      dialect: 'openai-chat',
      model: 'm',
      messages: [user('Hi')],
      tools: [],
      stream: false,
      streamUsage: false,
      ...request,
    },
    { name: 'command-a-03-2025', ...target },
  );
  return { path, body, losses, fields: losses.map(({ field }) => field) };
}

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  kind: 'function',
  name,
  schema: { type: 'object', properties: { a: { type: 'string', minLength: 2 } }, required: ['a'] },
  ...more,
});

test('a plain question goes to /v2/chat', () => {
  const system: Message = { role: 'developer', parts: [{ type: 'text', text: 'Be brief.' }] };
  expect(write({ messages: [system, user('Hi')], stream: true })).toMatchObject({
    path: '/v2/chat',
    body: {
      model: 'command-a-03-2025',
      stream: true,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
    },
    losses: [],
  });
});

describe('a conversation with tools', () => {
  const calls: Message = {
    role: 'assistant',
    parts: [
      { type: 'thinking', text: 'Both at once.' },
      { type: 'toolCall', id: 'c1', name: 'look', input: '', kind: 'function' },
      { type: 'toolCall', id: 'c2', name: 'look', input: '{"a":1}', kind: 'function' },
    ],
  };
  const image = { type: 'media', kind: 'image', source: { from: 'base64', data: 'AAAA' }, mime: 'image/jpeg' } as const;
  const results: Message = {
    role: 'user',
    parts: [
      { type: 'toolResult', id: 'c1', parts: [{ type: 'text', text: 'one' }, image] },
      { type: 'toolResult', id: 'c2', parts: [{ type: 'text', text: 'two' }], isError: true },
    ],
  };

  test('has a plan, one message a result, and images behind all of them', () => {
    const { body, fields } = write({ messages: [user('Go'), calls, results], tools: [tool('look')] });
    expect(body.messages).toEqual([
      { role: 'user', content: 'Go' },
      {
        role: 'assistant',
        tool_plan: 'Both at once.',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } },
          { id: 'c2', type: 'function', function: { name: 'look', arguments: '{"a":1}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: 'two' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Attached to the result of tool call c1:' },
          { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,AAAA' } },
        ],
      },
    ]);
    expect(fields).toEqual(['messages[2]', 'messages[].is_error']);
  });

  test('leaves reasoning that another provider signed behind', () => {
    const thinking = { type: 'thinking', text: 'Hm', signature: { by: 'anthropic', value: 'sig' } } as const;
    const { body, fields } = write({ messages: [user('a'), { role: 'assistant', parts: [thinking] }, user('b')] });
    expect(body.messages).toHaveLength(2);
    expect(fields).toEqual(['messages[].thinking']);
  });

  test('sends readable reasoning back in the content where nothing was called', () => {
    const parts = [{ type: 'thinking', text: 'Hm' } as const, { type: 'text', text: 'So.' } as const];
    expect(write({ messages: [user('a'), { role: 'assistant', parts }] }).body.messages).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: 'Hm' },
          { type: 'text', text: 'So.' },
        ],
      },
    ]);
  });
});

describe('tools', () => {
  test.each<[ChatRequest['toolChoice'], unknown, string[], string[]]>([
    [{ mode: 'auto' }, undefined, ['a', 'b'], []],
    [{ mode: 'none' }, 'NONE', ['a', 'b'], []],
    [{ mode: 'required' }, 'REQUIRED', ['a', 'b'], []],
    [{ mode: 'tool', name: 'b' }, 'REQUIRED', ['b'], []],
    [{ mode: 'allowed', names: ['a'], required: false }, undefined, ['a'], ['tool_choice']],
  ])('chosen by %j', (toolChoice, word, names, lost) => {
    const { body, fields } = write({ tools: [tool('a'), tool('b')], ...(toolChoice && { toolChoice }) });
    expect(body.tool_choice).toBe(word);
    expect((body.tools as { function: { name: string } }[]).map((each) => each.function.name)).toEqual(names);
    expect(fields).toEqual(lost);
  });

  test('are strict together or not at all', () => {
    expect(write({ tools: [tool('a', { strict: true })] })).toMatchObject({
      body: { strict_tools: true, tools: [{ function: { parameters: { properties: { a: { type: 'string' } } } } }] },
      losses: [{ field: 'tools[0].parameters', why: 'Cohere does not enforce minLength' }],
    });
    const mixed = write({ tools: [tool('a', { strict: true }), tool('b')] });
    expect([mixed.body.strict_tools, mixed.fields]).toEqual([undefined, ['tools[].strict']]);
  });

  test('of free text become functions; those of other providers are refused by name', () => {
    expect(write({ tools: [{ kind: 'custom', name: 'shell' }] })).toMatchObject({
      body: { tools: [{ function: { name: 'shell', parameters: { required: ['input'] } } }] },
      losses: [{ field: 'tools[0]' }],
    });
    expect(() => write({ tools: [{ kind: 'hosted', name: 'web_search' }] })).toThrow(/web_search/);
  });
});

describe('parameters', () => {
  test('keep to Cohere’s ranges, and what is changed is said', () => {
    const { body, fields } = write({ temperature: 1.5, topP: 1, topK: 40, frequencyPenalty: -1, seed: 7, stop: ['a'] });
    expect(body).toMatchObject({
      temperature: 1,
      p: 0.99,
      k: 40,
      frequency_penalty: 0,
      seed: 7,
      stop_sequences: ['a'],
    });
    expect(fields).toEqual(['temperature', 'top_p', 'frequency_penalty']);
  });

  test('that it does not have are left out and said', () => {
    const { fields } = write({
      user: 'u',
      logprobs: {},
      seed: -1,
      stop: ['1', '2', '3', '4', '5', '6'],
      verbosity: 'low',
    });
    expect(fields).toEqual(['seed', 'stop', 'logprobs', 'user', 'verbosity']);
  });

  test('a schema is cut to the subset; beside tools it goes', () => {
    const format = {
      type: 'schema',
      schema: { type: 'object', properties: { n: { type: 'integer', maximum: 3 } } },
    } as const;
    expect(write({ format })).toMatchObject({
      body: { response_format: { type: 'json_object', json_schema: { properties: { n: { type: 'integer' } } } } },
      losses: [{ field: 'response_format', why: 'Cohere does not enforce maximum' }],
    });
    const beside = write({ format, tools: [tool('a')] });
    expect([beside.body.response_format, beside.fields]).toEqual([undefined, ['response_format']]);
  });

  test.each<[ChatRequest['reasoning'], Partial<TargetModel>, number | undefined, unknown, number]>([
    [{ effort: 'none' }, {}, undefined, { type: 'disabled' }, 0],
    [{ effort: 'high' }, {}, undefined, { type: 'enabled' }, 0],
    [{ effort: 'low' }, {}, undefined, { type: 'enabled', token_budget: 2048 }, 1],
    [{ budgetTokens: 3000 }, {}, undefined, { type: 'enabled', token_budget: 3000 }, 0],
    [{ budgetTokens: 9000 }, {}, 4000, { type: 'enabled', token_budget: 3000 }, 1],
    [{ budgetTokens: 9000 }, {}, 500, { type: 'disabled' }, 1],
    [{ effort: 'high' }, { reasons: false }, undefined, undefined, 1],
  ])('thinking: %j', (reasoning, target, maxOutputTokens, thinking, lost) => {
    const { body, losses } = write(
      { ...(reasoning && { reasoning }), ...(maxOutputTokens && { maxOutputTokens }) },
      target,
    );
    expect(body.thinking).toEqual(thinking);
    expect(losses).toHaveLength(lost);
  });

  test('documents but text, and more than one answer, are refused', () => {
    const document = { type: 'media', kind: 'document', source: { from: 'base64', data: 'AAAA' } } as const;
    expect(() => write({ messages: [{ role: 'user', parts: [document] }] })).toThrow(
      /messages\[0\]: Cohere takes text and images/,
    );
    expect(() => write({ count: 2 })).toThrow(/^n: /);
  });
});
