import { hash } from 'node:crypto';
import type { ChatRequest, JsonObject, Message, Part, ReplyFormat, ToolResultPart } from '../../chat.ts';
import { arrayAt, asExtra, field, invalid, isObject, numberAt, objectAt, restOf, stringAt } from './fields.ts';
import { joinThoughts } from './join-thoughts.ts';
import { readCall, readPart, readSigned } from './parts.ts';
import { readSchema } from './schema.ts';
import { readThinking } from './thinking.ts';
import { readToolConfig, readTools } from './tools.ts';

const REQUEST = new Set([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'serviceTier',
]);
const CONTENT = new Set(['role', 'parts']);
const CALL = new Set(['functionCall', 'thoughtSignature', 'thought']);
const RESULT = new Set(['id', 'name', 'response', 'parts']);
const ROLES: Record<string, Message['role']> = { user: 'user', model: 'assistant', function: 'tool' };

/** Members of `generationConfig` that the hub has a field for, by that field's name. */
const NUMBERS = [
  ['temperature', 'temperature'],
  ['topP', 'topP'],
  ['topK', 'topK'],
  ['maxOutputTokens', 'maxOutputTokens'],
  ['candidateCount', 'count'],
  ['seed', 'seed'],
  ['presencePenalty', 'presencePenalty'],
  ['frequencyPenalty', 'frequencyPenalty'],
] as const;

const CONFIG = new Set([
  ...NUMBERS.map(([name]) => name),
  'stopSequences',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseLogprobs',
  'logprobs',
  'thinkingConfig',
]);

/**
 * Gemini says the model and whether to stream in the URL, not in the body: `model` is '' and `stream` false here, and the caller fills
 * them in. Throws `invalid_request` with the field.
 */
export function readRequest(body: JsonObject): ChatRequest {
  const { toolChoice, strict, rest: toolConfig } = readToolConfig(field(body, 'toolConfig'));
  const config = readConfig(objectAt(field(body, 'generationConfig') ?? {}, 'generationConfig'));
  const tools = readTools(body.tools ?? undefined);
  if (strict) for (const tool of tools) if (tool.kind === 'function') tool.strict = true;
  const tier = field(body, 'serviceTier');
  const unknown = {
    ...restOf(body, REQUEST),
    ...(toolConfig === undefined ? {} : { toolConfig }),
    ...(config.rest === undefined ? {} : { generationConfig: config.rest }),
  };
  return {
    dialect: 'gemini',
    model: '',
    messages: [...readSystem(field(body, 'systemInstruction')), ...joinThoughts(readContents(body.contents))],
    tools,
    stream: false,
    streamUsage: true,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...config.known,
    ...(typeof tier === 'string' ? { serviceTier: tier.toLowerCase() } : {}),
    ...asExtra(Object.keys(unknown).length === 0 ? undefined : unknown),
  };
}

function readConfig(config: JsonObject): { known: Partial<ChatRequest>; rest?: JsonObject } {
  const known: Partial<ChatRequest> = {};
  for (const [name, place] of NUMBERS) {
    const value = field(config, name);
    if (value !== undefined) known[place] = numberAt(value, `generationConfig.${name}`);
  }
  const stop = field(config, 'stopSequences');
  if (stop !== undefined) {
    known.stop = arrayAt(stop, 'generationConfig.stopSequences').map((text) =>
      stringAt(text, 'generationConfig.stopSequences'),
    );
  }
  if (field(config, 'responseLogprobs') === true) {
    const top = field(config, 'logprobs');
    known.logprobs = top === undefined ? {} : { top: numberAt(top, 'generationConfig.logprobs') };
  }
  const reasoning = readThinking(field(config, 'thinkingConfig'), 'generationConfig.thinkingConfig');
  if (reasoning !== undefined) known.reasoning = reasoning;
  const format = readFormat(config);
  if (format !== undefined) known.format = format;
  let rest = restOf(config, CONFIG);
  const mime = field(config, 'responseMimeType');
  if (mime === 'text/x.enum')
    rest = { ...rest, responseMimeType: mime, responseSchema: field(config, 'responseSchema') };
  return rest === undefined ? { known } : { known, rest };
}

function readFormat(config: JsonObject): ReplyFormat | undefined {
  const mime = field(config, 'responseMimeType');
  if (mime === undefined || mime === 'text/x.enum') return undefined;
  if (mime !== 'application/json') return { type: 'text' };
  const schema = field(config, 'responseJsonSchema') ?? readSchema(field(config, 'responseSchema'));
  return schema === undefined ? { type: 'json' } : { type: 'schema', schema };
}

