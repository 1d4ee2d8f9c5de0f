import type { JsonObject, Message, OpaquePart, Part, TextPart, ThinkingPart, ToolCallPart } from '../../chat.ts';
import { readMedia } from './media.ts';
import { joinName } from './namespace.ts';
import { readSignature } from './signature.ts';
import { isObject, NAME, objectsIn, optional, put, refuse, required, unknownFields } from './wire.ts';

/** Ids and states of items say nothing to anyone but the server that stored them. */
const MESSAGE_FIELDS = new Set(['type', 'id', 'status', 'role', 'content', 'phase']);
const CALL_FIELDS = new Set(['type', 'id', 'status', 'call_id', 'name', 'namespace', 'arguments', 'input']);
const OUTPUT_FIELDS = new Set(['type', 'id', 'status', 'call_id', 'output', 'name', 'namespace']);
const REASONING_FIELDS = new Set(['type', 'status', 'summary', 'encrypted_content']);
const PART_FIELDS: Record<string, ReadonlySet<string>> = {
  input_text: new Set(['type', 'text']),
  output_text: new Set(['type', 'text']),
  text: new Set(['type', 'text']),
  refusal: new Set(['type', 'refusal']),
  input_image: new Set(['type', 'image_url', 'file_id', 'detail']),
  input_file: new Set(['type', 'file_data', 'file_url', 'file_id', 'filename']),
  input_audio: new Set(['type', 'input_audio']),
};

/** Items that a model made, beside those whose type ends in `_call`. */
const MADE_BY_MODEL = new Set(['reasoning', 'compaction', 'program', 'mcp_list_tools', 'mcp_approval_request']);

/**
 * `input` as messages. What a model made in one go (reasoning, text, calls) stands in as many items here and is one message in the hub;
 * every other message and tool result is a message of its own. Throws `invalid_request` naming the field that is wrong.
 */
export function readInput(input: unknown): Message[] {
  if (typeof input === 'string') return [{ role: 'user', parts: [{ type: 'text', text: input }] }];
  if (!Array.isArray(input)) return refuse('input', 'a string or an array of items');
  const messages: Message[] = [];
  /** Calls of tools that take free text, whose results have a type of their own. */
  const customCalls = new Set<string>();
  input.forEach((raw: unknown, at) => {
    const path = `input[${at}]`;
    if (!isObject(raw)) refuse(path, 'an object');
    const type = raw.type ?? 'message';
    if (type === 'message') addMessage(messages, raw, path);
    else if (type === 'reasoning') addReasoning(messages, raw);
    else if (type === 'function_call' || type === 'custom_tool_call') {
      const call = readCall(raw, type, `${path}.`);
      if (call.kind === 'custom') customCalls.add(call.id);
      addMade(messages, call);
    } else if (type === 'function_call_output' || type === 'custom_tool_call_output') {
      messages.push({ role: 'tool', parts: [readResult(raw, path, customCalls)] });
    } else addOpaque(messages, raw, String(type));
  });
  return messages;
}

function addMessage(messages: Message[], raw: JsonObject, path: string): void {
  const { role } = raw;
  const parts = readContent(raw.content, `${path}.content`);
  const extra = unknownFields(raw, MESSAGE_FIELDS);
  if (role === 'assistant') {
    const phase = optional(raw, 'phase', 'string', `${path}.`);
    if (phase !== undefined) for (const part of parts) keepField(part, 'phase', phase);
    const message = assistantAtEnd(messages);
    const [first] = parts;
    const before = message.parts.at(-1)?.type;
    // An empty extra tells where one message ended and the next began, when they are written back.
    if ((before === 'text' || before === 'refusal') && first !== undefined && first.type !== 'opaque')
      first.extra ??= { dialect: NAME, fields: {} };
    message.parts.push(...parts);
    if (extra !== undefined) message.extra = { dialect: NAME, fields: { ...message.extra?.fields, ...extra.fields } };
    return;
  }
  if (role !== 'user' && role !== 'system' && role !== 'developer')
    refuse(`${path}.role`, '"user", "assistant", "system" or "developer"');
  const message: Message = { role, parts };
  put(message, 'extra', extra);
  messages.push(message);
}

function keepField(part: Part, key: string, value: unknown): void {
  if (part.type !== 'opaque') part.extra = { dialect: NAME, fields: { ...part.extra?.fields, [key]: value } };
}

function assistantAtEnd(messages: Message[]): Message {
  const last = messages.at(-1);
  if (last?.role === 'assistant') return last;
  const message: Message = { role: 'assistant', parts: [] };
  messages.push(message);
  return message;
}

