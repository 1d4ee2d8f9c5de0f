import { staysWhole } from '../../body/stays-whole.ts';
import type { ChatRequest, JsonObject, MediaPart, Message, Part, ToolResultPart } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { isObject, type Losses } from './fields.ts';
import { writeMedia } from './media.ts';
import { type PartPlace, writeParts } from './parts.ts';
import type { GeminiContent, GeminiPart } from './wire.ts';

/**
 * Stands in for a thought signature that no Gemini ever made. Gemini 3 and later refuse a turn whose first function call carries none;
 * this word switches the check off: https://ai.google.dev/gemini-api/docs/thought-signatures#faqs (read 2026-08).
 */
const UNCHECKED = 'skip_thought_signature_validator';

/** Media that may stand inside a function response, from Gemini 3 on. */
const RESPONSE_MEDIA = new Set(['image/png', 'image/jpeg', 'image/webp', 'application/pdf']);

/** A result beyond this is not looked into. */
const LONGEST_RESULT = 8192;
/** Begins the mark of what is folded away in a large body. */
const FOLD = '\uE0F0';

interface WrittenContents {
  systemInstruction?: { parts: GeminiPart[] };
  contents: GeminiContent[];
}

/**
 * Messages → contents whose roles alternate. System and developer messages at the start become `systemInstruction`; later ones stay in
 * their place as user text, which is a loss. All results that answer one turn of calls stand in one user content, in the order of the
 * calls, before whatever else the user says there.
 */
export function writeContents(request: ChatRequest, generation: number, losses: Losses): WrittenContents {
  const keepsThoughts = request.dialect === 'gemini';
  const listed = keepsThoughts ? 'contents[]' : 'messages[]';
  const place: PartPlace = { generation, toClient: false, keepsThoughts, losses, path: listed };
  const system: GeminiPart[] = [];
  const contents: GeminiContent[] = [];
  let turn = createUserTurn([], place);
  let calls: OpenCall[] = [];
  let begun = false;

  function endTurn(): void {
    const parts = turn.end();
    const before = contents.at(-1);
    // An answer of which nothing could be carried leaves two user turns side by side.
    if (before?.role === 'user') before.parts.push(...parts);
    else if (parts.length > 0) contents.push({ role: 'user', parts });
  }

  for (const [index, message] of request.messages.entries()) {
    reportMessage(message, place);
    const isSystem = message.role === 'system' || message.role === 'developer';
    if (isSystem && !begun) {
      system.push(...writeParts(message.parts, place));
      continue;
    }
    begun = true;
    if (isSystem)
      losses.add(`${listed}.role`, 'Gemini takes system text only at the start: later ones are sent as user text');
    if (message.role !== 'assistant') {
      for (const part of message.parts) turn.add(part, `${keepsThoughts ? 'contents' : 'messages'}[${index}]`);
      continue;
    }
    endTurn();
    const parts = writeParts(message.parts, place);
    const before = contents.at(-1);
    const joins = before?.role === 'model';
    if (joins) before.parts.push(...parts);
    else if (parts.length > 0) contents.push({ role: 'model', parts });
    calls = [...(joins ? calls : []), ...callsOf(message)];
    turn = createUserTurn(calls, place);
  }
  endTurn();
  if (contents.length === 0 && system.length > 0) {
    losses.add(`${listed}.role`, 'Gemini wants a user turn: the system text is sent as one');
    contents.push({ role: 'user', parts: system.splice(0) });
  }
  if (generation >= 3) fillSignatures(contents, place);
  return { ...(system.length > 0 ? { systemInstruction: { parts: system } } : {}), contents };
}

interface OpenCall {
  id: string;
  name: string;
}

function callsOf(message: Message): OpenCall[] {
  return message.parts.filter((part) => part.type === 'toolCall').map(({ id, name }) => ({ id, name }));
}

function reportMessage(message: Message, { losses, path }: PartPlace): void {
  losses.addExtra(message.extra, `${path}.`);
  if (message.name !== undefined) losses.add(`${path}.name`, 'Gemini knows no names of speakers');
}

interface UserTurn {
  add(part: Part, path: string): void;
  end(): GeminiPart[];
}

