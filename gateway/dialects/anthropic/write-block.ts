import type {
  CacheMark,
  DialectName,
  Extra,
  JsonObject,
  MediaPart,
  Part,
  ThinkingPart,
  ToolCallPart,
} from '../../chat.ts';
import type { IdMap } from './ids.ts';
import type { LossLog } from './losses.ts';
import { isObject, unsupported } from './wire.ts';

export interface BlockContext {
  ids: IdMap;
  losses: LossLog;
}

/** Longest text that is looked at for being blank: the API refuses blank blocks, and no long text is one. */
const BLANK_LENGTH = 256;

const IMAGES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** First characters of base64 that give an image's type away, for clients that do not say it. */
const MAGIC: [string, string][] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

/** A part as a content block; undefined where nothing is left of it, which then is among the losses. */
export function writeBlock(part: Part, field: string, context: BlockContext): JsonObject | undefined {
  const { losses } = context;
  switch (part.type) {
    case 'text':
      return withCommon(writeText(part.text, losses), part, context);
    case 'refusal':
      losses.add('messages[].refusal', 'sent as text');
      return withCommon(writeText(part.text, losses), part, context);
    case 'media':
      return withCommon(writeMedia(part, field, losses), part, context);
    case 'thinking':
      return withCommon(writeThinking(part, losses), { ...(part.extra && { extra: part.extra }) }, context);
    case 'toolCall':
      if (part.signature && part.signature.by !== 'anthropic') {
        losses.add('messages[].tool_calls', `a signature by ${part.signature.by} stays with its maker`);
      }
      return withCommon(writeToolCall(part, context), part, context);
    case 'toolResult':
      return withCommon(writeToolResult(part, field, context), part, context);
    case 'opaque':
      if (part.dialect === 'anthropic' && isObject(part.value)) return { ...part.value };
      losses.add(`messages[].${part.label}`, `only ${part.dialect} understands it`);
      return undefined;
  }
}

function writeText(text: string, losses: LossLog): JsonObject | undefined {
  if (text === '') return undefined;
  if (text.length <= BLANK_LENGTH && text.trim() === '') {
    losses.add('messages[].content', 'blank text is refused and was left out');
    return undefined;
  }
  return { type: 'text', text };
}

function writeThinking(part: ThinkingPart, losses: LossLog): JsonObject | undefined {
  const { signature } = part;
  if (signature === undefined || signature.by !== 'anthropic') {
    const why = signature ? `it is signed by ${signature.by}` : 'it has no signature';
    losses.add('messages[].thinking', `${why}: only Anthropic's own goes back`);
    return undefined;
  }
  if (part.redacted) return { type: 'redacted_thinking', data: signature.value };
  return { type: 'thinking', thinking: part.text, signature: signature.value };
}

/**
 * Input is text in the hub and an object here. What the model wrote badly (cut short, or no object) goes out as
 * `{"invalid_json": text}`, so that the conversation can go on; it is reported.
 */
function writeToolCall(part: ToolCallPart, { ids, losses }: BlockContext): JsonObject {
  return { type: 'tool_use', id: ids.call(part.id), name: part.name, input: readInput(part, losses) };
}

function readInput(part: ToolCallPart, losses: LossLog): JsonObject {
  if (part.kind === 'custom') {
    losses.add('messages[].tool_calls', 'free text of a custom tool was sent as {"input": text}');
    return { input: part.input };
  }
  if (part.input === '') return {};
  try {
    const input: unknown = JSON.parse(part.input);
    if (isObject(input)) return input;
  } catch {
    // Falls through to the report below.
  }
  losses.add('messages[].tool_calls', 'arguments that are no JSON object were sent as {"invalid_json": text}');
  return { invalid_json: part.input };
}

function writeToolResult(
  part: Extract<Part, { type: 'toolResult' }>,
  field: string,
  context: BlockContext,
): JsonObject {
  const content: JsonObject[] = [];
  for (const inner of part.parts) {
    if (inner.type === 'thinking' || inner.type === 'toolCall' || inner.type === 'toolResult') {
      context.losses.add('messages[].content', `a tool result cannot hold ${inner.type}`);
      continue;
    }
    const block = writeBlock(inner, field, context);
    if (block !== undefined) content.push(block);
  }
  return {
    type: 'tool_result',
    tool_use_id: context.ids.result(part.id),
    ...(content.length > 0 ? { content } : {}),
    ...(part.isError ? { is_error: true } : {}),
  };
}

