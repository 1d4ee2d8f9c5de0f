import type { ChatRequest, JsonObject, Message, Part, ThinkingPart, ToolCallPart, ToolResultPart } from '../../chat.ts';
import { callId, shortId } from './calls.ts';
import { writeMedia } from './media.ts';
import { writeThinking } from './thinking.ts';
import { NAME, put, type Writing, writeCache, writeExtra } from './wire.ts';

/**
 * Messages in the order of the request. A tool message answers one call and holds text only, so media of tool results move to
 * a user message behind the last tool message of the row.
 */
export function writeMessages(request: ChatRequest, writing: Writing): JsonObject[] {
  const written: JsonObject[] = [];
  let moved: JsonObject[] = [];
  const settle = (): void => {
    if (moved.length > 0) written.push({ role: 'user', content: moved });
    moved = [];
  };
  request.messages.forEach((message, at) => {
    const path = `messages[${at}]`;
    const results = message.role === 'assistant' ? [] : message.parts.filter((part) => part.type === 'toolResult');
    for (const result of results) {
      const answer = writeToolResult(result, path, writing);
      if (results.length === 1 && message.role === 'tool')
        writeExtra(answer.message, message.extra, `${path}.`, writing.lose);
      written.push(answer.message);
      moved.push(...answer.media);
    }
    if (results.length > 0 && results.length === message.parts.length) return;
    settle();
    written.push(
      message.role === 'assistant' ? writeAssistant(message, path, writing) : writePlain(message, path, writing),
    );
  });
  settle();
  return written;
}

function writeToolResult(
  result: ToolResultPart,
  path: string,
  writing: Writing,
): { message: JsonObject; media: JsonObject[] } {
  const media: JsonObject[] = [];
  const texts: JsonObject[] = [];
  result.parts.forEach((part, at) => {
    const where = `${path}.content[${at}]`;
    const written = writePart(part, where, writing);
    if (written === undefined) return;
    if (part.type !== 'media' || written.type === 'text') texts.push(written);
    else {
      if (media.length === 0) media.push({ type: 'text', text: `Attached to the result of tool call ${result.id}:` });
      writing.lose(where, 'media of a tool result moved to a user message');
      media.push(written);
    }
  });
  if (result.isError) writing.lose(`${path}.is_error`, 'tool results cannot be marked as failed');
  const content =
    texts.length === 0 && media.length > 0 ? 'See the attachment in the next user message.' : compact(texts);
  const message: JsonObject = { role: 'tool', tool_call_id: idOf(result.id, writing), content };
  if (!writing.has('noNames')) put(message, 'name', result.name);
  return { message, media };
}

/** A lone text without other fields as a string, which is all that some providers take. */
function compact(parts: JsonObject[]): string | JsonObject[] {
  const [first, ...others] = parts;
  if (first === undefined) return '';
  return others.length === 0 && typeof first.text === 'string' && Object.keys(first).length === 2 ? first.text : parts;
}

function writePlain(message: Message, path: string, writing: Writing): JsonObject {
  const content: JsonObject[] = [];
  message.parts.forEach((part, at) => {
    const written = part.type === 'toolResult' ? undefined : writePart(part, `${path}.content[${at}]`, writing);
    if (written !== undefined) content.push(written);
  });
  return finish({ role: writeRole(message.role, writing), content: compact(content) }, message, path, writing);
}

/** What stands beside tool results is the user's. */
function writeRole(role: Message['role'], writing: Writing): Message['role'] {
  if (role === 'tool') return 'user';
  return role === 'developer' && writing.has('systemRole') ? 'system' : role;
}

function finish(written: JsonObject, message: Message, path: string, writing: Writing): JsonObject {
  if (!writing.has('noNames')) put(written, 'name', message.name);
  else if (message.name !== undefined) writing.lose(`${path}.name`, 'the provider knows no names of speakers');
  writeExtra(written, message.extra, `${path}.`, writing.lose);
  return written;
}

function writeAssistant(message: Message, path: string, writing: Writing): JsonObject {
  const content: JsonObject[] = [];
  const calls: JsonObject[] = [];
  const thinking: ThinkingPart[] = [];
  message.parts.forEach((part, at) => {
    const where = `${path}.content[${at}]`;
    if (part.type === 'toolCall') calls.push(writeToolCall(part, where, writing));
    else if (part.type === 'thinking' && !writing.has('thinkingParts')) thinking.push(part);
    else if (part.type === 'media' || part.type === 'toolResult')
      writing.lose(where, `an assistant message cannot hold ${part.type === 'media' ? part.kind : 'tool results'}`);
    else {
      const written = writePart(part, where, writing);
      const isCall = part.type === 'opaque' && part.label.startsWith('tool_calls.');
      if (written !== undefined) (isCall ? calls : content).push(written);
    }
  });
  const written: JsonObject = {
    role: 'assistant',
    content: calls.length > 0 && content.length === 0 ? null : compact(content),
  };
  const [only] = content;
  if (content.length === 1 && only?.type === 'refusal' && Object.keys(only).length === 2) {
    written.content = null;
    written.refusal = only.refusal;
  }
  writeThinking(written, thinking, `${path}.content`, writing);
  if (calls.length > 0) written.tool_calls = calls;
  return finish(written, message, path, writing);
}

function writeToolCall(part: ToolCallPart, at: string, writing: Writing): JsonObject {
  const kind = writing.has('functionsOnly') ? 'function' : part.kind;
  const inner =
    part.kind === 'custom' && kind === 'function'
      ? { name: part.name, arguments: JSON.stringify({ input: part.input }) }
      : part.kind === 'custom'
        ? { name: part.name, input: part.input }
        : { name: part.name, arguments: part.input === '' ? '{}' : part.input };
  const written: JsonObject = { id: idOf(part.id, writing), type: kind, [kind]: inner };
  if (part.signature !== undefined) writing.lose(at, 'the provider takes no signature back');
  writeExtra(written, part.extra, `${at}.`, writing.lose);
  writeCache(written, part.cache, at, writing);
  return written;
}

/** Others than OpenAI, which are told by `functionsOnly`, have ids of their own that are longer than OpenAI's may be. */
function idOf(id: string, { has }: Writing): string {
  if (has('shortIds')) return shortId(id);
  return has('functionsOnly') ? id : callId(id);
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
  writeCache(written, part.cache, at, writing);
  return written;
}

function writeKnownPart(part: Exclude<Part, { type: 'opaque' }>, at: string, writing: Writing): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'media':
      return writeMedia(part, at, writing);
    case 'thinking':
      if (writing.has('thinkingParts')) return { type: 'thinking', thinking: [{ type: 'text', text: part.text }] };
      writing.lose(at, 'the provider takes no reasoning back');
      return undefined;
    default:
      writing.lose(at, `no place for ${part.type} here`);
      return undefined;
  }
}
