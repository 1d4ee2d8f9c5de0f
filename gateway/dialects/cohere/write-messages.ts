import type { JsonObject, MediaPart, Message, Part, ToolResultPart } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import type { Writing } from './wire.ts';

/**
 * Messages in the order of the request. A tool message answers one call and holds text only, so images of results move to a user message
 * behind the last tool message of the row.
 */
export function writeMessages(writing: Writing): JsonObject[] {
  const written: JsonObject[] = [];
  let moved: JsonObject[] = [];
  const settle = (): void => {
    if (moved.length > 0) written.push({ role: 'user', content: moved });
    moved = [];
  };
  for (const [index, message] of writing.request.messages.entries()) {
    const path = `messages[${index}]`;
    reportMessage(message, writing);
    const results = message.role === 'assistant' ? [] : message.parts.filter((part) => part.type === 'toolResult');
    for (const result of results) {
      const answer = writeResult(result, path, writing);
      written.push(answer.message);
      moved.push(...answer.media);
    }
    if (results.length > 0 && results.length === message.parts.length) continue;
    settle();
    const said =
      message.role === 'assistant' ? writeAssistant(message, path, writing) : writePlain(message, path, writing);
    if (said !== undefined) written.push(said);
  }
  settle();
  return written;
}

function reportMessage({ name, extra }: Message, { lose }: Writing): void {
  if (name !== undefined) lose('messages[].name', 'Cohere knows no names of speakers');
  for (const key in extra?.fields) lose(`messages[].${key}`, 'Cohere has no such field');
}

function writePlain(message: Message, path: string, writing: Writing): JsonObject | undefined {
  const role = message.role === 'system' || message.role === 'developer' ? 'system' : 'user';
  const content = message.parts.flatMap((part) =>
    part.type === 'toolResult' ? [] : writeContent(part, path, writing),
  );
  return content.length === 0 && message.parts.length > 0 ? undefined : { role, content: compact(content) };
}

/** What a message of any role can hold: text, and images. */
function writeContent(part: Part, path: string, writing: Writing): JsonObject[] {
  const { lose } = writing;
  reportPart(part, writing);
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'refusal':
      lose('messages[].refusal', 'sent as text');
      return [{ type: 'text', text: part.text }];
    case 'media':
      return [writeMedia(part, path, writing)];
    default:
      lose(`messages[].${part.type === 'opaque' ? part.label : part.type}`, 'Cohere has no place for it');
      return [];
  }
}

function reportPart(part: Part, { lose }: Writing): void {
  if (part.type === 'opaque') return;
  if (part.cache !== undefined) lose('cache_control', 'Cohere chooses itself what to cache');
  for (const key in part.extra?.fields) lose(`messages[].content.${key}`, 'Cohere has no such field');
}

function compact(parts: JsonObject[]): string | JsonObject[] {
  const [first, more] = parts;
  if (first === undefined) return '';
  return more === undefined && first.type === 'text' ? String(first.text) : parts;
}

/** Text documents go as text; a model that sees takes images by address or as a data URL. Throws `unsupported` for the rest. */
function writeMedia(part: MediaPart, path: string, { lose }: Writing): JsonObject {
  const { kind, source, mime, detail } = part;
  if (source.from === 'text') {
    lose(path, 'a text document was sent as plain text');
    return { type: 'text', text: source.text };
  }
  if (kind !== 'image' || source.from === 'file') {
    const message =
      `${path}: Cohere takes text and images, not ${kind} ${source.from === 'file' ? 'by id' : ''}`.trim();
    throw new GatewayError('unsupported', `${message}. Choose another model.`, { field: path });
  }
  const url = source.from === 'url' ? source.url : `data:${mime ?? 'image/png'};base64,${source.data}`;
  return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) } };
}

/** Beside calls reasoning stands in `tool_plan`, else in the content. A signature says that it is another provider's: that stays behind. */
function writeAssistant(message: Message, path: string, writing: Writing): JsonObject | undefined {
  const { lose } = writing;
  const calls: JsonObject[] = [];
  const content: JsonObject[] = [];
  const thoughts: string[] = [];
  for (const part of message.parts) {
    if (part.type === 'toolCall') {
      reportPart(part, writing);
      if (part.signature !== undefined)
        lose('messages[].tool_calls', `a signature by ${part.signature.by} stays with its maker`);
      calls.push({ id: part.id, type: 'function', function: { name: part.name, arguments: readInput(part) } });
    } else if (part.type === 'thinking') {
      if (part.signature !== undefined)
        lose('messages[].thinking', `it is signed by ${part.signature.by} and stays with its maker`);
      else if (part.text !== '') thoughts.push(part.text);
    } else if (part.type === 'media' || part.type === 'toolResult')
      lose(path, `an assistant message cannot hold ${part.type}`);
    else content.push(...writeContent(part, path, writing));
  }
  const thought = thoughts.join('\n\n');
  if (calls.length > 0) {
    return {
      role: 'assistant',
      ...(thought === '' ? {} : { tool_plan: thought }),
      ...(content.length === 0 ? {} : { content: compact(content) }),
      tool_calls: calls,
    };
  }
  if (thought !== '') content.unshift({ type: 'thinking', thinking: thought });
  return content.length === 0 ? undefined : { role: 'assistant', content: compact(content) };
}

function readInput({ kind, input }: Extract<Part, { type: 'toolCall' }>): string {
  if (kind === 'custom') return JSON.stringify({ input });
  return input === '' ? '{}' : input;
}

function writeResult(
  result: ToolResultPart,
  path: string,
  writing: Writing,
): { message: JsonObject; media: JsonObject[] } {
  const { lose } = writing;
  reportPart(result, writing);
  const media: JsonObject[] = [];
  const texts: JsonObject[] = [];
  for (const part of result.parts) {
    for (const written of writeContent(part, path, writing)) {
      if (written.type === 'text') texts.push(written);
      else {
        if (media.length === 0) media.push({ type: 'text', text: `Attached to the result of tool call ${result.id}:` });
        media.push(written);
        lose(path, 'images of a tool result moved to a user message');
      }
    }
  }
  if (result.isError) lose('messages[].is_error', 'tool results cannot be marked as failed');
  const content =
    texts.length === 0 && media.length > 0 ? 'See the attachment in the next user message.' : compact(texts);
  return { message: { role: 'tool', tool_call_id: result.id, content }, media };
}
