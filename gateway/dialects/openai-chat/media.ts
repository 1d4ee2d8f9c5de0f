import type { JsonObject, MediaPart } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { isObject, NAME, optional, put, refuse, required, type Writing } from './wire.ts';

/** Longest prefix of a data URL that is looked at: what follows is luggage. */
const DATA_PREFIX = 200;

/** `data:image/png;base64,…` as base64 and its type; any other URL as it is. */
export function readMediaUrl(kind: MediaPart['kind'], url: string): MediaPart {
  const head = url.startsWith('data:') ? /^data:([^;,]*)(?:;[^;,]*)*;base64,/.exec(url.slice(0, DATA_PREFIX)) : null;
  if (head === null) return { type: 'media', kind, source: { from: 'url', url } };
  const part: MediaPart = { type: 'media', kind, source: { from: 'base64', data: url.slice(head[0].length) } };
  if (head[1]) part.mime = head[1];
  return part;
}

/** The media of a content part; undefined where it is none. */
export function readMedia(raw: JsonObject, path: string): MediaPart | undefined {
  switch (raw.type) {
    case 'image_url':
      return readUrlPart('image', raw, 'image_url', path);
    case 'video_url':
      return readUrlPart('video', raw, 'video_url', path);
    case 'input_audio':
      return readAudio(raw, path);
    case 'file':
      return readFile(raw, path);
    default:
      return undefined;
  }
}

function readUrlPart(kind: 'image' | 'video', raw: JsonObject, key: string, path: string): MediaPart {
  const holder = raw[key];
  // Some clients leave out the object around the URL.
  const url =
    typeof holder === 'string'
      ? holder
      : isObject(holder)
        ? required(holder, 'url', `${path}.${key}.`)
        : refuse(`${path}.${key}`, 'an object');
  const part = readMediaUrl(kind, url);
  if (isObject(holder)) put(part, 'detail', optional(holder, 'detail', 'string', `${path}.${key}.`));
  return part;
}

function readAudio(raw: JsonObject, path: string): MediaPart {
  const audio = raw.input_audio;
  if (!isObject(audio)) refuse(`${path}.input_audio`, 'an object');
  const format = required(audio, 'format', `${path}.input_audio.`);
  const data = required(audio, 'data', `${path}.input_audio.`);
  return {
    type: 'media',
    kind: 'audio',
    source: { from: 'base64', data },
    mime: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
  };
}

function readFile(raw: JsonObject, path: string): MediaPart {
  const file = raw.file;
  if (!isObject(file)) refuse(`${path}.file`, 'an object');
  const id = optional(file, 'file_id', 'string', `${path}.file.`);
  const part = id === undefined ? readFileData(required(file, 'file_data', `${path}.file.`)) : fileById(id);
  put(part, 'name', optional(file, 'filename', 'string', `${path}.file.`));
  return part;
}

const fileById = (id: string): MediaPart => ({
  type: 'media',
  kind: 'document',
  source: { from: 'file', id, by: NAME },
});

/** A data URL, a URL (OpenRouter), or bare base64. */
function readFileData(data: string): MediaPart {
  if (/^(?:data|https?):/.test(data.slice(0, 8))) return readMediaUrl('document', data);
  return { type: 'media', kind: 'document', source: { from: 'base64', data } };
}

/** Throws `unsupported` for what the dialect has no words for: the answer would miss what it was asked about. */
export function writeMedia(part: MediaPart, at: string, writing: Writing): JsonObject {
  const { source } = part;
  if (source.from === 'text') {
    writing.lose(at, 'sent as plain text');
    return { type: 'text', text: source.text };
  }
  if (source.from === 'file' && source.by !== NAME) {
    throw new GatewayError(
      'unsupported',
      `${at} names a file that lies with another provider. Send its contents instead.`,
      { field: at },
    );
  }
  return writeByKind(part, at, writing) ?? cannot(part, at);
}

function cannot(part: MediaPart, at: string): never {
  const form = part.source.from === 'base64' ? (part.mime ?? 'base64') : part.source.from;
  throw new GatewayError(
    'unsupported',
    `${at}: the chosen provider does not take ${part.kind} as ${form}. Choose another model.`,
    { field: at },
  );
}

function writeByKind(part: MediaPart, at: string, writing: Writing): JsonObject | undefined {
  const { kind, source } = part;
  if (kind === 'image' && writing.has('noImageUrl') && source.from === 'url' && !source.url.startsWith('data:'))
    return undefined;
  if (kind === 'image' || (kind === 'video' && writing.has('videoUrl'))) {
    const url = writeMediaUrl(part);
    if (url === undefined) return undefined;
    return kind === 'image'
      ? { type: 'image_url', image_url: { url, ...(part.detail !== undefined && { detail: part.detail }) } }
      : { type: 'video_url', video_url: { url } };
  }
  if (kind === 'audio')
    return source.from === 'base64'
      ? { type: 'input_audio', input_audio: { data: source.data, format: audioFormat(part.mime) } }
      : undefined;
  if (kind === 'document' && writing.has('documentUrl') && source.from !== 'file') {
    const url = writeMediaUrl(part);
    const named = part.name === undefined ? {} : { document_name: part.name };
    return url === undefined ? undefined : { type: 'document_url', document_url: url, ...named };
  }
  if (kind !== 'document' || writing.has('noFiles')) return undefined;
  const named = part.name === undefined ? {} : { filename: part.name };
  if (source.from === 'file') return { type: 'file', file: { ...named, file_id: source.id } };
  if (source.from === 'url' && writing.has('fileUrl'))
    return { type: 'file', file: { filename: part.name ?? 'document.pdf', file_data: source.url } };
  if (source.from !== 'base64') return undefined;
  if (part.name === undefined) writing.lose(`${at}.name`, 'a file needs a name: document.pdf was given');
  const mime = part.mime ?? 'application/pdf';
  return {
    type: 'file',
    file: { filename: 'document.pdf', ...named, file_data: `data:${mime};base64,${source.data}` },
  };
}

/** Image or video as a URL or a data URL; undefined where its source is neither. */
export function writeMediaUrl(part: MediaPart): string | undefined {
  if (part.source.from === 'url') return part.source.url;
  if (part.source.from !== 'base64') return undefined;
  return `data:${part.mime ?? guessMime(part.kind, part.source.data)};base64,${part.source.data}`;
}

const MAGIC: [prefix: string, mime: string][] = [
  ['/9j/', 'image/jpeg'],
  ['R0lG', 'image/gif'],
  ['UklG', 'image/webp'],
];

const guessMime = (kind: MediaPart['kind'], data: string): string =>
  kind === 'video'
    ? 'video/mp4'
    : kind === 'document'
      ? 'application/pdf'
      : (MAGIC.find(([prefix]) => data.startsWith(prefix))?.[1] ?? 'image/png');

const audioFormat = (mime = 'audio/wav'): string =>
  mime === 'audio/mpeg' ? 'mp3' : mime.replace(/^audio\/(?:x-)?/, '');
