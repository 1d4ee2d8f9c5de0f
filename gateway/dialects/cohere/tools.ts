import type { JsonObject, Tool } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { termOf } from '../terms.ts';
import { writeSchema } from './schema.ts';
import { isObject, type Writing } from './wire.ts';

/** A tool that takes free text is declared as a function of one string: Cohere knows no other kind. */
const CUSTOM_SCHEMA = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };

/**
 * `tools`, `tool_choice` and `strict_tools`. Cohere can be made to call some tool, not a certain one: then that one alone is declared. Its
 * strictness is for all tools of a request, and each needs a required parameter.
 */
export function writeTools(writing: Writing): JsonObject {
  const { request, lose } = writing;
  const { toolChoice: choice, dialect } = request;
  const names = choice?.mode === 'tool' ? [choice.name] : choice?.mode === 'allowed' ? choice.names : undefined;
  const tools = request.tools.filter(({ name }) => names === undefined || names.includes(name));
  if (tools.length === 0) {
    if (choice !== undefined && choice.mode !== 'auto' && choice.mode !== 'none')
      lose(termOf(dialect, 'toolChoice'), 'there is no tool to choose');
    return {};
  }
  const strict = isStrict(tools);
  if (!strict && tools.some((tool) => tool.strict))
    lose('tools[].strict', 'all tools must be strict, with a required parameter each');
  if (tools.length < request.tools.length && choice?.mode === 'allowed')
    lose(termOf(dialect, 'toolChoice'), 'the tools that are not allowed were left out');
  if (request.parallelToolCalls === false)
    lose(termOf(dialect, 'parallelToolCalls'), 'Cohere cannot be held to one call at a time');
  const forced =
    choice?.mode === 'required' || choice?.mode === 'tool' || (choice?.mode === 'allowed' && choice.required);
  return {
    tools: tools.map((tool, index) => writeTool(tool, `tools[${index}]`, { strict, writing })),
    ...(strict ? { strict_tools: true } : {}),
    ...(forced ? { tool_choice: 'REQUIRED' } : choice?.mode === 'none' ? { tool_choice: 'NONE' } : {}),
  };
}

function isStrict(tools: readonly Tool[]): boolean {
  return tools.every(
    ({ strict, schema }) =>
      strict === true && isObject(schema) && Array.isArray(schema.required) && schema.required.length > 0,
  );
}

function writeTool(
  tool: Tool,
  path: string,
  { strict, writing: { lose } }: { strict: boolean; writing: Writing },
): JsonObject {
  if (tool.kind === 'hosted') {
    const message = `The tool ${tool.name} is run by another provider. Cohere cannot run it: leave it out or choose another model.`;
    throw new GatewayError('unsupported', message, { field: path });
  }
  for (const key in tool.extra?.fields) lose(`${path}.${key}`, 'Cohere has no such field');
  if (tool.cache !== undefined) lose('cache_control', 'Cohere chooses itself what to cache');
  if (tool.kind === 'custom')
    lose(path, 'Cohere knows no free-text tools: declared as a function with one string, input');
  const parameters = tool.kind === 'custom' ? CUSTOM_SCHEMA : strict ? narrowed(tool.schema, path, lose) : tool.schema;
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description === undefined ? {} : { description: tool.description }),
      parameters: parameters ?? { type: 'object', properties: {} },
    },
  };
}

function narrowed(schema: unknown, path: string, lose: Writing['lose']): unknown {
  const written = writeSchema(schema);
  if (written.dropped.length > 0) lose(`${path}.parameters`, `Cohere does not enforce ${written.dropped.join(', ')}`);
  return written.schema;
}
