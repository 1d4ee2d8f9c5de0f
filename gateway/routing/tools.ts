import { LRUCache } from 'lru-cache';
import { fits } from './pattern.ts';

/** A program that asks for names of models that are built into it. */
export interface ToolNames {
  id: string;
  title: string;
  /** How its `user-agent` begins. */
  agent: RegExp;
  /** Provider of the models that all those names are of, where there is one. */
  vendor?: string;
  /** What its names become where the owner has them routed: the first that fits. Other names are obeyed. */
  names: readonly { from: string; to: string }[];
}

/** User agents and names as the tools' own sources have them (read 2026-11); small jobs such as titles go to `auto:economy`. */
export const TOOLS: readonly ToolNames[] = [
  {
    id: 'claude-code',
    title: 'Claude Code',
    agent: /^claude-cli\//i,
    vendor: 'anthropic',
    names: [
      { from: '*haiku*', to: 'auto:economy' },
      { from: '*opus*', to: 'auto:quality' },
      { from: 'claude-*', to: 'auto' },
      { from: 'sonnet', to: 'auto' },
    ],
  },
  {
    id: 'codex',
    title: 'Codex',
    agent: /^codex[_-]/i,
    vendor: 'openai',
    names: [
      { from: 'gpt-*-mini', to: 'auto:economy' },
      { from: 'gpt-*-nano', to: 'auto:economy' },
      { from: 'gpt-*', to: 'auto' },
      { from: 'codex-*', to: 'auto' },
      { from: 'o3*', to: 'auto' },
      { from: 'o4*', to: 'auto' },
    ],
  },
  {
    id: 'gemini-cli',
    title: 'Gemini CLI',
    agent: /^geminicli[/-]/i,
    vendor: 'gemini',
    names: [
      { from: 'gemini-*-flash*', to: 'auto:economy' },
      { from: 'gemini-*', to: 'auto' },
    ],
  },
  { id: 'qwen-code', title: 'Qwen Code', agent: /^qwencode\//i, names: [{ from: 'qwen*', to: 'auto' }] },
  { id: 'opencode', title: 'OpenCode', agent: /^opencode\//i, names: [] },
  { id: 'cline', title: 'Cline', agent: /^cline\//i, names: [] },
  { id: 'roo-code', title: 'Roo Code', agent: /^roocode\//i, names: [] },
  { id: 'zed', title: 'Zed', agent: /^zed\//i, names: [] },
];

const known = new LRUCache<string, { id: string | undefined }>({ max: 200 });

/** The tool that a request comes from, by its `user-agent`; undefined where it is none of ours. */
export function toolOf(userAgent: string | undefined): string | undefined {
  if (userAgent === undefined) return undefined;
  const agent = userAgent.slice(0, 100);
  let found = known.get(agent);
  if (found === undefined) {
    found = { id: TOOLS.find((tool) => tool.agent.test(agent))?.id };
    known.set(agent, found);
  }
  return found.id;
}

/** What a name that is built into a tool becomes when it is routed; undefined for any other name. */
export function routedName(toolId: string, name: string): string | undefined {
  return TOOLS.find(({ id }) => id === toolId)?.names.find(({ from }) => fits(patternsOf(from), name))?.to;
}

/** The provider that a name built into a tool is of, also where the tool is newer than the registry of models. */
export function vendorOf(toolId: string, name: string): string | undefined {
  return routedName(toolId, name) === undefined ? undefined : TOOLS.find(({ id }) => id === toolId)?.vendor;
}

const patterns = new Map<string, readonly string[]>();

function patternsOf(from: string): readonly string[] {
  let list = patterns.get(from);
  if (list === undefined) {
    list = [from];
    patterns.set(from, list);
  }
  return list;
}
