import type { JsonObject, Part, Signature, TextPart, ThinkingPart, ToolCallPart } from '../../chat.ts';
import { asExtra, field, isObject, type Losses, restOf } from './fields.ts';
import { readMedia, writeMedia } from './media.ts';
import { readSignature, writeSignature } from './signature.ts';
import type { GeminiPart } from './wire.ts';

const TEXT = new Set(['text', 'thought', 'thoughtSignature']);
/** Members that say what a part is, for naming those that only Gemini understands. */
const SIDE_MEMBERS = new Set(['thought', 'thoughtSignature', 'thought_signature', 'partMetadata', 'part_metadata']);

/**
 * Reads a part that is neither a function call nor a function response. The hub's text carries no signature: one that came on
 * visible text follows it as an empty thinking part, which `writeParts` joins to the text again.
 */
export function readPart(part: JsonObject, path: string): Part[] {
  const media = readMedia(part, path);
  if (media !== undefined) return [media];
  const { text } = part;
  if (typeof text !== 'string') {
    const label = Object.keys(part).find((key) => !SIDE_MEMBERS.has(key)) ?? 'part';
    return [{ type: 'opaque', dialect: 'gemini', label, value: part }];
  }
  const signed = readSigned(part);
  const extra = asExtra(restOf(part, TEXT));
  if (part.thought === true) return [{ type: 'thinking', text, ...signed, ...extra }];
  const visible: Part[] = text === '' && signed !== undefined ? [] : [{ type: 'text', text, ...extra }];
  return signed === undefined ? visible : [...visible, { type: 'thinking', text: '', ...signed }];
}

/** What a part's `thoughtSignature` says, as members of a hub part. */
export function readSigned(part: JsonObject): { signature: Signature; redacted?: true } | undefined {
  const value = field(part, 'thoughtSignature');
  if (typeof value !== 'string' || value === '') return undefined;
  const { signature, redacted } = readSignature(value);
  return redacted ? { signature, redacted } : { signature };
}

/** The JSON text of a call's arguments, without an own id where the model gave none. */
export function readCall(call: JsonObject): { id?: string; name: string; input: string } {
  return {
    ...(typeof call.id === 'string' && call.id !== '' ? { id: call.id } : {}),
    name: typeof call.name === 'string' ? call.name : '',
    input: JSON.stringify(call.args ?? {}),
  };
}

/** What the writers of a part know of where it goes. */
export interface PartPlace {
  /** Of the model that reads it; the newest for a client, who takes whatever a model can make. */
  generation: number;
  /** Whether it goes to a client, which carries other makers' signatures home; a provider gets its own only. */
  toClient: boolean;
  /** Whether reasoning without a signature may go along: it came from a Gemini client, or goes to one. */
  keepsThoughts: boolean;
  losses: Losses;
  path: string;
}

/** Parts of a message or an answer, tool results left aside. */
export function writeParts(parts: readonly Part[], place: PartPlace): GeminiPart[] {
  const written: GeminiPart[] = [];
  for (const part of parts) {
    if (part.type !== 'opaque') {
      place.losses.addExtra(part.extra, `${place.path}.`);
      if (part.cache !== undefined) place.losses.add('cache_control', 'Gemini chooses itself what to cache');
    }
    if (part.type === 'thinking') writeThought(part, written, place);
    else if (part.type === 'toolCall') written.push(writeCall(part, place));
    else if (part.type === 'text') {
      const text = writeText(part);
      if (text !== undefined) written.push(text);
    } else if (part.type === 'refusal') {
      place.losses.add(`${place.path}.refusal`, 'Gemini has no refusal apart from text: sent as text');
      written.push({ text: part.text });
    } else if (part.type === 'media') {
      if (part.detail !== undefined && part.detail !== 'auto') {
        place.losses.add(`${place.path}.detail`, 'Gemini sets the resolution for the whole request');
      }
      written.push(writeMedia(part, place.generation, place.path));
    } else if (part.type === 'opaque') {
      if (part.dialect === 'gemini' && isObject(part.value)) written.push(part.value);
      else place.losses.add(`${place.path}.${part.label}`, 'Gemini has no such part');
    }
  }
  return written;
}

function writeText(part: TextPart): GeminiPart | undefined {
  const own = part.extra?.dialect === 'gemini' ? part.extra.fields : {};
  return part.text === '' ? undefined : { ...own, text: part.text };
}

function writeThought(part: ThinkingPart, written: GeminiPart[], place: PartPlace): void {
  const value = signatureFor(part, place);
  if (part.signature !== undefined && value === undefined) {
    place.losses.add(`${place.path}.thinking`, 'signed reasoning of another provider means nothing to Gemini');
    return;
  }
  const thoughtSignature = value === undefined ? undefined : { thoughtSignature: value };
  if (part.text !== '') {
    if (thoughtSignature === undefined && !place.keepsThoughts) {
      place.losses.add(`${place.path}.thinking`, 'reasoning of another provider means nothing to Gemini');
    } else written.push({ text: part.text, thought: true, ...thoughtSignature });
    return;
  }
  if (thoughtSignature === undefined) return;
  const own = part.signature?.by === 'gemini';
  const last = written.at(-1);
  const joins = last?.text !== undefined && last.thought !== true && last.thoughtSignature === undefined;
  if (joins && own) Object.assign(last, thoughtSignature);
  else written.push({ text: '', ...(own ? {} : { thought: true }), ...thoughtSignature });
}

/** A provider gets Gemini's own signatures only, a client also those that it can carry home. */
function signatureFor(part: Pick<ThinkingPart, 'signature' | 'redacted'>, place: PartPlace): string | undefined {
  return place.toClient || part.signature?.by === 'gemini' ? writeSignature(part) : undefined;
}

function writeCall(part: ToolCallPart, place: PartPlace): GeminiPart {
  const written: GeminiPart = { functionCall: { id: part.id, name: part.name, args: writeArguments(part, place) } };
  if (part.signature === undefined) return written;
  const value = signatureFor({ signature: part.signature }, place);
  if (value !== undefined) written.thoughtSignature = value;
  else place.losses.add(`${place.path}.signature`, 'the signature of another provider means nothing to Gemini');
  return written;
}

/** Gemini wants an object: free text, or what is no JSON object, goes along as its member `input`. */
function writeArguments(
  part: Pick<ToolCallPart, 'input' | 'kind'>,
  place: Pick<PartPlace, 'losses' | 'path'>,
): JsonObject {
  if (part.input.trim() === '') return {};
  if (part.kind === 'custom') return { input: part.input };
  try {
    const value: unknown = JSON.parse(part.input);
    if (isObject(value)) return value;
  } catch {
    // A model may have written broken JSON; the conversation must be able to go on.
  }
  place.losses.add(`${place.path}.arguments`, 'arguments that are no JSON object are sent as the string input');
  return { input: part.input };
}
