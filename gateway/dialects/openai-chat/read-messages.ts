import type { JsonObject, Message, Part, ToolCallPart } from '../../chat.ts';
import { readMedia } from './media.ts';
import { readThinking, readThinkingPart } from './thinking.ts';
import { isObject, NAME, optional, put, readCache, refuse, required, unknownFields } from './wire.ts';

const COMMON = ['role', 'content', 'name'];
const PLAIN_FIELDS = new Set(COMMON);
const TOOL_FIELDS = new Set([...COMMON, 'tool_call_id']);
const ASSISTANT_FIELDS = new Set([
  ...COMMON,
  'refusal',
  'tool_calls',
  'function_call',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
]);
const CALL_FIELDS = new Set(['id', 'type', 'function', 'custom', 'index']);

/** Fields of a part that are read, by its type; `prompt_cache_breakpoint` stays among the extra ones, its mode and ttl with it. */
const PART_FIELDS: Record<string, ReadonlySet<string>> = {
  text: new Set(['type', 'text', 'cache_control']),
  refusal: new Set(['type', 'refusal', 'cache_control']),
  thinking: new Set(['type', 'thinking', 'cache_control']),
  image_url: new Set(['type', 'image_url', 'cache_control']),
  video_url: new Set(['type', 'video_url', 'cache_control']),
  input_audio: new Set(['type', 'input_audio', 'cache_control']),
  file: new Set(['type', 'file', 'cache_control']),
};

/** Throws `invalid_request` naming the field of the message that is wrong. */
export function readMessages(value: unknown): Message[] {
  if (!Array.isArray(value) || value.length === 0) refuse('messages', 'an array of at least one message');
  return value.map((raw: unknown, at) => {
    if (!isObject(raw)) refuse(`messages[${at}]`, 'an object');
    return readMessage(raw, `messages[${at}]`);
  });
}

function readMessage(raw: JsonObject, path: string): Message {
  const role = raw.role;
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
      return finish({ role, parts: readContent(raw.content, path) }, raw, path, PLAIN_FIELDS);
    case 'assistant':
      return finish({ role, parts: readAssistantParts(raw, path) }, raw, path, ASSISTANT_FIELDS);
    case 'tool':
      return readToolMessage(raw, path, required(raw, 'tool_call_id', `${path}.`));
    case 'function':
      return readToolMessage(raw, path, required(raw, 'name', `${path}.`));
    default:
      return refuse(`${path}.role`, '"system", "developer", "user", "assistant" or "tool"');
  }
}

function finish(message: Message, raw: JsonObject, path: string, known: ReadonlySet<string>): Message {
  put(message, 'name', optional(raw, 'name', 'string', `${path}.`));
  put(message, 'extra', unknownFields(raw, known));
  return message;
}

function readToolMessage(raw: JsonObject, path: string, id: string): Message {
  const result: Part = { type: 'toolResult', id, parts: readContent(raw.content, path) };
  put(result, 'name', optional(raw, 'name', 'string', `${path}.`));
  const message: Message = { role: 'tool', parts: [result] };
  put(message, 'extra', unknownFields(raw, TOOL_FIELDS));
  return message;
}

function readAssistantParts(raw: JsonObject, path: string): Part[] {
  const parts: Part[] = readThinking(raw);
  // Beside tool calls clients send an empty text that stands for none.
  if (raw.content !== '') parts.push(...readContent(raw.content, path));
  const refusal = optional(raw, 'refusal', 'string', `${path}.`);
  if (refusal) parts.push({ type: 'refusal', text: refusal });
  const calls = raw.tool_calls ?? [];
  if (!Array.isArray(calls)) refuse(`${path}.tool_calls`, 'an array');
  calls.forEach((call: unknown, at) => {
    parts.push(readToolCall(call, `${path}.tool_calls[${at}]`));
  });
  const old = raw.function_call;
  if (isObject(old)) parts.push(readToolCall({ id: old.name, function: old }, `${path}.function_call`));
  return parts;
}

function readToolCall(raw: unknown, path: string): Part {
  if (!isObject(raw)) refuse(path, 'an object');
  const type = raw.type ?? 'function';
  if (type !== 'function' && type !== 'custom')
    return { type: 'opaque', dialect: NAME, label: `tool_calls.${String(type)}`, value: raw };
  const inner = raw[type];
  if (!isObject(inner)) refuse(`${path}.${type}`, 'an object');
  const part: ToolCallPart = {
    type: 'toolCall',
    id: required(raw, 'id', `${path}.`),
    name: required(inner, 'name', `${path}.${type}.`),
    input: required(inner, type === 'function' ? 'arguments' : 'input', `${path}.${type}.`),
    kind: type,
  };
  put(part, 'extra', unknownFields(raw, CALL_FIELDS));
  return part;
}

function readContent(content: unknown, path: string): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) refuse(`${path}.content`, 'a string or an array of parts');
  return content.map((raw: unknown, at) => readPart(raw, `${path}.content[${at}]`));
}

function readPart(raw: unknown, path: string): Part {
  if (!isObject(raw)) refuse(path, 'an object');
  const type = required(raw, 'type', `${path}.`);
  const known = PART_FIELDS[type];
  if (known === undefined) return { type: 'opaque', dialect: NAME, label: type, value: raw };
  const part = readKnownPart(raw, type, path);
  put(part, 'cache', readCache(raw));
  put(part, 'extra', unknownFields(raw, known));
  return part;
}

function readKnownPart(raw: JsonObject, type: string, path: string): Exclude<Part, { type: 'opaque' }> {
  if (type === 'text') return { type, text: required(raw, 'text', `${path}.`) };
  if (type === 'refusal') return { type, text: required(raw, 'refusal', `${path}.`) };
  return readMedia(raw, path) ?? readThinkingPart(raw);
}
