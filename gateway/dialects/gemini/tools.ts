import type { ChatRequest, JsonObject, Tool, ToolChoice } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import type { TargetModel } from '../dialect.ts';
import { arrayAt, asExtra, field, invalid, isObject, type Losses, objectAt, restOf, stringAt } from './fields.ts';
import { readSchema, writeSchema } from './schema.ts';
import { generationOf } from './wire.ts';

const DECLARATION = new Set(['name', 'description', 'parameters', 'parametersJsonSchema']);
const CALLING_CONFIG = new Set(['mode', 'allowedFunctionNames']);
const TOOL_CONFIG = new Set(['functionCallingConfig']);

/** A tool that takes free text is declared as a function of one string: Gemini knows no other kind. */
const CUSTOM_SCHEMA = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };

/** Each declaration becomes a function; each other member of a tool (`googleSearch`, `codeExecution`, …) a hosted tool of that name. */
export function readTools(value: unknown): Tool[] {
  if (value === undefined) return [];
  const tools: Tool[] = [];
  for (const [index, entry] of arrayAt(value, 'tools').entries()) {
    const path = `tools[${index}]`;
    const tool = objectAt(entry, path);
    for (const key of Object.keys(tool)) {
      if (key !== 'functionDeclarations' && key !== 'function_declarations') {
        tools.push({ kind: 'hosted', name: key, value: { [key]: tool[key] } });
        continue;
      }
      for (const [place, declaration] of arrayAt(tool[key], `${path}.${key}`).entries()) {
        tools.push(readDeclaration(declaration, `${path}.${key}[${place}]`));
      }
    }
  }
  return tools;
}

function readDeclaration(value: unknown, path: string): Tool {
  const declaration = objectAt(value, path);
  const tool: Tool = {
    kind: 'function',
    name: stringAt(declaration.name, `${path}.name`),
    ...asExtra(restOf(declaration, DECLARATION)),
  };
  if (typeof declaration.description === 'string') tool.description = declaration.description;
  const schema = field(declaration, 'parametersJsonSchema') ?? readSchema(declaration.parameters ?? undefined);
  if (schema !== undefined) tool.schema = schema;
  return tool;
}

/** What `toolConfig` says. VALIDATED means that calls keep to their schemas: `strict`, in the hub's words. `rest` is what is not known. */
export function readToolConfig(value: unknown): { toolChoice?: ToolChoice; strict: boolean; rest?: JsonObject } {
  if (value === undefined) return { strict: false };
  const config = objectAt(value, 'toolConfig');
  const calling = objectAt(field(config, 'functionCallingConfig') ?? {}, 'toolConfig.functionCallingConfig');
  const names = field(calling, 'allowedFunctionNames');
  const allowed =
    names === undefined ? [] : arrayAt(names, 'toolConfig.functionCallingConfig.allowedFunctionNames').map(String);
  const callingRest = restOf(calling, CALLING_CONFIG);
  const configRest = restOf(config, TOOL_CONFIG);
  const rest = { ...configRest, ...(callingRest === undefined ? {} : { functionCallingConfig: callingRest }) };
  const toolChoice = readMode(calling.mode, allowed);
  return {
    strict: calling.mode === 'VALIDATED',
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(Object.keys(rest).length === 0 ? {} : { rest }),
  };
}

function readMode(mode: unknown, names: string[]): ToolChoice | undefined {
  const [first] = names;
  switch (mode) {
    case undefined:
    case null:
    case 'MODE_UNSPECIFIED':
      return undefined;
    case 'AUTO':
      return { mode: 'auto' };
    case 'NONE':
      return { mode: 'none' };
    case 'ANY':
      if (first === undefined) return { mode: 'required' };
      return names.length === 1 ? { mode: 'tool', name: first } : { mode: 'allowed', names, required: true };
    case 'VALIDATED':
      return first === undefined ? { mode: 'auto' } : { mode: 'allowed', names, required: false };
    default:
      throw invalid('toolConfig.functionCallingConfig.mode', 'AUTO, ANY, NONE or VALIDATED');
  }
}

