import type { ChatEvent, ChatReply, JsonObject, OpeningPart, Part } from '../../chat.ts';
import { collect } from '../../reply.ts';
import { readError } from './error.ts';
import { readUsage } from './usage.ts';
import { FAILURES, isObject, NAME, objectOf, REASONS, textOf } from './wire.ts';

/** A whole reply as events, so that both forms mean the same. */
export function readReply(body: JsonObject): ChatReply {
  const events: ChatEvent[] = [];
  if (!isObject(body.message)) {
    events.push({ type: 'error', error: readError(200, body) });
    return collect(events);
  }
  const { tool_plan: plan, content, tool_calls: calls, citations } = body.message;
  let index = 0;
  const add = (part: OpeningPart, text: string): void => {
    events.push({ type: 'open', choice: 0, index, part });
    if (text !== '') events.push({ type: 'delta', choice: 0, index, text });
    events.push({ type: 'close', choice: 0, index });
    index += 1;
  };
  events.push(startOf(body.id));
  if (textOf(plan) !== '') add({ type: 'thinking' }, textOf(plan));
  for (const piece of typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content)) {
    if (piece.type === 'thinking') add({ type: 'thinking' }, textOf(piece.thinking));
    else if (piece.type === 'text') add({ type: 'text' }, textOf(piece.text));
    else add({ type: 'whole', part: opaque(textOf(piece.type), piece) }, '');
  }
  for (const call of listOf(calls)) add(callOf(call), textOf(objectOf(call.function).arguments));
  if (listOf(citations).length > 0) add({ type: 'whole', part: opaque('citations', citations) }, '');
  readEnd(body, events);
  return collect(events);
}

export function startOf(id: unknown): ChatEvent {
  return { type: 'start', ...(typeof id === 'string' && id !== '' ? { id } : {}) };
}

const listOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

export const opaque = (label: string, value: unknown): Part => ({ type: 'opaque', dialect: NAME, label, value });

export function callOf(call: JsonObject): OpeningPart {
  return { type: 'toolCall', id: textOf(call.id), name: textOf(objectOf(call.function).name), kind: 'function' };
}

/** The end of a reply, or of its stream: usage, and a finish or an error. */
export function readEnd(end: JsonObject, events: ChatEvent[]): void {
  const usage = readUsage(end.usage);
  if (usage !== undefined) events.push({ type: 'usage', usage });
  const word = textOf(end.finish_reason);
  if (word === '') return;
  if (FAILURES.has(word)) {
    const message = textOf(end.error) || `Cohere ended its answer with ${word}.`;
    events.push({ type: 'error', error: { code: word, message, ...(word === 'TIMEOUT' ? { status: 504 } : {}) } });
    return;
  }
  const reason = REASONS[word];
  events.push({
    type: 'finish',
    choice: 0,
    finish: reason === undefined ? { reason: 'other', raw: word } : { reason },
  });
}
