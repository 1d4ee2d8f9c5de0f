import type { Extra, JsonObject, Part } from '../../chat.ts';
import { safeId } from './ids.ts';
import type { LossLog } from './losses.ts';
import { writeSignature } from './signature.ts';
import { isObject } from './wire.ts';

/** The provider's id where it is one of Anthropic's form, else the gateway's in that form. */
export function replyId(id: string | undefined, own: string): string {
  if (id?.startsWith('msg_')) return id;
  return own.startsWith('msg_') ? own : `msg_${own}`;
}

/** A part as a content block of a reply; undefined where nothing is left of it, which then is among the losses. */
export function writeReplyBlock(part: Part, losses: LossLog): JsonObject | undefined {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text, citations: null, ...ownFields(part.extra, losses) };
    case 'thinking':
      if (part.redacted) return { type: 'redacted_thinking', data: writeSignature(part.signature) };
      return { type: 'thinking', thinking: part.text, signature: writeSignature(part.signature) };
    case 'toolCall':
      return {
        ...startToolCall(part.id, part.name),
        input: readInput(part.kind === 'custom' ? customInput(part.input) : part.input, losses),
        ...ownFields(part.extra, losses),
      };
    case 'opaque':
      if (part.dialect === 'anthropic' && isObject(part.value)) return part.value;
      losses.add(`content[].${part.label}`, `only ${part.dialect} understands it`);
      return undefined;
    case 'media':
    case 'toolResult':
      losses.add('content[]', `an answer of Anthropic's dialect cannot hold ${part.type}`);
      return undefined;
  }
}

/** A call before its input; the SDK insists on `caller`. */
export function startToolCall(id: string, name: string): JsonObject {
  return { type: 'tool_use', id: safeId(id), name, input: {}, caller: { type: 'direct' } };
}

/** Whether the client owes a result for the block: it does not for calls that another tool made and answers. */
export function awaitsResult({ type, caller }: JsonObject): boolean {
  return type === 'tool_use' && (!isObject(caller) || caller.type === 'direct');
}

/** The SDK insists on `skills`, which older replies lack. */
export function writeContainer(container: unknown): JsonObject | null {
  return isObject(container) ? { skills: null, ...container } : null;
}

/** Free text of a custom tool as the JSON that the dialect wants. */
export function customInput(text: string): string {
  return JSON.stringify({ input: text });
}

function readInput(text: string, losses: LossLog): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    losses.add('content[].input', 'arguments that are no JSON were sent as {"invalid_json": text}');
    return { invalid_json: text };
  }
}

function ownFields(extra: Extra | undefined, losses: LossLog): JsonObject {
  if (extra?.dialect === 'anthropic') return extra.fields;
  if (extra) for (const key in extra.fields) losses.add(`content[].${key}`, `only ${extra.dialect} understands it`);
  return {};
}

/** Names what another dialect's reply carries beside its content. */
export function reportReplyExtra(extra: Extra | undefined, losses: LossLog): void {
  if (!extra || extra.dialect === 'anthropic') return;
  for (const key in extra.fields) losses.add(key, `only ${extra.dialect} understands it`);
}