function writeMedia(part: MediaPart, field: string, losses: LossLog): JsonObject {
  if (part.kind !== 'image' && part.kind !== 'document') throw unsupported(field, `Anthropic takes no ${part.kind}.`);
  if (part.detail !== undefined && part.detail !== 'auto') losses.add('messages[].content', 'the detail of an image');
  const source = part.kind === 'image' ? imageSource(part, field) : documentSource(part, field);
  const block: JsonObject = { type: part.kind, source };
  if (part.name !== undefined && part.kind === 'document') block.title = part.name;
  return block;
}

function imageSource(part: MediaPart, field: string): JsonObject {
  const { source, mime } = inlined(part);
  switch (source.from) {
    case 'url':
      return { type: 'url', url: source.url };
    case 'base64': {
      const known =
        mime === 'image/jpg' ? 'image/jpeg' : (mime ?? MAGIC.find(([start]) => source.data.startsWith(start))?.[1]);
      if (known === undefined || !IMAGES.has(known)) {
        throw unsupported(
          field,
          `Anthropic takes JPEG, PNG, GIF and WebP images, not ${known ?? 'images of unknown type'}.`,
        );
      }
      return { type: 'base64', media_type: known, data: source.data };
    }
    case 'file':
      return fileSource(source, field);
    case 'text':
      throw unsupported(field, 'an image cannot be text.');
  }
}

function documentSource(part: MediaPart, field: string): JsonObject {
  const { source, mime } = inlined(part);
  switch (source.from) {
    case 'url':
      return { type: 'url', url: source.url };
    case 'base64':
      if (mime !== undefined && mime !== 'application/pdf') {
        throw unsupported(field, `Anthropic takes PDF documents and plain text, not ${mime} in base64.`);
      }
      return { type: 'base64', media_type: 'application/pdf', data: source.data };
    case 'file':
      return fileSource(source, field);
    case 'text':
      return { type: 'text', media_type: 'text/plain', data: source.text };
  }
}

function fileSource(source: { id: string; by: DialectName }, field: string): JsonObject {
  if (source.by !== 'anthropic')
    throw unsupported(field, 'the file lies with another provider. Send its content instead.');
  return { type: 'file', file_id: source.id };
}

/** A `data:` URL as base64: the prefix is cut, the rest is not looked at. */
function inlined(part: MediaPart): Pick<MediaPart, 'source' | 'mime'> {
  const { source } = part;
  if (source.from !== 'url' || !source.url.startsWith('data:')) return part;
  const comma = source.url.slice(0, 256).indexOf(',');
  const head = source.url.slice(5, comma);
  if (comma < 0 || !head.endsWith(';base64')) return part;
  const mime = head.slice(0, -';base64'.length).split(';')[0];
  return { source: { from: 'base64', data: source.url.slice(comma + 1) }, ...(mime ? { mime } : {}) };
}

export function writeCacheMark(cache: CacheMark): JsonObject {
  return { type: 'ephemeral', ...(cache.ttl === undefined ? {} : { ttl: cache.ttl }) };
}

function withCommon(
  block: JsonObject | undefined,
  part: { cache?: CacheMark; extra?: Extra },
  { losses }: BlockContext,
): JsonObject | undefined {
  if (block === undefined) {
    if (part.cache) losses.add('messages[].cache_control', 'the part that carried it was left out');
    return undefined;
  }
  if (part.cache) block.cache_control = writeCacheMark(part.cache);
  if (part.extra?.dialect === 'anthropic') Object.assign(block, part.extra.fields);
  else if (part.extra) reportExtra('messages[]', part.extra, losses);
  return block;
}

/** Names each field of another dialect that stays behind. */
export function reportExtra(prefix: string, extra: Extra, losses: LossLog): void {
  for (const key in extra.fields) {
    losses.add(prefix === '' ? key : `${prefix}.${key}`, `only ${extra.dialect} understands it`);
  }
}
