import type { ChatRequest, JsonObject, Reasoning, ReplyFormat } from '../../chat.ts';
import { readMessages } from './read-messages.ts';
import { readToolChoice, readTools } from './tools.ts';
import { isObject, NAME, optional, put, refuse, unknownFields } from './wire.ts';

const FIELDS = new Set([
  ...['model', 'messages', 'tools', 'functions', 'tool_choice', 'function_call', 'parallel_tool_calls', 'stream'],
  ...['stream_options', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'top_k', 'seed', 'stop', 'n'],
  ...['frequency_penalty', 'presence_penalty', 'logprobs', 'top_logprobs', 'response_format', 'reasoning_effort'],
  ...['reasoning', 'user', 'service_tier', 'verbosity'],
]);
const REASONING_FIELDS = new Set(['effort', 'max_tokens', 'enabled', 'exclude']);
const STREAM_FIELDS = new Set(['include_usage']);
const FORMAT_FIELDS = new Set(['type', 'json_schema']);

/** A client's body → hub. Throws `invalid_request` that names the field; what it does not know it keeps. */
export function readRequest(body: JsonObject): ChatRequest {
  const streamOptions = object(body, 'stream_options');
  const request: ChatRequest = {
    dialect: NAME,
    model: optional(body, 'model', 'string') ?? '',
    messages: readMessages(body.messages),
    tools: readTools(body),
    stream: optional(body, 'stream', 'boolean') ?? false,
    streamUsage: (streamOptions && optional(streamOptions, 'include_usage', 'boolean', 'stream_options.')) ?? false,
  };
  put(request, 'toolChoice', readToolChoice(body));
  put(request, 'parallelToolCalls', optional(body, 'parallel_tool_calls', 'boolean'));
  readSampling(body, request);
  const format = readFormat(body);
  put(request, 'format', format);
  put(request, 'reasoning', readReasoning(body));
  put(request, 'user', optional(body, 'user', 'string'));
  put(request, 'serviceTier', optional(body, 'service_tier', 'string'));
  put(request, 'verbosity', optional(body, 'verbosity', 'string'));
  readExtra(body, request, format === undefined);
  return request;
}

function object(body: JsonObject, key: string): JsonObject | undefined {
  const value = body[key] ?? undefined;
  return value === undefined || isObject(value) ? value : refuse(key, 'an object');
}

function readSampling(body: JsonObject, request: ChatRequest): void {
  const limit = optional(body, 'max_completion_tokens', 'number') ?? optional(body, 'max_tokens', 'number');
  put(request, 'maxOutputTokens', limit);
  put(request, 'temperature', optional(body, 'temperature', 'number'));
  put(request, 'topP', optional(body, 'top_p', 'number'));
  put(request, 'topK', optional(body, 'top_k', 'number'));
  put(request, 'seed', optional(body, 'seed', 'number'));
  put(request, 'frequencyPenalty', optional(body, 'frequency_penalty', 'number'));
  put(request, 'presencePenalty', optional(body, 'presence_penalty', 'number'));
  put(request, 'count', optional(body, 'n', 'number'));
  put(request, 'stop', readStop(body.stop));
  const top = optional(body, 'top_logprobs', 'number');
  if (optional(body, 'logprobs', 'boolean')) request.logprobs = top === undefined ? {} : { top };
}

function readStop(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return [value];
  const strings = Array.isArray(value) && value.every((each): each is string => typeof each === 'string');
  return strings ? value : refuse('stop', 'a string or an array of strings');
}

/** `response_format`; one of a type that we do not know stays with the unknown fields. */
function readFormat(body: JsonObject): ReplyFormat | undefined {
  const raw = object(body, 'response_format');
  if (raw === undefined) return undefined;
  if (raw.type === 'text') return { type: 'text' };
  if (raw.type === 'json_object') return { type: 'json' };
  if (raw.type !== 'json_schema') return undefined;
  const inner = raw.json_schema;
  if (!isObject(inner)) return refuse('response_format.json_schema', 'an object');
  const format: ReplyFormat = { type: 'schema', schema: inner.schema };
  put(format, 'name', optional(inner, 'name', 'string', 'response_format.json_schema.'));
  put(format, 'description', optional(inner, 'description', 'string', 'response_format.json_schema.'));
  put(format, 'strict', optional(inner, 'strict', 'boolean', 'response_format.json_schema.'));
  return format;
}

/** `reasoning_effort`, and OpenRouter's `reasoning`, whose `enabled` alone leaves the measure to the model. */
function readReasoning(body: JsonObject): Reasoning | undefined {
  const reasoning: Reasoning = {};
  const raw = object(body, 'reasoning');
  if (raw !== undefined) {
    put(reasoning, 'effort', optional(raw, 'effort', 'string', 'reasoning.'));
    put(reasoning, 'budgetTokens', optional(raw, 'max_tokens', 'number', 'reasoning.'));
    const enabled = optional(raw, 'enabled', 'boolean', 'reasoning.');
    if (enabled === false) reasoning.effort = 'none';
    else if (enabled && reasoning.effort === undefined && reasoning.budgetTokens === undefined)
      reasoning.adaptive = true;
    const exclude = optional(raw, 'exclude', 'boolean', 'reasoning.');
    if (exclude !== undefined) reasoning.visible = !exclude;
  }
  put(reasoning, 'effort', optional(body, 'reasoning_effort', 'string'));
  return Object.keys(reasoning).length > 0 ? reasoning : undefined;
}

function readExtra(body: JsonObject, request: ChatRequest, keepFormat: boolean): void {
  const fields: JsonObject = { ...unknownFields(body, FIELDS)?.fields };
  const keep = (key: string, known: ReadonlySet<string>): void => {
    const raw = body[key];
    const rest = isObject(raw) ? unknownFields(raw, known) : undefined;
    if (rest !== undefined) fields[key] = rest.fields;
  };
  keep('reasoning', REASONING_FIELDS);
  keep('stream_options', STREAM_FIELDS);
  if (keepFormat && isObject(body.response_format)) fields.response_format = body.response_format;
  else keep('response_format', FORMAT_FIELDS);
  if (Object.keys(fields).length > 0) request.extra = { dialect: NAME, fields };
}
