import type { CacheMark, Extra, JsonObject, MediaPart, MediaSource, OpaquePart, Part } from '../../chat.ts';
import { readSignature } from './signature.ts';
import { invalid, isObject, leftover, listAt, objectAt, optionalBoolean, optionalText, textAt } from './wire.ts';

const TEXT = new Set(['type', 'text', 'cache_control']);
const MEDIA = new Set(['type', 'source', 'title', 'cache_control']);
const THINKING = new Set(['type', 'thinking', 'signature', 'cache_control']);
const REDACTED = new Set(['type', 'data', 'cache_control']);
const TOOL_USE = new Set(['type', 'id', 'name', 'input', 'cache_control', 'caller']);
const TOOL_RESULT = new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']);

/** One content block, of a request or of a reply, as a part. Throws `invalid_request` under the name of `field`. */
export function readBlock(value: unknown, field: string): Part {
  const block = objectAt(value, field);
  const type = textAt(block.type, `${field}.type`);
  switch (type) {
    case 'text':
      return { type, text: textAt(block.text, `${field}.text`), ...common(block, TEXT) };
    case 'image':
    case 'document':
      return readMedia(block, type, field);
    case 'thinking':
      return {
        type,
        text: textAt(block.thinking ?? '', `${field}.thinking`),
        ...signed(block.signature),
        ...common(block, THINKING),
      };
    case 'redacted_thinking':
      return { type: 'thinking', text: '', redacted: true, ...signed(block.data), ...common(block, REDACTED) };
    case 'tool_use':
      return {
        type: 'toolCall',
        id: textAt(block.id, `${field}.id`),
        name: textAt(block.name, `${field}.name`),
        input: JSON.stringify(block.input ?? {}),
        kind: 'function',
        ...common(block, TOOL_USE),
      };
    case 'tool_result':
      return readToolResult(block, field);
    default:
      return opaque(block, type);
  }
}

/** The content of a message: text stands for one text block. */
export function readContent(content: unknown, field: string): Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return listAt(content, field).map((block, index) => readBlock(block, `${field}[${index}]`));
}

/** The mark of `cache_control`; undefined where it has none, or one of a kind that we do not know. */
export function readCacheMark(control: unknown): CacheMark | undefined {
  if (!isObject(control) || control.type !== 'ephemeral') return undefined;
  return control.ttl === '5m' || control.ttl === '1h' ? { ttl: control.ttl } : {};
}

function readToolResult(block: JsonObject, field: string): Part {
  const { content } = block;
  const isError = optionalBoolean(block.is_error, `${field}.is_error`);
  return {
    type: 'toolResult',
    id: textAt(block.tool_use_id, `${field}.tool_use_id`),
    parts: content === undefined || content === null ? [] : readContent(content, `${field}.content`),
    ...(isError === undefined ? {} : { isError }),
    ...common(block, TOOL_RESULT),
  };
}

function readMedia(block: JsonObject, kind: 'image' | 'document', field: string): MediaPart | OpaquePart {
  const source = objectAt(block.source, `${field}.source`);
  const read = readSource(source, `${field}.source`);
  if (read === undefined) return opaque(block, kind);
  const mime = optionalText(source.media_type, `${field}.source.media_type`);
  const name = optionalText(block.title, `${field}.title`);
  return {
    type: 'media',
    kind,
    source: read,
    // A document behind a URL is a PDF: the API takes no other.
    ...(mime !== undefined ? { mime } : kind === 'document' && read.from === 'url' ? { mime: 'application/pdf' } : {}),
    ...(name === undefined ? {} : { name }),
    ...common(block, MEDIA),
  };
}

/** Undefined for a source that only this dialect has, such as a document made of content blocks. */
function readSource(source: JsonObject, field: string): MediaSource | undefined {
  switch (source.type) {
    case 'base64':
      return { from: 'base64', data: textAt(source.data, `${field}.data`) };
    case 'url':
      return { from: 'url', url: textAt(source.url, `${field}.url`) };
    case 'file':
      return { from: 'file', id: textAt(source.file_id, `${field}.file_id`), by: 'anthropic' };
    case 'text':
      return { from: 'text', text: textAt(source.data, `${field}.data`) };
    case undefined:
      throw invalid(`${field}.type`, 'is missing.');
    default:
      return undefined;
  }
}

function opaque(value: JsonObject, label: string): OpaquePart {
  return { type: 'opaque', dialect: 'anthropic', label, value };
}

function signed(value: unknown): { signature?: NonNullable<ReturnType<typeof readSignature>> } {
  const signature = readSignature(value);
  return signature === undefined ? {} : { signature };
}

function common(block: JsonObject, known: ReadonlySet<string>): { cache?: CacheMark; extra?: Extra } {
  const result: { cache?: CacheMark; extra?: Extra } = {};
  const cache = readCacheMark(block.cache_control);
  if (cache !== undefined) result.cache = cache;
  const extra = leftover(block, known);
  if (extra !== undefined) result.extra = extra;
  // `direct` is what a call is when nothing is said; only a call made by another tool says more.
  if (known === TOOL_USE && isObject(block.caller) && block.caller.type !== 'direct') {
    result.extra = { dialect: 'anthropic', fields: { ...extra?.fields, caller: block.caller } };
  }
  return result;
}