/** What a user (and the user's tools) says between two answers. Gemini wants as many results as there were calls. */
function createUserTurn(calls: readonly OpenCall[], place: PartPlace): UserTurn {
  const names = new Map(calls.map(({ id, name }) => [id, name]));
  const results = new Map<string, GeminiPart>();
  const unasked: GeminiPart[] = [];
  const media: GeminiPart[] = [];
  const rest: Part[] = [];
  let lastPath = '';

  function addResult(part: ToolResultPart, path: string): void {
    const name = names.get(part.id) ?? part.name;
    if (name === undefined) {
      throw new GatewayError('invalid_request', `${path} answers ${part.id}, which the turn before did not call.`, {
        field: path,
      });
    }
    const written = writeResult(part, name, place, media);
    if (!names.has(part.id) || results.has(part.id)) unasked.push(written);
    else results.set(part.id, written);
  }

  return {
    add(part, path) {
      lastPath = path;
      if (part.type === 'toolResult') addResult(part, path);
      else rest.push(part);
    },
    end() {
      const said = [...media, ...writeParts(rest, place)];
      const answers = calls.map(({ id }) => results.get(id)).filter((part) => part !== undefined);
      const missing = calls.find(({ id }) => !results.has(id));
      if (missing !== undefined && (answers.length > 0 || unasked.length > 0 || said.length > 0)) {
        const message = `The call ${missing.id} of ${missing.name} has no result: send one for each call of a turn.`;
        throw new GatewayError('invalid_request', message, { field: lastPath });
      }
      const parts = [...answers, ...unasked, ...said];
      // A turn of nothing but empty text is still a turn, and Gemini takes it.
      return parts.length === 0 && rest.length > 0 ? [{ text: '' }] : parts;
    },
  };
}

/** Images of a result stay inside it where the model takes them there; else they follow all results, through `spilled`. */
function writeResult(result: ToolResultPart, name: string, place: PartPlace, spilled: GeminiPart[]): GeminiPart {
  place.losses.addExtra(result.extra, `${place.path}.`);
  if (result.cache !== undefined) place.losses.add('cache_control', 'Gemini chooses itself what to cache');
  const texts: string[] = [];
  const inside: GeminiPart[] = [];
  for (const part of result.parts) {
    if (part.type === 'text' || part.type === 'refusal') texts.push(part.text);
    else if (part.type === 'media')
      (fitsInside(part, place) ? inside : spilled).push(writeMedia(part, place.generation, place.path));
    else
      place.losses.add(
        `${place.path}.result.${part.type === 'opaque' ? part.label : part.type}`,
        'a result takes text and media only',
      );
  }
  const own = result.extra?.dialect === 'gemini' ? result.extra.fields : {};
  const response = writeResponse(texts, { isError: result.isError === true, isOwn: place.keepsThoughts });
  return {
    functionResponse: { ...own, id: result.id, name, response, ...(inside.length > 0 ? { parts: inside } : {}) },
  };
}

/** Where a Gemini client put it inside, it stays inside. */
function fitsInside(part: MediaPart, { generation, keepsThoughts }: PartPlace): boolean {
  if (keepsThoughts) return true;
  return generation >= 3 && part.source.from === 'base64' && part.mime !== undefined && RESPONSE_MEDIA.has(part.mime);
}

/**
 * A JSON object goes as it is, and nothing as an empty one; anything else becomes the member `result`, or `error` where the tool failed. Of other
 * clients only a short text is looked into: a longer one would be an object at first, and a text from when it is folded on, and Gemini's cache would be lost.
 */
function writeResponse(texts: string[], { isError, isOwn }: { isError: boolean; isOwn: boolean }): JsonObject {
  const [first = '', ...more] = texts;
  const value = more.length === 0 ? first : texts;
  if (isError) return { error: value };
  if (texts.length === 0) return {};
  const isOpen = typeof value === 'string' && (isOwn || staysWhole(value));
  return (isOpen ? parseObject(value) : undefined) ?? { result: value };
}

/** Only where nothing changes by it: JavaScript would round integers of more than 15 digits. */
function parseObject(text: string): JsonObject | undefined {
  if (text.length > LONGEST_RESULT || !text.trimStart().startsWith('{') || text.includes(FOLD) || /\d{16}/.test(text))
    return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parallel calls share one signature, on the first of them; so only the first call of a content needs one. */
function fillSignatures(contents: GeminiContent[], { losses, path }: PartPlace): void {
  for (const content of contents) {
    if (content.role !== 'model') continue;
    const first = content.parts.find((part) => part.functionCall !== undefined);
    if (first === undefined || first.thoughtSignature !== undefined) continue;
    first.thoughtSignature = UNCHECKED;
    losses.add(`${path}.thoughtSignature`, 'calls without a signature of Gemini go with the word that skips its check');
  }
}
