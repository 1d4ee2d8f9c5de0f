import { randomUUID } from 'node:crypto';
import type { ChatEvent, JsonObject, OpeningPart, ThinkingPart } from '../../chat.ts';
import { readError } from './error.ts';
import { readMediaUrl } from './media.ts';
import { readThinking, readThinkingPart } from './thinking.ts';
import { isObject, NAME, readFinishReason } from './wire.ts';

/** Reads what chunk after chunk says of one choice. */
export interface ChoiceReader {
  read(raw: JsonObject, events: ChatEvent[]): void;
  /** Closes what is open; returns the fields of the choice and its message that nobody knows. */
  end(events: ChatEvent[]): JsonObject | undefined;
}

interface Call {
  id: string;
  /** Index of its part; undefined while its name has not come. */
  part?: number;
  kind: 'function' | 'custom';
  name: string;
  /** Input that came before the name. */
  waiting: string;
}

const CHOICE_FIELDS = new Set(['index', 'delta', 'message', 'finish_reason', 'logprobs', 'error', 'usage']);
/** `channel` (Groq) and `index` (Mistral) tell nothing that the place of the text does not. */
const DELTA_FIELDS = new Set([
  ...['role', 'content', 'refusal', 'tool_calls', 'function_call', 'images', 'channel', 'index'],
  ...['reasoning_content', 'reasoning', 'reasoning_details'],
]);

