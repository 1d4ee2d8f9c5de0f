import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerJson } from '../fake-answers.ts';
import { ask, type Started, startGateway } from './start.ts';

/** What coding tools send that other providers do not take as it is. */

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(() => started.forget());
afterAll(() => started.close());

const question = () => ask('').messages[0]?.content ?? '';

describe('a tool of an MCP server with a long name', () => {
  const name = 'mcp__plugin_chrome-devtools-mcp_chrome-devtools__performance_analyze_insight';
  const tools = [{ name, input_schema: { type: 'object' as const } }];

  it.each([
    ['gpt-4.1', true],
    ['gpt-4.1', false],
    ['gpt-5-codex', true],
    ['gemini-2.5-flash', true],
  ])(
    'is called by %s in a name that it takes, and told to the client in its own (streamed: %s)',
    async (model, stream) => {
      const sdk = new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 });
      const body = { model, max_tokens: 100, tools, messages: [{ role: 'user' as const, content: question() }] };
      const { content } = stream ? await sdk.messages.stream(body).finalMessage() : await sdk.messages.create(body);
      expect(content).toMatchObject([{ type: 'tool_use', name, input: {} }]);
      const results = content.flatMap((block) =>
        block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'seen' }] : [],
      );
      const messages = [
        ...body.messages,
        { role: 'assistant' as const, content },
        { role: 'user' as const, content: results },
      ];
      expect((await sdk.messages.create({ ...body, messages })).content).toMatchObject([{ type: 'text' }]);
      for (const { body: sent } of [...started.openai.calls(), ...started.gemini.calls()]) {
        expect(String(sent)).not.toContain(name);
        expect(String(sent)).toMatch(/"name":"mcp__plugin_chrome-devtools-mcp_chrome-devtools__p\w+_[0-9a-f]{8}"/);
      }
    },
  );
});

it('the long name of an end user is a hash for OpenAI', async () => {
  const user = JSON.stringify({ device_id: 'd'.repeat(64), account_uuid: 'a', session_id: 's' });
  const sdk = new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 });
  for (const model of ['gpt-4.1', 'gpt-5-codex'])
    await sdk.messages.create({
      ...ask(model),
      max_tokens: 9,
      metadata: { user_id: user },
      service_tier: 'standard_only',
    });
  const bodies = started.openai.calls().map(({ body }) => JSON.parse(String(body)) as Record<string, unknown>);
  expect(bodies).toMatchObject([
    { user: expect.stringMatching(/^[0-9a-f]{64}$/), service_tier: 'default' },
    { user: expect.stringMatching(/^[0-9a-f]{64}$/), service_tier: 'default' },
  ]);
});

describe('a tool of Codex that takes free text', () => {
  const patch = '*** Begin Patch\n*** Add File: a "quoted".txt\n+1\n*** End Patch';
  const answer = (input: object) =>
    answerJson({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'apply_patch', input }],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    });

  it.each([true, false])('comes back from Anthropic as free text (streamed: %s)', async (stream) => {
    started.anthropic.respond(answer({ input: patch }));
    const body = {
      model: 'claude-haiku-4-5',
      input: question(),
      store: false,
      tools: [{ type: 'custom' as const, name: 'apply_patch', description: 'Edits files.' }],
    };
    const { output } = stream
      ? await started.sdk().responses.stream(body).finalResponse()
      : await started.sdk().responses.create(body);
    expect(output).toMatchObject([{ type: 'custom_tool_call', name: 'apply_patch', call_id: 'toolu_1', input: patch }]);
    const sent = JSON.parse(String(started.anthropic.calls()[0]?.body)) as { tools: object[] };
    expect(sent.tools).toMatchObject([{ name: 'apply_patch', input_schema: { required: ['input'] } }]);
  });
});
