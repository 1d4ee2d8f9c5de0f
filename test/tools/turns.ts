import { join } from 'node:path';
import { createEcho, type FakeCall, type FakeRequest, RESULT } from '../fake-echo.ts';
import type { FakeProvider } from '../fake-provider.ts';
import type { CommandLineTool } from './tools.ts';

export const FILES = { 'alpha.txt': 'the word of alpha is quartz-7391', 'beta.txt': 'the word of beta is basalt-2846' };

const ANSWER = 'The gateway has carried this sentence.';
const PROMPTS = { text: 'Say one sentence.', tools: 'Read alpha.txt and beta.txt at once, then say one sentence.' };

export type TurnName = keyof typeof PROMPTS;

/** What a tool is asked, and how it is seen that the answer came all the way. */
export interface Turn {
  prompt: string;
  /** What is wrong, or undefined. */
  wrong(output: string): string | undefined;
}

/** Has the provider answer that turn: with a sentence, or with two calls at once and the sentence after their results. */
export function prepare(name: TurnName, tool: CommandLineTool, provider: FakeProvider, folder: string): Turn {
  const offered = new Set<string>();
  const begun = provider.requests.length;
  const calls = (request: FakeRequest): FakeCall[] => {
    const names = namesOf(request);
    for (const each of names) offered.add(each);
    const read = Object.entries(tool.reads).find(([each]) => names.includes(each));
    const isAsked = name === 'tools' && request.body.includes(PROMPTS.tools) && !hasResults(request);
    return isAsked && read
      ? Object.keys(FILES).map((file) => ({ ...toolOf(read[0]), arguments: read[1](join(folder, file)) }))
      : [];
  };
  provider.respond(createEcho({ text: ANSWER, calls }));
  return {
    prompt: PROMPTS[name],
    wrong(output) {
      const sent = provider.requests.slice(begun);
      if (sent.length === 0) return 'nothing arrived at the provider';
      const results = sent.filter(({ body }) => Object.values(FILES).every((text) => body.includes(text)));
      if (name === 'tools' && !sent.some(hasResults)) return `no tool was called; it offers ${[...offered].join(' ')}`;
      if (name === 'tools' && results.length === 0) return 'the results of both calls did not arrive at the provider';
      if (!output.includes(ANSWER)) return 'the answer is not in what it printed';
      return undefined;
    },
  };
}

const hasResults = ({ body }: FakeRequest): boolean => RESULT.test(body.toString());

/** Of `namespace.name`, or of a name alone. */
function toolOf(offered: string): { name: string; namespace?: string } {
  const [name = '', namespace] = offered.split('.').reverse();
  return { name, ...(namespace !== undefined && { namespace }) };
}

interface Offer {
  type?: string;
  name?: string;
  tools?: Offer[];
  function?: { name: string };
  functionDeclarations?: { name: string }[];
}

/** Of all tools that are offered, wherever: Codex declares its own in an item of the conversation. */
function namesOf({ body }: FakeRequest): string[] {
  const { tools = [], input } = JSON.parse(body.toString() || '{}') as { tools?: Offer[]; input?: Offer[] | string };
  const added = Array.isArray(input) ? input.filter(({ type }) => type === 'additional_tools') : [];
  return [...tools, ...added.flatMap(({ tools: more = [] }) => more)].flatMap((tool) =>
    tool.type === 'namespace'
      ? (tool.tools ?? []).map(({ name }) => `${tool.name}.${name}`)
      : (tool.functionDeclarations?.map(({ name }) => name) ?? tool.function?.name ?? tool.name ?? []),
  );
}
