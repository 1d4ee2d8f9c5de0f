import type { Session, Step } from './sessions.ts';

type Json = Record<string, unknown>;

/** Names and sizes as coding agents declare them. */
const TOOLS = ['read_file', 'write_file', 'edit_file', 'list_files', 'search', 'run'].map((name) => ({
  name,
  description: `${name}: works on files of the project. The path is relative to its root.`,
  schema: { type: 'object', properties: { path: { type: 'string' }, text: { type: 'string' } }, required: ['path'] },
}));

/** A session as its tool tells it: the body of each request in the tool's dialect. */
export function createConversation({ dialect, id, system }: Session) {
  const messages: Json[] = dialect === 'anthropic' ? [] : [{ role: 'system', content: system }];
  let before: Step | undefined;

  function ask(step: Step): Json {
    if (before !== undefined && before.results.length > 0) pushResults(before);
    if (step.ask !== undefined) messages.push({ role: 'user', content: step.ask });
    return dialect === 'anthropic' ? anthropicBody() : chatBody();
  }

  function pushResults({ answer, results }: Step): void {
    if (dialect === 'anthropic') {
      const content = answer.tools.map((tool, index) => ({
        type: 'tool_result',
        tool_use_id: tool.id,
        content: results[index],
      }));
      messages.push({ role: 'user', content });
    } else {
      for (const [index, tool] of answer.tools.entries())
        messages.push({ role: 'tool', tool_call_id: tool.id, content: results[index] });
    }
  }

  /** `signer`: the model whose signature the thinking bears; none where its provider's dialect is another than the tool's. */
  function answer(step: Step, signer: string | undefined): void {
    const { text, tools, thinks } = step.answer;
    if (dialect === 'anthropic') {
      const content: Json[] =
        thinks && signer !== undefined ? [{ type: 'thinking', thinking: 'Let me see.', signature: signer }] : [];
      content.push({ type: 'text', text });
      for (const { id: call, path } of tools)
        content.push({ type: 'tool_use', id: call, name: 'read_file', input: { path } });
      messages.push({ role: 'assistant', content });
    } else {
      const calls = tools.map((tool) => ({
        id: tool.id,
        type: 'function',
        function: { name: 'read_file', arguments: JSON.stringify({ path: tool.path }) },
      }));
      messages.push({ role: 'assistant', content: text, ...(calls.length > 0 && { tool_calls: calls }) });
    }
    before = step;
  }

  function anthropicBody(): Json {
    return {
      model: 'auto',
      max_tokens: 32_000,
      stream: true,
      metadata: { user_id: `user_0_account_0_session_${id}` },
      system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
      tools: TOOLS.map(({ name, description, schema }) => ({ name, description, input_schema: schema })),
      messages: [...messages],
    };
  }

  function chatBody(): Json {
    return {
      model: 'auto',
      stream: true,
      prompt_cache_key: id,
      tools: TOOLS.map(({ name, description, schema }) => ({
        type: 'function',
        function: { name, description, parameters: schema },
      })),
      messages: [...messages],
    };
  }

  return { ask, answer };
}
