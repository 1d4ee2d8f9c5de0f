import type { JsonObject, MediaPart } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { asExtra, field, objectAt, restOf, stringAt } from './fields.ts';
import type { GeminiPart } from './wire.ts';

const KNOWN = new Set(['inlineData', 'fileData']);
const FILES_API = 'https://generativelanguage.googleapis.com/';

/** First characters of base64 by file type, for media that came without a MIME type. */
const STARTS: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi', 'application/pdf'],
];

const DEFAULT_MIME: Record<MediaPart['kind'], string> = {
  image: 'image/png',
  audio: 'audio/wav',
  video: 'video/mp4',
  document: 'application/pdf',
};

const EXTENSIONS: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  txt: 'text/plain',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
};

/** Reads `inlineData` and `fileData`; undefined where the part holds neither. Its other members stay in `extra`. */
export function readMedia(part: JsonObject, path: string): MediaPart | undefined {
  const inline = field(part, 'inlineData');
  const file = field(part, 'fileData');
  if (inline === undefined && file === undefined) return undefined;
  const data = objectAt(inline ?? file, path);
  const mime = field(data, 'mimeType');
  const name = field(data, 'displayName');
  const common = {
    kind: kindOf(typeof mime === 'string' ? mime : ''),
    ...(typeof mime === 'string' ? { mime } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    ...asExtra(restOf(part, KNOWN)),
  };
  if (inline !== undefined) {
    return {
      type: 'media',
      source: { from: 'base64', data: stringAt(data.data, `${path}.inlineData.data`) },
      ...common,
    };
  }
  const uri = stringAt(field(data, 'fileUri'), `${path}.fileData.fileUri`);
  const isFile = uri.startsWith(FILES_API) || !uri.startsWith('http');
  return {
    type: 'media',
    source: isFile ? { from: 'file', id: uri, by: 'gemini' } : { from: 'url', url: uri },
    ...common,
  };
}

/**
 * Media as a part. Gemini fetches public https addresses itself from 2.5 on (https://ai.google.dev/gemini-api/docs/file-input-methods,
 * read 2026-08); what it cannot take is refused with a 400 that names `path`.
 */
export function writeMedia(part: MediaPart, generation: number, path: string): GeminiPart {
  const own = part.extra?.dialect === 'gemini' ? part.extra.fields : {};
  const { source } = part;
  if (source.from === 'text') return { ...own, text: source.text };
  if (source.from === 'base64') {
    return {
      ...own,
      inlineData: { mimeType: part.mime ?? sniff(source.data) ?? DEFAULT_MIME[part.kind], data: source.data },
    };
  }
  if (source.from === 'file') {
    if (source.by !== 'gemini') throw refusal(path, 'is a file that lies with another provider');
    return { ...own, fileData: { fileUri: source.id, ...(part.mime === undefined ? {} : { mimeType: part.mime }) } };
  }
  if (!/^https:\/\//i.test(source.url)) throw refusal(path, 'is not a public https address');
  if (generation < 2.5) throw refusal(path, 'is an address, which Gemini models before 2.5 do not fetch');
  const mimeType = part.mime ?? EXTENSIONS[extensionOf(source.url)];
  return { ...own, fileData: { fileUri: source.url, ...(mimeType === undefined ? {} : { mimeType }) } };
}

function refusal(path: string, why: string): GatewayError {
  return new GatewayError('unsupported', `${path} ${why}: send the content as base64 instead.`, { field: path });
}

function kindOf(mime: string): MediaPart['kind'] {
  const family = mime.slice(0, mime.indexOf('/'));
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
}

function sniff(data: string): string | undefined {
  return STARTS.find(([start]) => data.startsWith(start))?.[1];
}

function extensionOf(url: string): string {
  return /\.(\w{2,4})(?:[?#]|$)/.exec(url.slice(0, 2048))?.[1]?.toLowerCase() ?? '';
}
