import type {
  ChatRequest,
  JsonObject,
  MediaPart,
  Message,
  Part,
  ThinkingPart,
  ToolCallPart,
  ToolResultPart,
} from '../../chat.ts';
import { writeMedia } from './media.ts';
import { splitName } from './namespace.ts';
import { PLACES_ITSELF } from './tools.ts';
import { callId, NAME, put, type Writing, writeExtra } from './wire.ts';

export interface WrittenInput {
  instructions?: string;
  input: JsonObject[];
}

/** Messages as items, in the order of the request; each run of content between calls and results is one message. */
export function writeInput(request: ChatRequest, writing: Writing): WrittenInput {
  const written: WrittenInput = { input: [] };
  const customCalls = new Set<string>();
  request.messages.forEach((message, at) => {
    const [only, more] = message.parts;
    if (at === 0 && isInstructions(message) && only?.type === 'text' && more === undefined) {
      written.instructions = only.text;
      return;
    }
    const writer = { path: `messages[${at}]`, customCalls, input: written.input, writing };
    if (message.role === 'assistant') writeAssistant(message, writer);
    else writePlain(message, writer);
  });
  return written;
}

interface ItemWriter {
  path: string;
  customCalls: Set<string>;
  input: JsonObject[];
  writing: Writing;
}

/** The reader marks `instructions` with an empty extra. */
function isInstructions({ role, extra }: Message): boolean {
  return role === 'system' && extra?.dialect === NAME && Object.keys(extra.fields).length === 0;
}

/** An item is what has no `content.` before its label. */
const isItem = (part: Part): boolean =>
  part.type === 'opaque' && part.dialect === NAME && !part.label.startsWith('content.');

function writePlain(message: Message, { path, customCalls, input, writing }: ItemWriter): void {
  let content: JsonObject[] = [];
  const settle = (): void => {
    if (content.length > 0)
      input.push(finish({ type: 'message', role: roleOf(message), content }, message, path, writing));
    content = [];
  };
  message.parts.forEach((part, at) => {
    const where = `${path}.content[${at}]`;
    if (part.type === 'toolResult') {
      settle();
      input.push(writeResult(part, customCalls, where, writing));
    } else if (part.type === 'opaque' && isItem(part)) {
      settle();
      input.push(part.value as JsonObject);
    } else {
      const written = writePart(part, where, writing);
      if (written !== undefined) content.push(written);
    }
  });
  settle();
}

/** What stands beside tool results is the user's. */
const roleOf = ({ role }: Message): Message['role'] => (role === 'tool' ? 'user' : role);

function finish(item: JsonObject, message: Message, path: string, { lose }: Writing): JsonObject {
  if (message.name !== undefined) lose(`${path}.name`, 'messages have no name here');
  writeExtra(item, message.extra, `${path}.`, lose);
  return item;
}

function writeAssistant(message: Message, { path, customCalls, input, writing }: ItemWriter): void {
  let content: JsonObject[] = [];
  let phase: unknown;
  const settle = (): void => {
    if (content.length > 0) {
      const item: JsonObject = { type: 'message', role: 'assistant', content: compact(content) };
      put(item, 'phase', phase);
      input.push(finish(item, message, path, writing));
    }
    content = [];
  };
  const add = (item: JsonObject | undefined): void => {
    settle();
    if (item !== undefined) input.push(item);
  };
  message.parts.forEach((part, at) => {
    const where = `${path}.content[${at}]`;
    if (part.type === 'toolCall') {
      if (part.kind === 'custom') customCalls.add(part.id);
      add(writeCall(part, where, writing));
    } else if (part.type === 'thinking') add(writeThinking(part, where, writing));
    else if (part.type === 'opaque' && isItem(part)) add(part.value as JsonObject);
    else if (part.type === 'media' || part.type === 'toolResult')
      writing.lose(where, `an assistant message cannot hold ${part.type === 'media' ? part.kind : 'tool results'}`);
    else {
      const written = writeMade(part, where, writing);
      if (written === undefined) return;
      const { phase: own, ...fields } = written;
      if (own !== phase || isBoundary(part)) settle();
      phase = own;
      content.push(fields);
    }
  });
  settle();
}

/** The reader marks the first part of a message that follows another with an empty extra. */
const isBoundary = (part: Part): boolean =>
  part.type !== 'opaque' && part.extra?.dialect === NAME && Object.keys(part.extra.fields).length === 0;

