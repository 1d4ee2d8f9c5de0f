import type { ChatRequest, JsonObject, Reasoning, ReplyFormat } from '../../chat.ts';
import { readAddedTools } from './added-tools.ts';
import { readInput } from './read-input.ts';
import { readToolChoice, readTools } from './tools.ts';
import { isObject, NAME, optional, put, refuse, unknownFields } from './wire.ts';

const FIELDS = new Set([
  ...['model', 'input', 'instructions', 'tools', 'tool_choice', 'parallel_tool_calls', 'max_output_tokens', 'stream'],
  ...['temperature', 'top_p', 'top_logprobs', 'include', 'text', 'reasoning', 'user', 'service_tier', 'store'],
]);
const REASONING_FIELDS = new Set(['effort', 'summary', 'generate_summary']);
const TEXT_FIELDS = new Set(['format', 'verbosity']);

/** Wishes of `include` that are told elsewhere: the first is always asked for, the second is `logprobs`. */
export const ENCRYPTED_REASONING = 'reasoning.encrypted_content';
export const LOGPROBS = 'message.output_text.logprobs';

/** Where the conversation lies at the provider, in whole or in part. */
export const STORED = ['previous_response_id', 'conversation', 'prompt'];

/** A client's body → hub. Throws `invalid_request` that names the field; what it does not know it keeps. */
export function readRequest(body: JsonObject): ChatRequest {
  const request: ChatRequest = {
    dialect: NAME,
    model: optional(body, 'model', 'string') ?? '',
    messages: [],
    tools: readTools(body.tools),
    stream: optional(body, 'stream', 'boolean') ?? false,
    streamUsage: true,
  };
  const instructions = optional(body, 'instructions', 'string');
  // An empty extra tells it from a system message of the input, when it is written back.
  if (instructions) {
    const parts = [{ type: 'text' as const, text: instructions }];
    request.messages.push({ role: 'system', parts, extra: { dialect: NAME, fields: {} } });
  }
  const hasInput = body.input !== undefined && body.input !== null;
  if (hasInput || !STORED.some((key) => body[key])) request.messages.push(...readInput(body.input));
  request.tools.push(...readAddedTools(request.messages));
  put(request, 'toolChoice', readToolChoice(body.tool_choice));
  put(request, 'parallelToolCalls', optional(body, 'parallel_tool_calls', 'boolean'));
  put(request, 'maxOutputTokens', optional(body, 'max_output_tokens', 'number'));
  put(request, 'temperature', optional(body, 'temperature', 'number'));
  put(request, 'topP', optional(body, 'top_p', 'number'));
  const include = readInclude(body.include);
  const top = optional(body, 'top_logprobs', 'number');
  if (include.includes(LOGPROBS) || top) request.logprobs = top === undefined ? {} : { top };
  const text = object(body, 'text');
  const format = readFormat(text);
  put(request, 'format', format);
  if (text !== undefined) put(request, 'verbosity', optional(text, 'verbosity', 'string', 'text.'));
  put(request, 'reasoning', readReasoning(object(body, 'reasoning')));
  put(request, 'user', optional(body, 'user', 'string'));
  put(request, 'serviceTier', optional(body, 'service_tier', 'string'));
  readExtra(body, request, include);
  return request;
}

function object(body: JsonObject, key: string): JsonObject | undefined {
  const value = body[key] ?? undefined;
  return value === undefined || isObject(value) ? value : refuse(key, 'an object');
}

function readInclude(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const isList = Array.isArray(value) && value.every((each): each is string => typeof each === 'string');
  return isList ? value : refuse('include', 'an array of strings');
}

/** `text.format`; one of a type that we do not know stays with the unknown fields. */
function readFormat(text: JsonObject | undefined): ReplyFormat | undefined {
  const raw = text?.format ?? undefined;
  if (raw === undefined) return undefined;
  if (!isObject(raw)) return refuse('text.format', 'an object');
  if (raw.type === 'text') return { type: 'text' };
  if (raw.type === 'json_object') return { type: 'json' };
  if (raw.type !== 'json_schema') return undefined;
  const format: ReplyFormat = { type: 'schema', schema: raw.schema };
  put(format, 'name', optional(raw, 'name', 'string', 'text.format.'));
  put(format, 'description', optional(raw, 'description', 'string', 'text.format.'));
  put(format, 'strict', optional(raw, 'strict', 'boolean', 'text.format.'));
  return format;
}

function readReasoning(raw: JsonObject | undefined): Reasoning | undefined {
  if (raw === undefined) return undefined;
  const reasoning: Reasoning = {};
  put(reasoning, 'effort', optional(raw, 'effort', 'string', 'reasoning.'));
  if (typeof (raw.summary ?? raw.generate_summary) === 'string') reasoning.visible = true;
  return Object.keys(reasoning).length > 0 ? reasoning : undefined;
}

/** `store: false` is what any other provider does anyway, and what a writer of this dialect says unasked. */
function readExtra(body: JsonObject, request: ChatRequest, include: string[]): void {
  const fields: JsonObject = { ...unknownFields(body, FIELDS)?.fields };
  const rest = include.filter((each) => each !== ENCRYPTED_REASONING && each !== LOGPROBS);
  if (rest.length > 0) fields.include = rest;
  if (body.store === true) fields.store = true;
  const reasoning = isObject(body.reasoning) ? { ...unknownFields(body.reasoning, REASONING_FIELDS)?.fields } : {};
  const summary = isObject(body.reasoning) ? (body.reasoning.summary ?? body.reasoning.generate_summary) : undefined;
  if (typeof summary === 'string' && summary !== 'auto') reasoning.summary = summary;
  if (Object.keys(reasoning).length > 0) fields.reasoning = reasoning;
  const text = isObject(body.text) ? { ...unknownFields(body.text, TEXT_FIELDS)?.fields } : {};
  if (isObject(body.text) && isObject(body.text.format) && request.format === undefined) text.format = body.text.format;
  if (Object.keys(text).length > 0) fields.text = text;
  if (Object.keys(fields).length > 0) request.extra = { dialect: NAME, fields };
}