/** All functions in one tool, as Gemini wants them; hosted tools of Gemini as received, those of others refused by name. */
export function writeTools(request: ChatRequest, losses: Losses): JsonObject[] {
  const declarations: JsonObject[] = [];
  const hosted: JsonObject[] = [];
  for (const [index, tool] of request.tools.entries()) {
    const path = `tools[${index}]`;
    if (tool.cache !== undefined) losses.add('cache_control', 'Gemini chooses itself what to cache');
    losses.addExtra(tool.extra, `${path}.`);
    if (tool.kind !== 'hosted') declarations.push(writeDeclaration(tool, { path, request, losses }));
    else if (request.dialect === 'gemini' && isObject(tool.value)) hosted.push(tool.value);
    else {
      const message = `The tool ${tool.name} is run by another provider. Gemini cannot run it: leave it out or choose another model.`;
      throw new GatewayError('unsupported', message, { field: path });
    }
  }
  return [...(declarations.length > 0 ? [{ functionDeclarations: declarations }] : []), ...hosted];
}

interface Declared {
  path: string;
  request: ChatRequest;
  losses: Losses;
}

function writeDeclaration(tool: Tool, { path, request, losses }: Declared): JsonObject {
  const declaration: JsonObject = { ...(tool.extra?.dialect === 'gemini' ? tool.extra.fields : {}), name: tool.name };
  if (tool.description !== undefined) declaration.description = tool.description;
  if (tool.kind === 'custom') {
    losses.add(path, 'Gemini knows no free-text tools: declared as a function with one string, input');
    declaration.parametersJsonSchema = CUSTOM_SCHEMA;
  } else if (isObject(tool.schema) && Object.keys(tool.schema).length > 0) {
    declaration.parametersJsonSchema = carrySchema(tool.schema, `${path}.parameters`, { request, losses });
  }
  return declaration;
}

/** A schema that came from a Gemini client goes back unopened; any other is cut to the subset, each cut reported. */
export function carrySchema(schema: unknown, path: string, { request, losses }: Omit<Declared, 'path'>): unknown {
  if (request.dialect === 'gemini') return schema;
  const written = writeSchema(schema);
  if (written.dropped.length > 0) losses.add(path, `Gemini does not enforce ${written.dropped.join(', ')}`);
  return written.schema;
}

/** `functionCallingConfig`. VALIDATED (from 2.5 on) is Gemini's `strict`, and the only mode besides ANY that takes names. */
export function writeToolConfig(request: ChatRequest, target: TargetModel, losses: Losses): JsonObject | undefined {
  const { toolChoice: choice } = request;
  if (request.parallelToolCalls === false)
    losses.add('parallel_tool_calls', 'Gemini cannot be held to one call at a time');
  const functions = request.tools.filter((tool) => tool.kind !== 'hosted');
  if (functions.length === 0) return undefined;
  const validates = generationOf(target.name) >= 2.5;
  const strict = functions.some((tool) => tool.strict === true);
  if (choice === undefined || choice.mode === 'auto') {
    if (strict && validates) return { mode: 'VALIDATED' };
    if (strict) losses.add('tools[].strict', 'the model does not check calls against their schemas');
    return choice === undefined ? undefined : { mode: 'AUTO' };
  }
  if (choice.mode === 'tool') return { mode: 'ANY', allowedFunctionNames: [choice.name] };
  if (choice.mode !== 'allowed') return { mode: choice.mode === 'none' ? 'NONE' : 'ANY' };
  if (choice.required) return { mode: 'ANY', allowedFunctionNames: choice.names };
  if (validates) return { mode: 'VALIDATED', allowedFunctionNames: choice.names };
  losses.add('tool_choice', 'the model takes a list of allowed tools only where a call is required');
  return { mode: 'AUTO' };
}
