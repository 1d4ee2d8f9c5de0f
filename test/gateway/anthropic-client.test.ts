import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replay } from '../fake-answers.ts';
import { ask, type Started, startGateway } from './start.ts';

/** What clients of Messages may say, asked of providers that speak otherwise. */

let started: Started;
beforeAll(async () => {
  started = await startGateway({ settings: { retryAfterMaxMs: 0 } });
});
beforeEach(() => started.forget());
afterAll(() => started.close());

type Json = Record<string, unknown>;

const client = () => new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 });
const sent = (id: 'openai' | 'gemini' | 'anthropic'): Json =>
  JSON.parse(String(started[id].calls().at(-1)?.body)) as Json;
const lost = async () => (await started.row()).losses.map(({ field }) => field);

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

describe('a system message among the others', () => {
  it('stays in its place at OpenAI, and is told as text of the user at Gemini', async () => {
    const messages = [
      ...ask('').messages,
      { role: 'assistant', content: 'Paris.' },
      { role: 'system', content: 'From now on, answer in French.' },
      { role: 'user', content: 'And of Spain?' },
    ] as Anthropic.MessageParam[];
    await client().messages.create({ model: 'gpt-4.1', max_tokens: 9, system: 'Be short.', messages });
    expect((sent('openai').messages as Json[]).map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'system',
      'user',
    ]);
    await client().messages.create({ model: 'gemini-2.5-flash', max_tokens: 9, system: 'Be short.', messages });
    expect(JSON.stringify(sent('gemini').systemInstruction)).toContain('Be short.');
    expect(JSON.stringify(sent('gemini').contents)).toContain('answer in French');
    expect(await lost()).not.toEqual([]);
  });
});

describe('thinking', () => {
  it('with a budget becomes an effort of OpenAI and a budget of Gemini', async () => {
    const thinking = { type: 'enabled', budget_tokens: 8000 } as const;
    await client().messages.create({ ...ask('o3'), max_tokens: 16_000, thinking });
    expect(sent('openai')).toMatchObject({ reasoning_effort: 'medium' });
    await client().messages.create({ ...ask('gemini-2.5-flash'), max_tokens: 16_000, thinking });
    expect(sent('gemini')).toMatchObject({
      generationConfig: { thinkingConfig: { thinkingBudget: 8000, includeThoughts: true } },
    });
  });

  it('that the model measures itself goes by the effort of the output', async () => {
    const body = { ...ask('o3'), max_tokens: 9000, thinking: { type: 'adaptive' }, output_config: { effort: 'low' } };
    await client().messages.create(body as Anthropic.MessageCreateParamsNonStreaming);
    expect(sent('openai')).toMatchObject({ reasoning_effort: 'low' });
  });

  it('of another provider is shown as thinking, signed where it can go home', async () => {
    started.gemini.respond(replay('gemini/stream-reasoning.1'));
    const thinking = { type: 'enabled', budget_tokens: 2000 } as const;
    const reply = await client()
      .messages.stream({ ...ask('gemini-2.5-flash'), max_tokens: 9000, thinking })
      .finalMessage();
    expect(reply.content.map(({ type }) => type)).toEqual(expect.arrayContaining(['thinking', 'text']));
    expect(reply.stop_reason).toBe('end_turn');
  });
});

describe('what only Anthropic knows', () => {
  it('goes to Anthropic, flags and all, under ?beta=true', async () => {
    const reply = await client().beta.messages.create({
      ...ask('claude-haiku-4-5'),
      max_tokens: 9,
      betas: ['context-management-2025-06-27'],
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
    });
    expect(reply.content[0]).toMatchObject({ type: 'text' });
    expect(sent('anthropic')).toMatchObject({ context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } });
    expect(started.anthropic.calls()[0]?.headers['anthropic-beta']).toBe('context-management-2025-06-27');
    expect(await lost()).toEqual([]);
  });

  it('is left out for others, and reported; flags stay here', async () => {
    await client().beta.messages.create({
      model: 'gpt-4.1',
      max_tokens: 9,
      betas: ['context-management-2025-06-27'],
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: ask('').messages,
      ...{ top_k: 5 },
    });
    expect(started.openai.calls()[0]?.headers).not.toHaveProperty('anthropic-beta');
    expect(JSON.stringify(sent('openai'))).not.toMatch(/context_management|cache_control|top_k/);
    expect((await lost()).join(' ')).toMatch(/context_management/);
    expect((await lost()).join(' ')).toMatch(/cache_control/);
    expect((await lost()).join(' ')).toMatch(/top_k/);
  });
});