function addMade(messages: Message[], part: Part): void {
  assistantAtEnd(messages).parts.push(part);
}

/** Reasoning, or the proof of the call before it, which has no field of its own. */
function addReasoning(messages: Message[], raw: JsonObject): void {
  const proof = readSignature(raw.encrypted_content);
  if (proof?.signed !== 'call') {
    addMade(messages, readReasoning(raw));
    return;
  }
  const call = assistantAtEnd(messages).parts.findLast((part) => part.type === 'toolCall');
  if (call !== undefined) call.signature = proof.signature;
}

/** An item without a meaning in the hub goes where it leaves no empty message behind when another dialect drops it. */
function addOpaque(messages: Message[], raw: JsonObject, type: string): void {
  const part: OpaquePart = { type: 'opaque', dialect: NAME, label: type, value: raw };
  const last = messages.at(-1);
  if (type.endsWith('_call') || MADE_BY_MODEL.has(type)) addMade(messages, part);
  else if (last !== undefined && last.role !== 'tool') last.parts.push(part);
  else messages.push({ role: raw.role === 'developer' ? 'developer' : 'user', parts: [part] });
}

function readContent(content: unknown, path: string): Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return refuse(path, 'a string or an array of parts');
  return content.map((raw: unknown, at) => readPart(raw, `${path}[${at}]`));
}

function readPart(raw: unknown, path: string): Part {
  if (!isObject(raw)) return refuse(path, 'an object');
  const type = required(raw, 'type', `${path}.`);
  const known = PART_FIELDS[type];
  const part = known === undefined ? undefined : readKnownPart(raw, type, path);
  if (known === undefined || part === undefined)
    return { type: 'opaque', dialect: NAME, label: `content.${type}`, value: raw };
  // Its mode stays among the unknown fields.
  if (isObject(raw.prompt_cache_breakpoint)) part.cache = {};
  put(part, 'extra', unknownFields(raw, known));
  return part;
}

function readKnownPart(raw: JsonObject, type: string, path: string): Exclude<Part, OpaquePart> | undefined {
  if (type === 'refusal') return { type, text: required(raw, 'refusal', `${path}.`) };
  return readMedia(raw, path) ?? ({ type: 'text', text: required(raw, 'text', `${path}.`) } satisfies TextPart);
}

/** The parts of a summary become one text; where it is not one part, and where there is more than a summary, they are kept as they were. */
function readReasoning(raw: JsonObject): ThinkingPart {
  const summary = textsOf(raw.summary);
  const content = textsOf(raw.content);
  const texts = content.length > 0 ? content : summary;
  const part: ThinkingPart = { type: 'thinking', text: texts.join('\n\n') };
  const proof = readSignature(raw.encrypted_content);
  if (proof !== undefined) part.signature = proof.signature;
  if (proof?.signed === 'redacted') part.redacted = true;
  const extra = unknownFields(raw, REASONING_FIELDS);
  const kept = summary.length > 1 || (summary.length > 0 && content.length > 0) ? { summary: raw.summary } : {};
  if (part.signature?.by !== NAME && part.signature !== undefined) return part;
  const fields = { ...extra?.fields, ...kept };
  if (Object.keys(fields).length > 0) part.extra = { dialect: NAME, fields };
  return part;
}

/** Texts of `summary` or `content` of a reasoning item; empty ones say nothing. */
export function textsOf(value: unknown): string[] {
  return objectsIn(value).flatMap(({ text }) => (typeof text === 'string' && text !== '' ? [text] : []));
}

function readCall(raw: JsonObject, type: string, at: string): ToolCallPart {
  const kind = type === 'custom_tool_call' ? 'custom' : 'function';
  const name = required(raw, 'name', at);
  const call: ToolCallPart = {
    type: 'toolCall',
    id: required(raw, 'call_id', at),
    name: joinName(raw.namespace, name),
    input: required(raw, kind === 'custom' ? 'input' : 'arguments', at),
    kind,
  };
  put(call, 'extra', unknownFields(raw, CALL_FIELDS));
  if (raw.namespace === name) keepField(call, 'namespace', name);
  return call;
}

function readResult(raw: JsonObject, path: string, customCalls: ReadonlySet<string>): Part {
  const id = required(raw, 'call_id', `${path}.`);
  const part: Part = { type: 'toolResult', id, parts: readContent(raw.output, `${path}.output`) };
  put(part, 'extra', unknownFields(raw, OUTPUT_FIELDS));
  if (raw.type === 'custom_tool_call_output' && !customCalls.has(id)) keepField(part, 'type', raw.type);
  return part;
}
