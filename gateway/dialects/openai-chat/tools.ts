import type { ChatRequest, DialectName, JsonObject, Tool, ToolChoice } from '../../chat.ts';
import { strictFor } from '../strict-schema.ts';
import {
  isObject,
  NAME,
  optional,
  put,
  readCache,
  refuse,
  required,
  type Target,
  unknownFields,
  writeCache,
  writeExtra,
} from './wire.ts';

const FUNCTION_FIELDS = new Set(['name', 'description', 'parameters', 'strict']);
const CUSTOM_FIELDS = new Set(['name', 'description']);
const TOOL_FIELDS = new Set(['type', 'function', 'custom', 'cache_control']);

/** `tools`, and the older `functions`, which are the same without the wrapper. */
export function readTools(body: JsonObject): Tool[] {
  const tools = list(body.tools, 'tools').map((tool, at) => readTool(tool, `tools[${at}]`));
  const functions = list(body.functions, 'functions').map((each, at) =>
    readDeclared({ function: each }, 'function', `functions[${at}]`),
  );
  return [...tools, ...functions];
}

function list(value: unknown, path: string): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) refuse(path, 'an array');
  return value.map((each: unknown, at) => (isObject(each) ? each : refuse(`${path}[${at}]`, 'an object')));
}

function readTool(raw: JsonObject, path: string): Tool {
  const type = optional(raw, 'type', 'string', `${path}.`) ?? 'function';
  if (type === 'function' || type === 'custom') return readDeclared(raw, type, path);
  return { kind: 'hosted', name: optional(raw, 'name', 'string', `${path}.`) ?? type, value: raw };
}

function readDeclared(raw: JsonObject, kind: 'function' | 'custom', path: string): Tool {
  const inner = raw[kind];
  if (!isObject(inner)) refuse(`${path}.${kind}`, 'an object');
  const at = `${path}.${kind}.`;
  const tool: Tool = { kind, name: required(inner, 'name', at) };
  put(tool, 'description', optional(inner, 'description', 'string', at));
  if (kind === 'function') {
    if (inner.parameters !== null) put(tool, 'schema', inner.parameters);
    put(tool, 'strict', optional(inner, 'strict', 'boolean', at));
  }
  put(tool, 'cache', readCache(raw));
  const outside = unknownFields(raw, TOOL_FIELDS);
  const inside = unknownFields(inner, kind === 'function' ? FUNCTION_FIELDS : CUSTOM_FIELDS);
  if (outside || inside)
    tool.extra = { dialect: NAME, fields: { ...outside?.fields, ...(inside && { [kind]: inside.fields }) } };
  return tool;
}

/** `tools`, `tool_choice` and `parallel_tool_calls`. */
export function writeToolFields(body: JsonObject, request: ChatRequest, target: Target): void {
  const { toolChoice: choice, dialect } = request;
  const names = namesDeclared(choice, target);
  const tools = request.tools.flatMap((tool, at) =>
    names === undefined || names.includes(tool.name) ? writeTool(tool, `tools[${at}]`, { dialect, target }) : [],
  );
  if (names !== undefined && choice?.mode === 'allowed' && tools.length < request.tools.length)
    target.lose('tool_choice', 'the tools that are not allowed were left out');
  if (tools.length > 0) {
    body.tools = tools;
    if (choice !== undefined) body.tool_choice = writeToolChoice(choice, request.tools, names !== undefined);
    put(body, 'parallel_tool_calls', request.parallelToolCalls);
  } else if (choice !== undefined && choice.mode !== 'auto' && choice.mode !== 'none') {
    target.lose('tool_choice', 'there is no tool to choose');
  }
}

/** Where a choice of tools cannot be told, they are the only ones that are declared. */
function namesDeclared(choice: ToolChoice | undefined, { has }: Target): string[] | undefined {
  if (choice?.mode === 'tool' && has('choiceWords')) return [choice.name];
  return choice?.mode === 'allowed' && has('functionsOnly') ? choice.names : undefined;
}

/** A tool that takes free text, as a function of one string. */
const CUSTOM_SCHEMA = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };

function writeTool(
  tool: Tool,
  at: string,
  { dialect, target }: { dialect: DialectName; target: Target },
): JsonObject[] {
  if (tool.kind === 'hosted') {
    if (dialect === NAME && isObject(tool.value)) return [tool.value];
    target.lose(at, `the provider has no hosted tool ${tool.name}`);
    return [];
  }
  const inner: JsonObject = { name: tool.name };
  put(inner, 'description', tool.description);
  const asFunction = tool.kind === 'custom' && target.has('functionsOnly');
  if (asFunction) {
    target.lose(at, 'the provider knows no free-text tools: declared as a function with one string, input');
    inner.parameters = CUSTOM_SCHEMA;
  } else if (tool.kind === 'function') {
    put(inner, 'parameters', tool.schema);
    put(
      inner,
      'strict',
      strictFor(tool, dialect, (why) => target.lose(`${at}.strict`, why)),
    );
  }
  const kind = asFunction ? 'function' : tool.kind;
  const written: JsonObject = { type: kind, [kind]: inner };
  writeExtra(written, tool.extra, `${at}.`, target.lose);
  writeCache(written, tool.cache, at, target);
  return [written];
}

/** `tool_choice`, or the older `function_call`. Mistral says `any` for `required`. */
export function readToolChoice(body: JsonObject): ToolChoice | undefined {
  const raw = body.tool_choice ?? body.function_call ?? undefined;
  if (raw === undefined) return undefined;
  if (raw === 'auto' || raw === 'none' || raw === 'required') return { mode: raw };
  if (raw === 'any') return { mode: 'required' };
  if (!isObject(raw)) return refuse('tool_choice', '"auto", "none", "required" or an object');
  const allowed = raw.allowed_tools;
  if (raw.type === 'allowed_tools' && isObject(allowed)) {
    const names = list(allowed.tools, 'tool_choice.allowed_tools.tools').map((tool, at) =>
      toolName(tool, `tool_choice.allowed_tools.tools[${at}]`),
    );
    return { mode: 'allowed', names, required: allowed.mode === 'required' };
  }
  return { mode: 'tool', name: toolName(raw, 'tool_choice') };
}

function toolName(raw: JsonObject, path: string): string {
  const holder = [raw.function, raw.custom, raw].find((each) => isObject(each) && typeof each.name === 'string');
  return isObject(holder) ? required(holder, 'name', `${path}.`) : refuse(path, 'an object that names a tool');
}

function writeToolChoice(choice: ToolChoice, tools: Tool[], aloneDeclared: boolean): unknown {
  const named = (name: string): JsonObject => {
    const kind = tools.some((tool) => tool.name === name && tool.kind === 'custom') ? 'custom' : 'function';
    return { type: kind, [kind]: { name } };
  };
  if (choice.mode === 'tool') return aloneDeclared ? 'required' : named(choice.name);
  if (choice.mode !== 'allowed') return choice.mode;
  const mode = choice.required ? 'required' : 'auto';
  return aloneDeclared ? mode : { type: 'allowed_tools', allowed_tools: { mode, tools: choice.names.map(named) } };
}
