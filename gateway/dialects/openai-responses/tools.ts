import type { ChatRequest, JsonObject, Tool, ToolChoice } from '../../chat.ts';
import { strictFor } from '../strict-schema.ts';
import { joinName, splitName } from './namespace.ts';
import {
  isObject,
  NAME,
  optional,
  put,
  refuse,
  required,
  unknownFields,
  unsupported,
  type Writing,
  writeExtra,
} from './wire.ts';

const FUNCTION_FIELDS = new Set(['type', 'name', 'description', 'parameters', 'strict']);
const CUSTOM_FIELDS = new Set(['type', 'name', 'description']);

/** `tools`; those of a namespace become tools of their own, whose names hold the namespace. */
export function readTools(value: unknown): Tool[] {
  return list(value, 'tools').flatMap((raw, at) => {
    const path = `tools[${at}]`;
    if (raw.type === 'namespace') return readNamespace(raw, path);
    if (raw.type === 'function' || raw.type === 'custom') return [readDeclared(raw, raw.type, path, undefined)];
    const type = required(raw, 'type', `${path}.`);
    const name = [raw.server_label, raw.name, type].find((each) => typeof each === 'string' && each !== '');
    return [{ kind: 'hosted', name: String(name), value: raw }];
  });
}

function list(value: unknown, path: string): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return refuse(path, 'an array');
  return value.map((each: unknown, at) => (isObject(each) ? each : refuse(`${path}[${at}]`, 'an object')));
}

/** What the namespace says of itself stays with its first tool. */
function readNamespace(raw: JsonObject, path: string): Tool[] {
  const namespace = required(raw, 'name', `${path}.`);
  return list(raw.tools, `${path}.tools`).map((inner, at) => {
    const type = inner.type === 'custom' ? 'custom' : 'function';
    const tool = readDeclared(inner, type, `${path}.tools[${at}]`, namespace);
    const description = optional(raw, 'description', 'string', `${path}.`);
    if (at === 0 && description) {
      tool.extra = { dialect: NAME, fields: { ...tool.extra?.fields, namespace_description: description } };
    }
    return tool;
  });
}

function readDeclared(raw: JsonObject, kind: 'function' | 'custom', path: string, namespace: string | undefined): Tool {
  const at = `${path}.`;
  const tool: Tool = { kind, name: joinName(namespace, required(raw, 'name', at)) };
  put(tool, 'description', optional(raw, 'description', 'string', at));
  if (kind === 'function') {
    if (raw.parameters !== null) put(tool, 'schema', raw.parameters);
    put(tool, 'strict', optional(raw, 'strict', 'boolean', at));
  }
  put(tool, 'extra', unknownFields(raw, kind === 'function' ? FUNCTION_FIELDS : CUSTOM_FIELDS));
  return tool;
}

/** Throws `unsupported` naming a tool that another provider runs. */
export function writeTools(tools: Tool[], writing: Writing): JsonObject[] {
  const written: JsonObject[] = [];
  const spaces = new Map<string, JsonObject[]>();
  for (const [at, tool] of tools.entries()) {
    if (tool.kind === 'hosted') {
      if (writing.dialect !== NAME || !isObject(tool.value))
        throw unsupported(
          `tools[${at}]`,
          `the tool ${tool.name} is run by another provider and has no counterpart here.`,
        );
      written.push(tool.value);
      continue;
    }
    const { name, namespace } = writing.dialect === NAME ? splitName(tool.name) : { name: tool.name };
    const { namespace_description: description = '', ...fields } = tool.extra?.fields ?? {};
    const declared = writeTool({ ...tool, name }, `tools[${at}]`, writing);
    if (tool.extra !== undefined)
      writeExtra(declared, { dialect: tool.extra.dialect, fields }, `tools[${at}].`, writing.lose);
    if (namespace === undefined) {
      written.push(declared);
      continue;
    }
    let inner = spaces.get(namespace);
    if (inner === undefined) {
      inner = [];
      spaces.set(namespace, inner);
      written.push({ type: 'namespace', name: namespace, description, tools: inner });
    }
    inner.push(declared);
  }
  return written;
}

function writeTool(tool: Tool, at: string, writing: Writing): JsonObject {
  const written: JsonObject = { type: tool.kind, name: tool.name };
  put(written, 'description', tool.description);
  if (tool.kind === 'function') {
    written.parameters = tool.schema ?? { type: 'object', properties: {} };
    // Unsaid, this API means true, and would refuse most schemas; everywhere else unsaid means false.
    const strict = strictFor(tool, writing.dialect, (why) => writing.lose(`${at}.strict`, why));
    put(written, 'strict', strict ?? (writing.dialect === NAME ? undefined : false));
  }
  if (tool.cache !== undefined) writing.lose(`${at}.cache_control`, PLACES_ITSELF);
  return written;
}

export const PLACES_ITSELF = 'the provider places its prompt-cache breakpoints itself';

export function readToolChoice(raw: unknown): ToolChoice | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (raw === 'auto' || raw === 'none' || raw === 'required') return { mode: raw };
  if (!isObject(raw)) return refuse('tool_choice', '"auto", "none", "required" or an object');
  if (raw.type !== 'allowed_tools') return { mode: 'tool', name: nameOf(raw, 'tool_choice') };
  const names = list(raw.tools, 'tool_choice.tools').map((tool, at) => nameOf(tool, `tool_choice.tools[${at}]`));
  return { mode: 'allowed', names, required: raw.mode === 'required' };
}

/** The name that the tool has in the hub: that of a function, the label of an MCP server, or the type of any other hosted tool. */
function nameOf(raw: JsonObject, path: string): string {
  if (raw.type === 'function' || raw.type === 'custom') {
    return joinName(raw.namespace, required(raw, 'name', `${path}.`));
  }
  return optional(raw, 'server_label', 'string', `${path}.`) ?? required(raw, 'type', `${path}.`);
}

export function writeToolChoice(choice: ToolChoice, { tools, dialect }: ChatRequest): unknown {
  const named = (name: string): JsonObject => {
    const tool = tools.find((each) => each.name === name);
    if (tool?.kind === 'hosted' && isObject(tool.value)) {
      const { type, server_label } = tool.value;
      return type === 'mcp' ? { type, server_label } : { type };
    }
    const type = tool?.kind === 'custom' ? 'custom' : 'function';
    return dialect === NAME ? { type, ...splitName(name) } : { type, name };
  };
  if (choice.mode === 'tool') return named(choice.name);
  if (choice.mode !== 'allowed') return choice.mode;
  return { type: 'allowed_tools', mode: choice.required ? 'required' : 'auto', tools: choice.names.map(named) };
}
