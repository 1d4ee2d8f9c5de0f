import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerJson, loadFixture, replay } from '../fake-answers.ts';
import { post } from './clients.ts';
import { readEvents, type Started, startGateway } from './start.ts';

/** A turn as Codex sends it (codex-rs, 2026-11), to models that are not OpenAI's. */

let started: Started;
beforeAll(async () => {
  started = await startGateway({ settings: { retryAfterMaxMs: 0 } });
});
beforeEach(() => started.forget());
afterAll(() => started.close());

type Json = Record<string, unknown>;

let turns = 0;

function turn(model: string, more: Json = {}): Json {
  turns += 1;
  return {
    model,
    instructions: 'You are Codex, running in the Codex CLI.',
    input: [
      {
        type: 'message',
        role: 'developer',
        content: [{ type: 'input_text', text: '<permissions>read-only</permissions>' }],
      },
      {
        type: 'message',
        role: 'developer',
        content: [{ type: 'input_text', text: '<collaboration_mode>default</collaboration_mode>' }],
      },
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: `<environment_context>${turns}</environment_context>` }],
      },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'List the files.' }] },
    ],
    tools: [
      {
        type: 'function',
        name: 'exec_command',
        description: 'Runs a command in a PTY.',
        strict: false,
        parameters: {
          type: 'object',
          properties: { cmd: { type: 'string' } },
          required: ['cmd'],
          additionalProperties: false,
        },
      },
      {
        type: 'custom',
        name: 'apply_patch',
        description: 'Edits files.',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
      },
      { type: 'web_search', external_web_access: false },
      {
        type: 'namespace',
        name: 'mcp__files',
        description: 'Files of the project.',
        tools: [
          {
            type: 'function',
            name: 'read',
            description: 'Reads one.',
            strict: false,
            parameters: { type: 'object', properties: {} },
          },
        ],
      },
    ],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: '0199-thread',
    text: { verbosity: 'low' },
    client_metadata: { 'x-codex-installation-id': 'abc' },
    ...more,
  };
}

async function eventsOf(
  response: Response,
): Promise<{ type: string; sequence_number: number; item?: Json; response?: Json }[]> {
  return readEvents((await response.text()).replaceAll(/^event: .*\n/gm, '')) as never;
}

const called = (items: Json[]) => items.filter(({ type }) => String(type).endsWith('_call'));

describe.each([
  ['claude-haiku-4-5', 'anthropic', 'messages'],
  ['gemini-2.5-flash', 'gemini', 'contents'],
  ['gpt-4.1', 'openai', 'input'],
] as const)('a turn of Codex at %s', (model, id, conversation) => {
  it('works: events in order, and only the search of the web is lost where nobody can run it', async () => {
    const response = await post(started, '/v1/responses', turn(model));
    expect(response.status).toBe(200);
    const events = await eventsOf(response);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index));
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.at(-1)?.response).toMatchObject({
      status: 'completed',
      output: [{ type: 'function_call', name: 'exec_command', arguments: '{}', call_id: expect.any(String) }],
    });
    const sent = JSON.parse(String(started[id].calls()[0]?.body)) as Json;
    const text = JSON.stringify(sent);
    for (const said of ['You are Codex', 'read-only', 'collaboration_mode', 'List the files'])
      expect(text).toContain(said);
    expect(Array.isArray(sent[conversation])).toBe(true);
    const row = await started.row();
    expect(row).toMatchObject({ status: 'ok', model });
    const search = row.losses.filter(({ why }) => why.includes('web_search'));
    expect(search).toHaveLength(id === 'openai' ? 0 : 1);
    expect(text.includes('web_search')).toBe(id === 'openai');
  });
});

