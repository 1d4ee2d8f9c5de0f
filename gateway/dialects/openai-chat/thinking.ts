import type { JsonObject, ThinkingPart } from '../../chat.ts';
import { isObject, NAME, put, unknownFields, type Writing, writeExtra } from './wire.ts';

const DETAIL_FIELDS = new Set(['type', 'text', 'summary', 'data', 'signature', 'index']);

/**
 * The reasoning of an assistant message or of a delta, wherever the provider puts it: `reasoning_details` (OpenRouter, which
 * repeats its text in `reasoning`), `reasoning_content` (DeepSeek, xAI, Moonshot, Alibaba, Z.AI) or `reasoning` (Groq, Cerebras).
 */
export function readThinking(message: JsonObject): ThinkingPart[] {
  const details = message.reasoning_details;
  if (Array.isArray(details) && details.length > 0) return details.filter(isObject).map(readDetail);
  for (const key of ['reasoning_content', 'reasoning']) {
    const text = message[key];
    if (typeof text === 'string' && text !== '') return [{ type: 'thinking', text }];
  }
  return [];
}

function readDetail(detail: JsonObject): ThinkingPart {
  const text = detail.text ?? detail.summary;
  const part: ThinkingPart = { type: 'thinking', text: typeof text === 'string' ? text : '' };
  const proof = detail.type === 'reasoning.encrypted' ? detail.data : detail.signature;
  if (typeof proof === 'string' && proof !== '') part.signature = { by: NAME, value: proof };
  if (detail.type === 'reasoning.encrypted') part.redacted = true;
  const extra = unknownFields(detail, DETAIL_FIELDS);
  if (detail.type === 'reasoning.summary')
    part.extra = { dialect: NAME, fields: { type: 'reasoning.summary', ...extra?.fields } };
  else put(part, 'extra', extra);
  return part;
}

/** A content part of type `thinking` (Mistral): its text is a list of text parts. */
export function readThinkingPart(raw: JsonObject): ThinkingPart {
  const pieces = raw.thinking;
  const texts = Array.isArray(pieces)
    ? pieces.map((piece: unknown) => (isObject(piece) && typeof piece.text === 'string' ? piece.text : ''))
    : [pieces];
  return { type: 'thinking', text: texts.filter((text) => typeof text === 'string').join('') };
}

/** Sets the reasoning on an assistant message in the provider's spelling, or loses it. */
export function writeThinking(message: JsonObject, parts: ThinkingPart[], at: string, writing: Writing): void {
  if (parts.length === 0) return;
  if (writing.has('reasoningDetails')) {
    const details = parts.flatMap((part, index) => writeDetail(part, index, at, writing));
    if (details.length > 0) message.reasoning_details = details;
    return;
  }
  const field = writing.has('reasoningContent')
    ? 'reasoning_content'
    : writing.has('reasoning')
      ? 'reasoning'
      : undefined;
  if (field === undefined) {
    writing.lose(at, 'the provider takes no reasoning back');
    return;
  }
  const text = joinThinking(parts);
  if (text !== '') message[field] = text;
  if (parts.some((part) => part.signature !== undefined)) writing.lose(at, SIGNED);
}

const SIGNED = 'a signature goes back to its maker only';

/** Several blocks of reasoning as the one text that `reasoning_content` holds. */
export const joinThinking = (parts: ThinkingPart[]): string =>
  parts.flatMap((part) => (part.text === '' ? [] : [part.text])).join('\n\n');

function writeDetail(part: ThinkingPart, index: number, at: string, writing: Writing): JsonObject[] {
  const own = part.signature?.by === NAME ? part.signature.value : undefined;
  if (part.signature !== undefined && own === undefined) writing.lose(at, SIGNED);
  if (part.redacted && own === undefined) return [];
  let detail: JsonObject = {
    type: 'reasoning.text',
    text: part.text,
    ...(own !== undefined && { signature: own }),
    index,
  };
  if (part.redacted) detail = { type: 'reasoning.encrypted', data: own, index };
  else if (part.extra?.fields.type === 'reasoning.summary')
    detail = { type: 'reasoning.summary', summary: part.text, index };
  writeExtra(detail, part.extra, `${at}.`, writing.lose);
  return [detail];
}
