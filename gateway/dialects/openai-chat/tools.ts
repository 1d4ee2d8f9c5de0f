import type { JsonObject, Tool, ToolChoice } from '../../chat.ts';
import {
  isObject,
  NAME,
  optional,
  put,
  readCache,
  refuse,
  required,
  unknownFields,
  type Writing,
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

export function writeTools(tools: Tool[], sameDialect: boolean, writing: Writing): JsonObject[] {
  return tools.flatMap((tool, at) => {
    if (tool.kind !== 'hosted') return [writeTool(tool, `tools[${at}]`, writing)];
    if (sameDialect && isObject(tool.value)) return [tool.value];
    writing.lose(`tools[${at}]`, `the provider has no hosted tool ${tool.name}`);
    return [];
  });
}

function writeTool(tool: Tool, at: string, writing: Writing): JsonObject {
  const inner: JsonObject = { name: tool.name };
  put(inner, 'description', tool.description);
  if (tool.kind === 'function') {
    put(inner, 'parameters', tool.schema);
    put(inner, 'strict', tool.strict);
  }
  const written: JsonObject = { type: tool.kind, [tool.kind]: inner };
  writeExtra(written, tool.extra, `${at}.`, writing.lose);
  writeCache(written, tool.cache, at, writing);
  return written;
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

export function writeToolChoice(choice: ToolChoice, tools: Tool[]): unknown {
  const named = (name: string): JsonObject => {
    const kind = tools.some((tool) => tool.name === name && tool.kind === 'custom') ? 'custom' : 'function';
    return { type: kind, [kind]: { name } };
  };
  if (choice.mode === 'tool') return named(choice.name);
  if (choice.mode !== 'allowed') return choice.mode;
  const mode = choice.required ? 'required' : 'auto';
  return { type: 'allowed_tools', allowed_tools: { mode, tools: choice.names.map(named) } };
}