describe('the line for Anthropic’s accounting that Claude Code puts before its instructions', () => {
  const line = (nonce: string) =>
    `x-anthropic-billing-header: cc_version=2.1.117.48f; cc_entrypoint=cli; cch=${nonce};`;
  const blocks = (nonce: string) =>
    [line(nonce), 'You are Claude Code.'].map((text) => ({ type: 'text' as const, text }));
  const sayTo = async (model: string, system: string | ReturnType<typeof blocks>) => {
    await client().messages.create({ ...ask(model), max_tokens: 99, system });
  };

  it.each([
    ['gpt-4.1', 'openai'],
    ['gemini-2.5-flash', 'gemini'],
  ] as const)('does not go to %s, whose prompt cache it would spoil', async (model, id) => {
    await sayTo(model, blocks('71fea'));
    await sayTo(model, `${line('0aaa9')}\nYou are Claude Code.`);
    const bodies = started[id].calls().map(({ body }) => String(body));
    expect(bodies).toHaveLength(2);
    for (const body of bodies) {
      expect(body).toContain('You are Claude Code.');
      expect(body).not.toMatch(/billing-header|cch=/);
    }
  });

  it('goes to Anthropic as it came', async () => {
    await sayTo('claude-haiku-4-5', blocks('71fea'));
    expect(String(started.anthropic.calls()[0]?.body)).toContain(line('71fea'));
  });
});

describe('results of tools', () => {
  const content: Anthropic.ToolResultBlockParam[] = [
    {
      type: 'tool_result',
      tool_use_id: 'toolu_1',
      content: [
        { type: 'text', text: 'A picture:' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
      ],
    },
    { type: 'tool_result', tool_use_id: 'toolu_2', content: 'no such file', is_error: true },
  ];
  const conversation = (model: string): Anthropic.MessageCreateParamsNonStreaming => ({
    model,
    max_tokens: 9,
    tools: [{ name: 'look', input_schema: { type: 'object' } }],
    messages: [
      ...ask('').messages,
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 } },
          { type: 'tool_use', id: 'toolu_2', name: 'look', input: {} },
        ],
      },
      { role: 'user', content: [...content, { type: 'text', text: 'Well?' }] },
    ],
  });

  it('go to OpenAI one message each, pictures behind all of them', async () => {
    await client().messages.create(conversation('gpt-4.1'));
    const messages = sent('openai').messages as { role: string; tool_call_id?: string; content: unknown }[];
    expect(messages.map(({ role, tool_call_id: id }) => [role, id])).toEqual([
      ['user', undefined],
      ['assistant', undefined],
      ['tool', 'toolu_1'],
      ['tool', 'toolu_2'],
      ['user', undefined],
      ['user', undefined],
    ]);
    expect(JSON.stringify(messages[4]?.content)).toContain(PNG);
    expect(JSON.stringify(messages[3]?.content)).toContain('no such file');
  });

  it('go to Gemini with names, as many as calls, a failure as one', async () => {
    await client().messages.create(conversation('gemini-3-flash-preview'));
    const contents = sent('gemini').contents as { parts: { functionResponse?: { name: string; response: Json } }[] }[];
    const responses = contents.flatMap(({ parts }) => parts.flatMap(({ functionResponse }) => functionResponse ?? []));
    expect(responses.map(({ name }) => name)).toEqual(['look', 'look']);
    expect(responses[1]?.response).toEqual({ error: 'no such file' });
    expect(JSON.stringify(contents)).toContain(PNG);
  });
});

describe('an error for a client of Messages', () => {
  it.each([
    ['without a key', { apiKey: '' }, Anthropic.AuthenticationError, 'authentication_error'],
    ['with a wrong key', { apiKey: 'gw_wrong' }, Anthropic.AuthenticationError, 'authentication_error'],
  ] as const)('%s has its shape and class', async (_, options, kind, type) => {
    const stranger = new Anthropic({ baseURL: started.url, maxRetries: 0, ...options, apiKey: options.apiKey || 'x' });
    const error = await stranger.messages
      .create({ ...ask('gpt-4.1'), max_tokens: 9 })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ error: { type: 'error', error: { type } } });
  });

  it('of a field names it', async () => {
    const asking = client().messages.create({ model: 'gpt-4.1', max_tokens: 9, messages: 'Hi' as never });
    await expect(asking).rejects.toBeInstanceOf(Anthropic.BadRequestError);
    await expect(asking).rejects.toThrow('messages');
  });

  it('of a model that nobody has is a NotFoundError', async () => {
    const asking = client().messages.create({ ...ask('claude-of-next-year'), max_tokens: 9 });
    await expect(asking).rejects.toBeInstanceOf(Anthropic.NotFoundError);
  });

  it('of a limit says when to come back', async () => {
    started.openai.respond((_, response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '42' });
      response.end(JSON.stringify({ error: { message: 'Slow down', type: 'requests', code: 'rate_limit_exceeded' } }));
    });
    const error = await client()
      .messages.create({ ...ask('gpt-4.1'), max_tokens: 9 })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Anthropic.RateLimitError);
    expect((error as { headers: Headers }).headers.get('retry-after')).toBe('42');
  });
});
