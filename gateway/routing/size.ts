import type { ChatRequest, MediaPart, Message, Part, Tool } from '../chat.ts';
import { estimateTokens } from '../models/tokens.ts';
import { foldAt, type LengthOf } from './focus.ts';

/** Estimated size of a request, in tokens, and what it carries beside text. */
interface Size {
  inputTokens: number;
  images: number;
  documents: number;
  audio: number;
  toolResults: number;
  toolCalls: number;
}

/** Parts visited; of what lies beyond, the mean size of those visited is assumed. */
const PARTS = 4_000;
/** Characters read for estimates over the whole request, and of one string; the rest counts by its length. */
const READ = 1_200;
const READ_OF_ONE = 400;
/** Nodes of JSON Schemas visited over all tools, and tools whose descriptions are measured. */
const NODES = 300;
const TOOLS = 400;

/** Tokens that a message costs beside its words, and a picture of usual size. */
const MESSAGE_TOKENS = 4;
const IMAGE_TOKENS = 1_100;
/** Bytes of a base64 text to a token: pages of a PDF, and seconds of sound, as the large providers count them. */
const DOCUMENT_BYTES = 30;
const AUDIO_BYTES = 500;

interface Tally extends Size {
  left: number;
  readable: number;
  chars: number;
  readTokens: number;
  readChars: number;
  lengthOf: LengthOf;
}

/**
 * Adds a request up within a bounded number of steps. Messages are visited from the end, so that what is only assumed
 * lies in the oldest part of a very long conversation.
 */
export function readSize(request: ChatRequest, lengthOf: LengthOf): Size {
  const tally: Tally = {
    inputTokens: 0,
    images: 0,
    documents: 0,
    audio: 0,
    toolResults: 0,
    toolCalls: 0,
    left: PARTS,
    readable: READ,
    chars: 0,
    readTokens: 0,
    readChars: 0,
    lengthOf,
  };
  const { messages } = request;
  let index = messages.length - 1;
  for (; index >= 0 && tally.left > 0; index--) {
    const message = messages[index];
    if (message !== undefined) addMessage(message, tally);
  }
  const visited = messages.length - 1 - index;
  const density = tally.readChars === 0 ? 0.25 : tally.readTokens / tally.readChars;
  let tokens = tally.inputTokens + tally.chars * density;
  if (visited > 0 && index >= 0) tokens *= messages.length / visited;
  tokens += schemaTokens(request.tools) + (request.format?.type === 'schema' ? 100 : 0);
  return {
    inputTokens: Math.ceil(tokens),
    images: tally.images,
    documents: tally.documents,
    audio: tally.audio,
    toolResults: tally.toolResults,
    toolCalls: tally.toolCalls,
  };
}

function addMessage(message: Message, tally: Tally): void {
  tally.inputTokens += MESSAGE_TOKENS;
  addParts(message.parts, tally);
}

function addParts(parts: readonly Part[], tally: Tally): void {
  const before = tally.inputTokens + tally.chars / 4;
  tally.left--;
  let index = 0;
  for (; index < parts.length && tally.left > 0; index++) {
    const part = parts[index];
    if (part !== undefined) addPart(part, tally);
  }
  const rest = parts.length - index;
  if (rest > 0 && index > 0) tally.inputTokens += ((tally.inputTokens + tally.chars / 4 - before) / index) * rest;
}

function addPart(part: Part, tally: Tally): void {
  tally.left--;
  switch (part.type) {
    case 'text':
    case 'refusal':
      addText(part.text, tally);
      return;
    case 'thinking':
      addText(part.text, tally);
      return;
    case 'toolCall':
      tally.toolCalls++;
      tally.inputTokens += 12;
      addText(part.input, tally);
      return;
    case 'toolResult':
      tally.toolResults++;
      addParts(part.parts, tally);
      return;
    case 'media':
      addMedia(part, tally);
      return;
    case 'opaque':
      tally.inputTokens += 50;
  }
}

/** Some of the text is read for the density of its tokens; once enough is read, texts count by their length. */
function addText(text: string, tally: Tally): void {
  if (text === '') return;
  const fold = foldAt(text, tally.lengthOf);
  if (tally.readable <= 0) {
    tally.chars += fold?.length ?? text.length;
    return;
  }
  const legible = fold === undefined ? text : text.slice(0, fold.at);
  const tokens = estimateTokens(legible, READ_OF_ONE);
  tally.readable -= Math.min(legible.length, READ_OF_ONE);
  tally.readTokens += tokens;
  tally.readChars += legible.length;
  tally.inputTokens += fold === undefined ? tokens : (tokens / legible.length) * fold.length;
}

function addMedia(part: MediaPart, tally: Tally): void {
  const { source } = part;
  if (part.kind === 'image') {
    tally.images++;
    tally.inputTokens += IMAGE_TOKENS;
    return;
  }
  const bytes = source.from === 'base64' ? tally.lengthOf(source.data) : 0;
  if (part.kind === 'document') {
    tally.documents++;
    if (source.from === 'text') addText(source.text, tally);
    else tally.inputTokens += Math.max(1_500, bytes / DOCUMENT_BYTES);
    return;
  }
  tally.audio++;
  tally.inputTokens += Math.max(500, bytes / AUDIO_BYTES);
}

/** Tokens of tool declarations: names, descriptions and schemas, four characters a token, within `TOOLS` and `NODES` steps. */
function schemaTokens(tools: readonly Tool[]): number {
  if (tools.length === 0) return 0;
  const measured = Math.min(tools.length, TOOLS);
  const walk: Walk = { nodes: NODES, chars: 0 };
  let named = 0;
  let walked = 0;
  for (let index = 0; index < measured; index++) {
    const tool = tools[index];
    if (tool === undefined) continue;
    named += 40 + tool.name.length + (tool.description?.length ?? 0);
    if (walk.nodes <= 0) continue;
    visit(tool.schema ?? tool.value, 0, walk);
    walked++;
  }
  return ((named / measured + walk.chars / walked) * tools.length) / 4;
}

interface Walk {
  nodes: number;
  chars: number;
}

function visit(value: unknown, depth: number, walk: Walk): void {
  if (walk.nodes-- <= 0 || depth > 12) return;
  if (typeof value === 'string') walk.chars += value.length + 4;
  else if (Array.isArray(value)) {
    for (let index = 0; index < value.length && walk.nodes > 0; index++) visit(value[index], depth + 1, walk);
  } else if (typeof value === 'object' && value !== null) {
    for (const key in value) {
      if (walk.nodes <= 0) return;
      walk.chars += key.length + 4;
      visit((value as Record<string, unknown>)[key], depth + 1, walk);
    }
  } else walk.chars += 5;
}