describe('calls of the tools of Codex by Claude', () => {
  const answer = (blocks: Json[]) =>
    answerJson({ ...loadFixture('anthropic/json-tool.1').json, content: blocks, stop_reason: 'tool_use' });

  it('come back as what they were declared as, and their results find them', async () => {
    const patch = '*** Begin Patch\n*** Add File: a "b".txt\n+x\n*** End Patch';
    started.anthropic.respond(
      answer([
        { type: 'tool_use', id: 'toolu_1', name: 'apply_patch', input: { input: patch } },
        { type: 'tool_use', id: 'toolu_2', name: 'mcp__files_--_read', input: {} },
      ]),
    );
    const events = await eventsOf(await post(started, '/v1/responses', turn('claude-haiku-4-5')));
    const output = (events.at(-1)?.response?.output ?? []) as Json[];
    expect(called(output)).toMatchObject([
      { type: 'custom_tool_call', name: 'apply_patch', input: patch, call_id: 'toolu_1' },
      { type: 'function_call', name: 'read', namespace: 'mcp__files', arguments: '{}', call_id: 'toolu_2' },
    ]);
    const history = [
      ...(turn('').input as Json[]),
      ...output,
      { type: 'custom_tool_call_output', call_id: 'toolu_1', output: 'Done.' },
      { type: 'function_call_output', call_id: 'toolu_2', output: 'contents of a' },
    ];
    started.anthropic.respond(replay('anthropic/json-text.1'));
    const second = await post(started, '/v1/responses', turn('claude-haiku-4-5', { input: history }));
    expect(second.status).toBe(200);
    await second.text();
    const sent = JSON.parse(String(started.anthropic.calls().at(-1)?.body)) as {
      messages: { role: string; content: Json[] }[];
    };
    expect(sent.messages.at(-2)).toMatchObject({
      role: 'assistant',
      content: [
        { type: 'tool_use', id: 'toolu_1', name: 'apply_patch', input: { input: patch } },
        { type: 'tool_use', id: 'toolu_2', name: 'mcp__files_--_read', input: {} },
      ],
    });
    expect(sent.messages.at(-1)).toMatchObject({
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1' },
        { type: 'tool_result', tool_use_id: 'toolu_2' },
      ],
    });
  });
});

describe('tools that Codex declares in its conversation', () => {
  const tools = [{ type: 'custom', name: 'apply_patch', description: 'Edits files.' }];
  const declared = () => ({
    tools: undefined,
    input: [{ type: 'additional_tools', role: 'developer', tools }, ...(turn('').input as Json[])],
  });

  it('count as tools where auto chooses', async () => {
    const response = await post(started, '/v1/responses', turn('auto', declared()));
    expect(response.status).toBe(200);
    await response.text();
    const { id } = await started.row();
    const { features } = (await started.api('GET', `/routing/decisions/${id}`)) as { features: { tools: number } };
    expect(features.tools).toBe(1);
  });

  it.each([false, true])('are called back with free text (streamed: %s)', async (stream) => {
    const call = { type: 'tool_use', id: 'toolu_1', name: 'apply_patch', input: { input: '*** Begin "Patch"' } };
    const { json } = loadFixture('anthropic/json-tool.1');
    started.anthropic.respond(answerJson({ ...json, content: [call], stop_reason: 'tool_use' }));
    const body = turn('claude-haiku-4-5', { ...declared(), stream });
    const response = await post(started, '/v1/responses', body);
    const output = stream
      ? ((await eventsOf(response)).at(-1)?.response?.output as Json[])
      : ((await response.json()) as { output: Json[] }).output;
    expect(called(output)).toMatchObject([
      { type: 'custom_tool_call', name: 'apply_patch', call_id: 'toolu_1', input: '*** Begin "Patch"' },
    ]);
  });
});

describe('what Codex cannot have', () => {
  it.each([
    [
      'a hosted tool that nobody else can run',
      { tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] },
      'tools[0]',
      'file_search',
    ],
    [
      'a server at OpenAI',
      { tools: [{ type: 'mcp', server_label: 'docs', server_url: 'https://x.example' }] },
      'tools[0]',
      'docs',
    ],
    ['a forced search', { tool_choice: { type: 'web_search' } }, 'tools[2]', 'web_search'],
    ['an earlier response', { previous_response_id: 'resp_1' }, 'previous_response_id', 'previous_response_id'],
  ])('is refused by name: %s', async (_, more, param, word) => {
    for (const model of ['claude-haiku-4-5', 'gemini-2.5-flash']) {
      const response = await post(started, '/v1/responses', turn(model, more));
      expect(response.status).toBe(400);
      const { error } = (await response.json()) as { error: { param: string; message: string } };
      expect(error.param).toBe(param);
      expect(error.message).toContain(word);
    }
    expect(started.anthropic.calls()).toHaveLength(0);
  });
});

it('reasoning of Claude goes to Codex as encrypted content and home again', async () => {
  started.anthropic.respond(replay('anthropic/json-reasoning.1'));
  const first = await post(started, '/v1/responses', turn('claude-haiku-4-5', { stream: false }));
  const { output } = (await first.json()) as { output: Json[] };
  const [reasoning] = output.filter(({ type }) => type === 'reasoning');
  expect(reasoning?.encrypted_content).toMatch(/^anthropic:/);
  const input = [...(turn('').input as Json[]), ...output, { type: 'message', role: 'user', content: 'And now?' }];
  await (await post(started, '/v1/responses', turn('claude-haiku-4-5', { input }))).text();
  const [block] = ((loadFixture('anthropic/json-reasoning.1').json?.content ?? []) as Json[]).filter(
    ({ type }) => type === 'thinking',
  );
  const sent = String(started.anthropic.calls().at(-1)?.body);
  expect(sent).toContain(JSON.stringify(block?.signature));
});