function readSystem(value: unknown): Message[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ role: 'system', parts: [{ type: 'text', text: value }] }];
  const content = objectAt(value, 'systemInstruction');
  const parts = readList(content.parts, 'systemInstruction.parts');
  return [
    { role: 'system', parts: parts.flatMap((part, index) => readPart(part, `systemInstruction.parts[${index}]`)) },
  ];
}

/** Google takes `parts` as one object too. */
function readList(value: unknown, path: string): JsonObject[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map((part, index) => objectAt(part, `${path}[${index}]`));
}

function readContents(value: unknown): Message[] {
  const calls = createCallIds();
  return arrayAt(value, 'contents').map((entry, index) => {
    const path = `contents[${index}]`;
    const content = objectAt(entry, path);
    const role = ROLES[String(content.role ?? 'user')];
    if (role === undefined) throw invalid(`${path}.role`, 'user, model or function');
    const wire = readList(content.parts, `${path}.parts`);
    const parts = wire.flatMap((part, place) => readContentPart(part, `${path}.parts[${place}]`, calls));
    const onlyResults = parts.length > 0 && parts.every((part) => part.type === 'toolResult');
    return { role: role === 'user' && onlyResults ? 'tool' : role, parts, ...asExtra(restOf(content, CONTENT)) };
  });
}

function readContentPart(part: JsonObject, path: string, calls: CallIds): Part[] {
  const call = field(part, 'functionCall');
  if (call !== undefined) {
    const object = objectAt(call, `${path}.functionCall`);
    stringAt(object.name, `${path}.functionCall.name`);
    const { id, name, input } = readCall(object);
    const signed = readSigned(part);
    const signature = signed === undefined ? {} : { signature: signed.signature };
    const extra = asExtra(restOf(part, CALL));
    return [
      { type: 'toolCall', id: calls.open(name, input, id), name, input, kind: 'function', ...signature, ...extra },
    ];
  }
  const result = field(part, 'functionResponse');
  return result === undefined
    ? readPart(part, path)
    : [readResult(objectAt(result, `${path}.functionResponse`), path, calls)];
}

/**
 * A result of one member `result` or `output` is that text, of one member `error` a failure; any other object is carried as JSON text
 * (https://ai.google.dev/api/caching#FunctionResponse, read 2026-08).
 */
function readResult(result: JsonObject, path: string, calls: CallIds): ToolResultPart {
  const name = stringAt(result.name, `${path}.functionResponse.name`);
  const response = isObject(result.response) ? result.response : {};
  const [key, ...others] = Object.keys(response);
  const single = key !== undefined && others.length === 0 ? response[key] : undefined;
  const isError = key === 'error' && others.length === 0;
  const bare = typeof single === 'string' && (isError || key === 'result' || key === 'output');
  const media = readList(result.parts, `${path}.functionResponse.parts`).flatMap((part) => readPart(part, path));
  const text: Part[] =
    key === undefined ? [] : [{ type: 'text', text: bare ? single : JSON.stringify(isError ? single : response) }];
  return {
    type: 'toolResult',
    id: calls.close(name, typeof result.id === 'string' && result.id !== '' ? result.id : undefined),
    name,
    parts: [...text, ...media],
    ...(isError ? { isError } : {}),
    ...asExtra(restOf(result, RESULT)),
  };
}

interface CallIds {
  open(name: string, input: string, given: string | undefined): string;
  close(name: string, given: string | undefined): string;
}

/**
 * Ids for calls and results that came without: the same for the same conversation (prompt caches live on it), different between calls.
 * A result without an id answers the first unanswered call of its name.
 */
function createCallIds(): CallIds {
  const names = new Map<string, { ids: string[]; next: number }>();
  const answered = new Set<string>();
  let count = 0;

  function make(name: string, input: string): string {
    count += 1;
    return `call_${hash('sha256', `${count}:${name}:${input}`).slice(0, 24)}`;
  }

  function firstWaiting(name: string): string | undefined {
    const queue = names.get(name);
    if (queue === undefined) return undefined;
    while (answered.has(queue.ids[queue.next] ?? '')) queue.next += 1;
    return queue.ids[queue.next];
  }

  return {
    open(name, input, given) {
      const id = given ?? make(name, input);
      const queue = names.get(name);
      if (queue === undefined) names.set(name, { ids: [id], next: 0 });
      else queue.ids.push(id);
      return id;
    },
    close(name, given) {
      const id = given ?? firstWaiting(name) ?? make(name, '');
      answered.add(id);
      return id;
    },
  };
}
