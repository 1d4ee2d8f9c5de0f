import type { ChatRequest, JsonObject, Tool } from '../../chat.ts';
import { type LossLog, termOf } from './losses.ts';
import type { Traits } from './model.ts';
import { narrowSchema } from './schema.ts';
import { isObject, SAFE_WORD, unsupported } from './wire.ts';
import { reportExtra, writeCacheMark } from './write-block.ts';

/** Longest name of a tool. */
const MAX_NAME = 128;

/** `tools` and `tool_choice`; empty where the client has no tools. */
export function writeTools(request: ChatRequest, traits: Traits, losses: LossLog): JsonObject {
  const { structured } = traits;
  const { toolChoice: choice, dialect } = request;
  const allowed = choice?.mode === 'allowed' ? new Set(choice.names) : undefined;
  if (allowed) losses.add(termOf(dialect, 'toolChoice'), 'tools that are not allowed were left out of the request');
  const tools: JsonObject[] = [];
  for (const [index, tool] of request.tools.entries()) {
    if (!allowed || allowed.has(tool.name)) tools.push(writeTool(tool, index, { dialect, structured, losses }));
  }
  if (tools.length === 0) {
    if (choice && choice.mode !== 'none' && choice.mode !== 'auto') {
      losses.add(termOf(dialect, 'toolChoice'), 'there are no tools to choose from');
    }
    return {};
  }
  const isLoosened = forcesTool(request) && !traits.forcedTools;
  if (isLoosened)
    losses.add(termOf(dialect, 'toolChoice'), 'this model cannot be made to call a tool: it may, as it sees fit');
  const written = writeChoice(isLoosened ? { ...request, toolChoice: { mode: 'auto' } } : request);
  return written === undefined ? { tools } : { tools, tool_choice: written };
}

/** Whether the client insists on a tool call. */
export function forcesTool({ toolChoice: choice, tools }: ChatRequest): boolean {
  if (choice === undefined || tools.length === 0) return false;
  return choice.mode === 'required' || choice.mode === 'tool' || (choice.mode === 'allowed' && choice.required);
}

function writeChoice({ toolChoice: choice, parallelToolCalls }: ChatRequest): JsonObject | undefined {
  const single = parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls };
  switch (choice?.mode) {
    case undefined:
      return parallelToolCalls === false ? { type: 'auto', ...single } : undefined;
    case 'auto':
      return { type: 'auto', ...single };
    case 'none':
      return { type: 'none' };
    case 'required':
      return { type: 'any', ...single };
    case 'tool':
      return { type: 'tool', name: choice.name, ...single };
    case 'allowed':
      return { type: choice.required ? 'any' : 'auto', ...single };
  }
}

interface ToolContext {
  dialect: ChatRequest['dialect'];
  structured: boolean;
  losses: LossLog;
}

function writeTool(tool: Tool, index: number, { dialect, structured, losses }: ToolContext): JsonObject {
  const field = `tools[${index}]`;
  if (tool.kind === 'hosted') {
    if (dialect === 'anthropic' && isObject(tool.value)) return { ...tool.value };
    throw unsupported(field, `the tool ${tool.name} is run by another provider and has no counterpart at Anthropic.`);
  }
  if (!SAFE_WORD.test(tool.name) || tool.name.length > MAX_NAME) {
    throw unsupported(`${field}.name`, `Anthropic takes names of 1 to ${MAX_NAME} letters, digits, "_" and "-".`);
  }
  const written: JsonObject = { name: tool.name };
  if (tool.description !== undefined) written.description = tool.description;
  written.input_schema = writeSchema(tool, field, structured, losses);
  if (tool.strict && structured) written.strict = true;
  else if (tool.strict) losses.add(`${field}.strict`, 'this model has no strict tools');
  if (tool.cache) written.cache_control = writeCacheMark(tool.cache);
  if (tool.extra?.dialect === 'anthropic') Object.assign(written, tool.extra.fields);
  else if (tool.extra) reportExtra(field, tool.extra, losses);
  return written;
}

/** A tool that takes free text is declared as a tool of one string: Anthropic takes tools with a JSON Schema only. */
const CUSTOM_SCHEMA = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };

/** The schema unopened, but for the `type` that Anthropic insists on, and the subset that strict tools are held to. */
function writeSchema(tool: Tool, field: string, structured: boolean, losses: LossLog): unknown {
  if (tool.kind === 'custom') {
    losses.add(field, 'Anthropic knows no free-text tools: declared as a tool with one string, input');
    return CUSTOM_SCHEMA;
  }
  if (tool.schema === undefined || tool.schema === null) return { type: 'object', properties: {} };
  const schema = tool.strict && structured ? narrowSchema(tool.schema, `${field}.parameters`, losses) : tool.schema;
  return isObject(schema) && schema.type === undefined ? { type: 'object', ...schema } : schema;
}
