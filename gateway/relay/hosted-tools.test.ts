import { describe, expect, it } from 'vitest';
import type { ChatRequest, Tool, ToolChoice } from '../chat.ts';
import { withoutHosted } from './hosted-tools.ts';

const shell: Tool = { kind: 'function', name: 'shell' };
const patch: Tool = { kind: 'custom', name: 'apply_patch' };
const hosted = (type: string, more: object = {}): Tool => ({ kind: 'hosted', name: type, value: { type, ...more } });

function request(tools: Tool[], toolChoice?: ToolChoice): ChatRequest {
  return {
    dialect: 'openai-responses',
    model: 'm',
    messages: [],
    tools,
    stream: false,
    streamUsage: true,
    ...(toolChoice && { toolChoice }),
  };
}

describe('a request for a provider that cannot run the tools of another', () => {
  it.each([
    hosted('web_search', { external_web_access: false }),
    hosted('web_search_preview'),
    hosted('web_search_20250305'),
    hosted('image_generation'),
    hosted('tool_search', { execution: 'client' }),
    { kind: 'hosted', name: 'googleSearch', value: { googleSearch: {} } } satisfies Tool,
  ])('goes without $name, and says so, where the client has tools of its own', (tool) => {
    const asked = request([shell, tool, patch], { mode: 'auto' });
    const { request: carried, losses } = withoutHosted(asked);
    expect(carried).toEqual({ ...asked, tools: [shell, patch] });
    expect(losses).toEqual([{ field: 'tools[1]', why: expect.stringContaining(tool.name) }]);
  });

  it('is refused by name where such a tool is all that it asks for', () => {
    expect(() => withoutHosted(request([hosted('web_search')]))).toThrow(/^tools\[0\]: web_search is run by/);
  });

  it.each<ToolChoice>([
    { mode: 'tool', name: 'web_search' },
    { mode: 'allowed', names: ['web_search'], required: true },
  ])('is refused by name where such a tool is forced: %j', (choice) => {
    expect(() => withoutHosted(request([shell, hosted('web_search')], choice))).toThrow('tools[1]: web_search');
  });

  it.each(['file_search', 'code_interpreter', 'mcp', 'computer_use_preview', 'web_searcher', 'bash_20250124'])(
    'is refused by name where it cannot do without: %s',
    (type) => {
      expect(() => withoutHosted(request([shell, hosted(type)]))).toThrow(`tools[1]: ${type}`);
    },
  );

  it('tells a server of the client’s choice by what it is, not by its name', () => {
    const mcp: Tool = { kind: 'hosted', name: 'web_search', value: { type: 'mcp', server_label: 'web_search' } };
    expect(() => withoutHosted(request([shell, mcp]))).toThrow('tools[1]');
  });

  it('is the same request where nobody else runs its tools', () => {
    const asked = request([shell, patch]);
    expect(withoutHosted(asked)).toEqual({ request: asked, losses: [] });
    expect(withoutHosted(asked).request).toBe(asked);
  });
});