/** A lone text as a string: the one form of an assistant's message that needs no id. */
function compact(content: JsonObject[]): string | JsonObject[] {
  const [only, ...others] = content;
  return others.length === 0 && typeof only?.text === 'string' && Object.keys(only).length <= 3 ? only.text : content;
}

function writeMade(part: Exclude<Part, MediaPart>, at: string, writing: Writing): JsonObject | undefined {
  const written = writePart(part, at, writing);
  if (part.type !== 'text' || written === undefined) return written;
  return { ...written, type: 'output_text', annotations: written.annotations ?? [] };
}

function writePart(part: Part, at: string, writing: Writing): JsonObject | undefined {
  if (part.type === 'opaque') {
    if (part.dialect === NAME) return part.value as JsonObject;
    writing.lose(at, `${part.label} is known to ${part.dialect} only`);
    return undefined;
  }
  const written = writeKnownPart(part, at, writing);
  if (written === undefined) return undefined;
  writeExtra(written, part.extra, `${at}.`, writing.lose);
  if (part.cache !== undefined && written.prompt_cache_breakpoint === undefined)
    writing.lose(`${at}.cache_control`, PLACES_ITSELF);
  return written;
}

function writeKnownPart(part: Exclude<Part, { type: 'opaque' }>, at: string, writing: Writing): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'media':
      return writeMedia(part, at, writing);
    default:
      writing.lose(at, `no place for ${part.type} here`);
      return undefined;
  }
}

function writeCall(part: ToolCallPart, at: string, writing: Writing): JsonObject {
  const named = writing.dialect === NAME ? splitName(part.name) : { name: part.name };
  const item: JsonObject =
    part.kind === 'custom'
      ? { type: 'custom_tool_call', call_id: callId(part.id), ...named, input: part.input }
      : { type: 'function_call', call_id: callId(part.id), ...named, arguments: part.input === '' ? '{}' : part.input };
  if (part.signature !== undefined) writing.lose(at, 'a signature goes back to its maker only');
  if (part.cache !== undefined) writing.lose(`${at}.cache_control`, PLACES_ITSELF);
  writeExtra(item, part.extra, `${at}.`, writing.lose);
  return item;
}

/** Reasoning goes home with its proof, or, at providers that encrypt none, as text. */
function writeThinking(part: ThinkingPart, at: string, writing: Writing): JsonObject | undefined {
  const { signature, text, extra } = part;
  const own = extra?.dialect === NAME ? extra.fields : {};
  const isText = 'content' in own || (signature === undefined && writing.has('reasoningText'));
  if (signature !== undefined && signature.by !== NAME) {
    writing.lose(at, 'a signature goes back to its maker only');
    return undefined;
  }
  if (signature === undefined && !isText && writing.dialect !== NAME) {
    writing.lose(at, 'the provider takes back no reasoning but its own');
    return undefined;
  }
  const summary = text === '' || isText ? [] : [{ type: 'summary_text', text }];
  const item: JsonObject = { type: 'reasoning', summary, ...own };
  if (isText && !('content' in own)) item.content = [{ type: 'reasoning_text', text }];
  if (signature !== undefined) item.encrypted_content = signature.value;
  if (extra !== undefined && extra.dialect !== NAME) writeExtra(item, extra, `${at}.`, writing.lose);
  return item;
}

function writeResult(part: ToolResultPart, customCalls: ReadonlySet<string>, at: string, writing: Writing): JsonObject {
  const parts = part.parts.flatMap((each, index) => {
    const written = writePart(each, `${at}.content[${index}]`, writing);
    return written === undefined ? [] : [written];
  });
  const [only, ...others] = parts;
  const isText = others.length === 0 && only?.type === 'input_text' && Object.keys(only).length === 2;
  const item: JsonObject = {
    type: customCalls.has(part.id) ? 'custom_tool_call_output' : 'function_call_output',
    call_id: callId(part.id),
    output: only === undefined ? '' : isText ? only?.text : parts,
  };
  if (part.isError) writing.lose(`${at}.is_error`, 'tool results cannot be marked as failed');
  if (part.cache !== undefined) writing.lose(`${at}.cache_control`, PLACES_ITSELF);
  if (part.extra === undefined) return item;
  const { type, ...fields } = part.extra.fields;
  if (part.extra.dialect === NAME && typeof type === 'string') item.type = type;
  writeExtra(item, { dialect: part.extra.dialect, fields }, `${at}.`, writing.lose);
  return item;
}
