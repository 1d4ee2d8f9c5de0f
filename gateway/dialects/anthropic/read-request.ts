import type { ChatRequest, JsonObject, Message, Reasoning, ReplyFormat, Tool } from '../../chat.ts';
import { readCacheMark, readContent } from './blocks.ts';
import {
  invalid,
  isObject,
  leftover,
  listAt,
  objectAt,
  optionalBoolean,
  optionalNumber,
  optionalText,
  textAt,
} from './wire.ts';

const REQUEST = new Set(
  (
    'model messages system tools tool_choice max_tokens temperature top_p top_k stop_sequences stream metadata ' +
    'service_tier thinking output_config output_format'
  ).split(' '),
);
const MESSAGE = new Set(['role', 'content']);
const TOOL = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control']);
const METADATA = new Set(['user_id']);

/**
 * A body of `POST /v1/messages` as a chat request. `system` becomes the first message; blocks, tool results among them,
 * stay in the message that holds them. Throws `invalid_request` that names the field.
 */
export function readRequest(body: JsonObject): ChatRequest {
  const request: ChatRequest = {
    dialect: 'anthropic',
    model: optionalText(body.model, 'model') ?? '',
    messages: [...readSystem(body.system), ...listAt(body.messages, 'messages').map(readMessage)],
    tools: body.tools === undefined || body.tools === null ? [] : listAt(body.tools, 'tools').map(readTool),
    stream: optionalBoolean(body.stream, 'stream') ?? false,
    streamUsage: true,
  };
  const extra = { ...leftover(body, REQUEST)?.fields };
  readLimits(request, body);
  readToolChoice(request, body.tool_choice);
  readMetadata(request, body.metadata, extra);
  readThinking(request, body, extra);
  if (Object.keys(extra).length > 0) request.extra = { dialect: 'anthropic', fields: extra };
  return request;
}

function readSystem(system: unknown): Message[] {
  if (system === undefined || system === null || system === '') return [];
  return [{ role: 'system', parts: readContent(system, 'system') }];
}

function readMessage(value: unknown, index: number): Message {
  const field = `messages[${index}]`;
  const message = objectAt(value, field);
  const role = message.role;
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    throw invalid(`${field}.role`, 'must be user, assistant or system.');
  }
  const extra = leftover(message, MESSAGE);
  const parts = readContent(message.content, `${field}.content`);
  return { role, parts, ...(extra === undefined ? {} : { extra }) };
}

/** Tools with a type other than `custom` are run by Anthropic, or have a schema that only Claude knows. */
function readTool(value: unknown, index: number): Tool {
  const field = `tools[${index}]`;
  const tool = objectAt(value, field);
  const type = optionalText(tool.type, `${field}.type`) ?? 'custom';
  if (type !== 'custom') {
    return { kind: 'hosted', name: optionalText(tool.name, `${field}.name`) ?? type, value: tool };
  }
  const result: Tool = { kind: 'function', name: textAt(tool.name, `${field}.name`) };
  const description = optionalText(tool.description, `${field}.description`);
  const strict = optionalBoolean(tool.strict, `${field}.strict`);
  const cache = readCacheMark(tool.cache_control);
  const extra = leftover(tool, TOOL);
  if (description !== undefined) result.description = description;
  if (tool.input_schema !== undefined) result.schema = tool.input_schema;
  if (strict !== undefined) result.strict = strict;
  if (cache !== undefined) result.cache = cache;
  if (extra !== undefined) result.extra = extra;
  return result;
}

function readLimits(request: ChatRequest, body: JsonObject): void {
  const maxOutputTokens = optionalNumber(body.max_tokens, 'max_tokens');
  const temperature = optionalNumber(body.temperature, 'temperature');
  const topP = optionalNumber(body.top_p, 'top_p');
  const topK = optionalNumber(body.top_k, 'top_k');
  const serviceTier = optionalText(body.service_tier, 'service_tier');
  if (maxOutputTokens !== undefined) request.maxOutputTokens = maxOutputTokens;
  if (temperature !== undefined) request.temperature = temperature;
  if (topP !== undefined) request.topP = topP;
  if (topK !== undefined) request.topK = topK;
  if (serviceTier !== undefined) request.serviceTier = serviceTier;
  if (body.stop_sequences !== undefined && body.stop_sequences !== null) {
    request.stop = listAt(body.stop_sequences, 'stop_sequences').map((stop, i) => textAt(stop, `stop_sequences[${i}]`));
  }
}

function readToolChoice(request: ChatRequest, value: unknown): void {
  if (value === undefined || value === null) return;
  const choice = objectAt(value, 'tool_choice');
  switch (choice.type) {
    case 'auto':
    case 'none':
      request.toolChoice = { mode: choice.type };
      break;
    case 'any':
      request.toolChoice = { mode: 'required' };
      break;
    case 'tool':
      request.toolChoice = { mode: 'tool', name: textAt(choice.name, 'tool_choice.name') };
      break;
    default:
      throw invalid('tool_choice.type', 'must be auto, any, tool or none.');
  }
  const single = optionalBoolean(choice.disable_parallel_tool_use, 'tool_choice.disable_parallel_tool_use');
  if (single !== undefined) request.parallelToolCalls = !single;
}

function readMetadata(request: ChatRequest, value: unknown, extra: JsonObject): void {
  if (value === undefined || value === null) return;
  const metadata = objectAt(value, 'metadata');
  const user = optionalText(metadata.user_id, 'metadata.user_id');
  if (user !== undefined) request.user = user;
  const rest = leftover(metadata, METADATA);
  if (rest !== undefined) extra.metadata = rest.fields;
}

/** `thinking`, `output_config` and the older `output_format`; what the hub has no word for stays in `extra` whole. */
function readThinking(request: ChatRequest, body: JsonObject, extra: JsonObject): void {
  const reasoning: Reasoning = {};
  const thinking = isObject(body.thinking) ? body.thinking : undefined;
  if (body.thinking !== undefined && body.thinking !== null && !thinking)
    throw invalid('thinking', 'must be an object.');
  if (thinking?.type === 'enabled') {
    const budget = optionalNumber(thinking.budget_tokens, 'thinking.budget_tokens');
    if (budget === undefined) throw invalid('thinking.budget_tokens', 'is missing.');
    reasoning.budgetTokens = budget;
  } else if (thinking?.type === 'adaptive') reasoning.adaptive = true;
  else if (thinking?.type === 'disabled') reasoning.effort = 'none';
  else if (thinking) extra.thinking = thinking;
  if (thinking?.display === 'summarized') reasoning.visible = true;
  if (thinking?.display === 'omitted') reasoning.visible = false;

  const config = body.output_config === undefined || body.output_config === null ? {} : body.output_config;
  const { effort, format, ...rest } = objectAt(config, 'output_config');
  const word = optionalText(effort, 'output_config.effort');
  // Switched-off thinking still has an effort: it governs the length of the answer.
  if (word !== undefined && reasoning.effort === 'none') rest.effort = word;
  else if (word !== undefined) reasoning.effort = word;
  readFormat(request, format ?? body.output_format, rest);
  if (Object.keys(rest).length > 0) extra.output_config = rest;
  if (Object.keys(reasoning).length > 0) request.reasoning = reasoning;
}

function readFormat(request: ChatRequest, value: unknown, rest: JsonObject): void {
  if (value === undefined || value === null) return;
  const format = objectAt(value, 'output_config.format');
  if (format.type === 'json_schema') {
    request.format = { type: 'schema', schema: format.schema, strict: true } satisfies ReplyFormat;
  } else rest.format = format;
}