/** `replyId` is what ids of tool calls are made from where the provider gives none. */
export function createChoiceReader(choice: number, replyId: string | undefined): ChoiceReader {
  const extra: JsonObject = {};
  const messageExtra: JsonObject = {};
  /** By the provider's index, in the order of opening. */
  const calls = new Map<number, Call>();
  const keys = new Map<string, number>();
  let lastKey = -1;
  let parts = 0;
  let current: { kind: 'text' | 'refusal' | 'thinking'; index: number } | undefined;
  let finished = false;

  function open(part: OpeningPart, events: ChatEvent[]): number {
    events.push({ type: 'open', choice, index: parts, part });
    return parts++;
  }

  function closeCurrent(events: ChatEvent[]): void {
    if (current !== undefined) events.push({ type: 'close', choice, index: current.index });
    current = undefined;
  }

  /** Text, refusal and reasoning follow each other: one opens when the one before it closes. */
  function switchTo(kind: 'text' | 'refusal' | 'thinking', events: ChatEvent[]): number {
    if (current?.kind === kind) return current.index;
    closeCurrent(events);
    current = { kind, index: open({ type: kind }, events) };
    return current.index;
  }

  function append(kind: 'text' | 'refusal', text: unknown, events: ChatEvent[]): void {
    if (typeof text !== 'string' || text === '') return;
    events.push({ type: 'delta', choice, index: switchTo(kind, events), text });
  }

  function think({ text, signature, redacted }: ThinkingPart, events: ChatEvent[]): void {
    if (redacted) {
      closeCurrent(events);
      const index = open({ type: 'thinking', redacted }, events);
      if (signature !== undefined) events.push({ type: 'signature', choice, index, signature });
      events.push({ type: 'close', choice, index });
      return;
    }
    if (text !== '') events.push({ type: 'delta', choice, index: switchTo('thinking', events), text });
    if (signature === undefined) return;
    events.push({ type: 'signature', choice, index: switchTo('thinking', events), signature });
    // A signature is the last word of its block: what follows is another block.
    closeCurrent(events);
  }

  function readContent(content: unknown, events: ChatEvent[]): void {
    if (typeof content === 'string') append('text', content, events);
    if (!Array.isArray(content)) return;
    for (const part of content as unknown[]) {
      if (!isObject(part)) continue;
      if (part.type === 'thinking') think(readThinkingPart(part), events);
      else if (part.type === 'text' || part.type === undefined) append('text', part.text, events);
      else
        whole(
          { type: 'whole', part: { type: 'opaque', dialect: NAME, label: String(part.type), value: part } },
          events,
        );
    }
  }

  function whole(part: OpeningPart, events: ChatEvent[]): void {
    closeCurrent(events);
    events.push({ type: 'close', choice, index: open(part, events) });
  }

  function readImages(images: unknown, events: ChatEvent[]): void {
    if (!Array.isArray(images)) return;
    for (const image of images as unknown[]) {
      const holder = isObject(image) ? image.image_url : undefined;
      const url = isObject(holder) ? holder.url : undefined;
      if (typeof url === 'string') whole({ type: 'whole', part: readMediaUrl('image', url) }, events);
    }
  }

  /**
   * The call that a piece belongs to. Usually its index says so; some providers leave the index out, or give every whole call
   * the index 0, so a new id beside a name begins a new call; a piece with neither continues the last one.
   */
  function findCall(raw: JsonObject, name: string): Call {
    const id = typeof raw.id === 'string' ? raw.id : '';
    const index = typeof raw.index === 'number' ? raw.index : undefined;
    const byId = index === undefined || name === '' ? keys.get(id) : undefined;
    let key = byId ?? index ?? (id === '' && name === '' && lastKey >= 0 ? lastKey : lastKey + 1);
    const known = calls.get(key);
    if (known !== undefined) {
      if (id === '' || name === '' || known.id === id) return known;
      key = lastKey + 1;
    }
    const kind = raw.type === 'custom' || isObject(raw.custom) ? 'custom' : 'function';
    const call: Call = { id: id || madeId(calls.size), kind, name: '', waiting: '' };
    lastKey = Math.max(lastKey, key);
    calls.set(key, call);
    keys.set(call.id, key);
    return call;
  }

  const madeId = (nth: number): string => `call_${(replyId ?? randomUUID()).replace(/[^\w]/g, '')}_${choice}_${nth}`;

  function readCall(raw: JsonObject, events: ChatEvent[]): void {
    const inner = isObject(raw.custom) ? raw.custom : isObject(raw.function) ? raw.function : {};
    const name = typeof inner.name === 'string' ? inner.name : '';
    const call = findCall(raw, name);
    call.name ||= name;
    const input = inner.arguments ?? inner.input ?? '';
    call.waiting += typeof input === 'string' ? input : JSON.stringify(input);
    if (call.name !== '') flush(call, events);
  }

  function flush(call: Call, events: ChatEvent[]): void {
    if (call.part === undefined) {
      closeCurrent(events);
      call.part = open({ type: 'toolCall', id: call.id, name: call.name, kind: call.kind }, events);
    }
    if (call.waiting !== '') events.push({ type: 'delta', choice, index: call.part, text: call.waiting });
    call.waiting = '';
  }

  function closeAll(events: ChatEvent[]): void {
    closeCurrent(events);
    for (const call of calls.values()) {
      if (call.part === undefined) flush(call, events);
      if (call.part !== undefined) events.push({ type: 'close', choice, index: call.part });
    }
    calls.clear();
  }

  function readDelta(delta: JsonObject, events: ChatEvent[]): void {
    for (const part of readThinking(delta)) think(part, events);
    readContent(delta.content, events);
    append('refusal', delta.refusal, events);
    readImages(delta.images, events);
    if (Array.isArray(delta.tool_calls))
      for (const call of delta.tool_calls as unknown[]) if (isObject(call)) readCall(call, events);
    if (isObject(delta.function_call)) readCall({ index: 0, function: delta.function_call }, events);
    keepUnknown(delta, DELTA_FIELDS, messageExtra);
  }

  function readFinish(reason: unknown, events: ChatEvent[]): void {
    // OpenRouter finishes a choice with `error` beside the error itself, which is no finish.
    if (finished || typeof reason !== 'string' || reason === '' || reason === 'error') return;
    finished = true;
    closeAll(events);
    const known = readFinishReason(reason);
    events.push({
      type: 'finish',
      choice,
      finish: known === 'other' ? { reason: known, raw: reason } : { reason: known },
    });
  }

  return {
    read(raw, events) {
      const delta = raw.delta ?? raw.message;
      if (isObject(delta)) readDelta(delta, events);
      if (isObject(raw.logprobs)) events.push({ type: 'logprobs', choice, dialect: NAME, value: raw.logprobs });
      if (raw.error !== undefined && raw.error !== null)
        events.push({ type: 'error', error: readError(undefined, raw) });
      readFinish(raw.finish_reason, events);
      keepUnknown(raw, CHOICE_FIELDS, extra);
    },
    end(events) {
      closeAll(events);
      if (Object.keys(messageExtra).length > 0) extra.message = messageExtra;
      return Object.keys(extra).length > 0 ? extra : undefined;
    },
  };
}

/** The last value of each counts; empty lists say nothing. */
function keepUnknown(from: JsonObject, known: ReadonlySet<string>, into: JsonObject): void {
  for (const key in from) {
    const value = from[key];
    if (!known.has(key) && value !== null && !(Array.isArray(value) && value.length === 0)) into[key] = value;
  }
}
