import type { JsonObject, OpeningPart, Part, Signature } from '../../chat.ts';
import { splitName } from './namespace.ts';
import { isObject, NAME } from './wire.ts';

/** Parts that come whole but have a form of their own here are told like others. */
export function toldAs(part: OpeningPart): { part: OpeningPart; text: string; signature?: Signature } {
  if (part.type !== 'whole') return { part, text: '' };
  const inner = part.part;
  switch (inner.type) {
    case 'text':
    case 'refusal':
      return { part: { type: inner.type }, text: inner.text };
    case 'thinking': {
      const opening: OpeningPart = { type: 'thinking', ...(inner.redacted && { redacted: true }) };
      return { part: opening, text: inner.text, ...(inner.signature && { signature: inner.signature }) };
    }
    case 'toolCall': {
      const { id, name, kind, input, signature } = inner;
      return { part: { type: 'toolCall', id, name, kind }, text: input, ...(signature && { signature }) };
    }
    default:
      return { part, text: '' };
  }
}

/** A part of a message before its first text. */
export const emptyContent = (type: 'text' | 'refusal'): JsonObject =>
  type === 'text' ? { type: 'output_text', text: '', annotations: [], logprobs: [] } : { type: 'refusal', refusal: '' };

/** A call of a client's tool as an item. */
export function callFields(
  part: Extract<OpeningPart, { type: 'toolCall' }>,
  input: string,
  status: string,
): JsonObject {
  const call = { status, call_id: part.id, ...splitName(part.name) };
  return part.kind === 'custom'
    ? { type: 'custom_tool_call', ...call, input }
    : { type: 'function_call', ...call, arguments: input };
}

/** Items of this dialect as they came, and images that a model made. */
export function writeItem(part: Part): JsonObject | undefined {
  if (part.type === 'opaque') {
    const isOwn = part.dialect === NAME && !part.label.startsWith('content.') && isObject(part.value);
    return isOwn ? (part.value as JsonObject) : undefined;
  }
  if (part.type !== 'media' || part.kind !== 'image' || part.source.from !== 'base64') return undefined;
  const own = part.extra?.dialect === NAME ? part.extra.fields : {};
  return { type: 'image_generation_call', status: 'completed', ...own, result: part.source.data };
}

/** What losses call a part. */
export function labelOf(part: Part): string {
  if (part.type === 'opaque') return part.label;
  return part.type === 'media' ? part.kind : part.type;
}

/** Why a part has no item, for the losses. */
export function whyNot(part: Part): string {
  if (part.type === 'opaque') return `known to ${part.dialect} only`;
  return part.type === 'toolResult' ? 'a result of a tool that the provider ran' : 'no place for it here';
}
