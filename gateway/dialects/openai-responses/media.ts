import type { JsonObject, MediaPart } from '../../chat.ts';
import { isObject, NAME, optional, put, refuse, required, unsupported, type Writing } from './wire.ts';

/** Longest prefix of a data URL that is looked at: what follows is luggage. */
const DATA_PREFIX = 200;

/** `data:image/png;base64,…` as base64 and its type; any other URL as it is. */
function readUrl(kind: MediaPart['kind'], url: string): MediaPart {
  const head = url.startsWith('data:') ? /^data:([^;,]*)(?:;[^;,]*)*;base64,/.exec(url.slice(0, DATA_PREFIX)) : null;
  if (head === null) return { type: 'media', kind, source: { from: 'url', url } };
  const part: MediaPart = { type: 'media', kind, source: { from: 'base64', data: url.slice(head[0].length) } };
  if (head[1]) part.mime = head[1];
  return part;
}

const byId = (kind: MediaPart['kind'], id: string): MediaPart => ({
  type: 'media',
  kind,
  source: { from: 'file', id, by: NAME },
});

/** The media of a content part; undefined where it is none. */
export function readMedia(raw: JsonObject, path: string): MediaPart | undefined {
  switch (raw.type) {
    case 'input_image':
      return readImage(raw, `${path}.`);
    case 'input_file':
      return readFile(raw, `${path}.`);
    case 'input_audio':
      return readAudio(raw, `${path}.input_audio`);
    default:
      return undefined;
  }
}

function readImage(raw: JsonObject, at: string): MediaPart {
  const holder = raw.image_url;
  // Clients that come from Chat Completions put an object around the URL.
  const url = isObject(holder)
    ? optional(holder, 'url', 'string', `${at}image_url.`)
    : optional(raw, 'image_url', 'string', at);
  const id = optional(raw, 'file_id', 'string', at);
  const part = url !== undefined ? readUrl('image', url) : id !== undefined ? byId('image', id) : undefined;
  if (part === undefined) return refuse(`${at}image_url`, 'a string, or file_id must be there');
  put(part, 'detail', optional(raw, 'detail', 'string', at));
  return part;
}

function readFile(raw: JsonObject, at: string): MediaPart {
  const data = optional(raw, 'file_data', 'string', at);
  const url = optional(raw, 'file_url', 'string', at);
  const id = optional(raw, 'file_id', 'string', at);
  const part =
    data !== undefined
      ? readFileData(data)
      : url !== undefined
        ? readUrl('document', url)
        : id !== undefined
          ? byId('document', id)
          : undefined;
  if (part === undefined) return refuse(`${at}file_data`, 'a string, or file_url or file_id must be there');
  put(part, 'name', optional(raw, 'filename', 'string', at));
  return part;
}

/** A data URL or bare base64. */
function readFileData(data: string): MediaPart {
  if (data.startsWith('data:')) return readUrl('document', data);
  return { type: 'media', kind: 'document', source: { from: 'base64', data } };
}

function readAudio(raw: JsonObject, at: string): MediaPart {
  const audio = raw.input_audio;
  if (!isObject(audio)) return refuse(at, 'an object');
  const format = required(audio, 'format', `${at}.`);
  const data = required(audio, 'data', `${at}.`);
  const mime = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
  return { type: 'media', kind: 'audio', source: { from: 'base64', data }, mime };
}

/** Throws `unsupported` for what the dialect has no words for: the answer would miss what it was asked about. */
export function writeMedia(part: MediaPart, at: string, writing: Writing): JsonObject {
  const { source, kind } = part;
  if (source.from === 'text') {
    writing.lose(at, 'sent as plain text');
    return { type: 'input_text', text: source.text };
  }
  // Chat Completions and Responses share OpenAI's files.
  if (source.from === 'file' && source.by !== NAME && source.by !== 'openai-chat') {
    throw unsupported(at, 'the file lies with another provider. Send its contents instead.');
  }
  if (kind === 'image') return writeImage(part);
  if (kind === 'document') return writeFile(part, at, writing);
  if (kind === 'audio' && source.from === 'base64' && writing.dialect === NAME) {
    const format = part.mime === 'audio/mpeg' ? 'mp3' : (part.mime ?? 'audio/wav').replace(/^audio\/(?:x-)?/, '');
    return { type: 'input_audio', input_audio: { data: source.data, format } };
  }
  throw unsupported(at, `the chosen provider does not take ${kind} here. Choose another model.`);
}

function writeImage({ source, detail = 'auto', mime }: MediaPart): JsonObject {
  if (source.from === 'file') return { type: 'input_image', file_id: source.id, detail };
  const url = source.from === 'base64' ? `data:${mime ?? guessMime(source.data)};base64,${source.data}` : undefined;
  return { type: 'input_image', image_url: url ?? (source.from === 'url' ? source.url : ''), detail };
}

function writeFile({ source, name, mime }: MediaPart, at: string, writing: Writing): JsonObject {
  const named = name === undefined ? {} : { filename: name };
  if (source.from === 'file') return { type: 'input_file', ...named, file_id: source.id };
  if (source.from === 'url') return { type: 'input_file', ...named, file_url: source.url };
  if (name === undefined) writing.lose(`${at}.name`, 'a file needs a name: document.pdf was given');
  const data = source.from === 'base64' ? source.data : '';
  const url = `data:${mime ?? 'application/pdf'};base64,${data}`;
  return { type: 'input_file', filename: 'document.pdf', ...named, file_data: url };
}

const MAGIC: [prefix: string, mime: string][] = [
  ['/9j/', 'image/jpeg'],
  ['R0lG', 'image/gif'],
  ['UklG', 'image/webp'],
];

const guessMime = (data: string): string => MAGIC.find(([prefix]) => data.startsWith(prefix))?.[1] ?? 'image/png';
