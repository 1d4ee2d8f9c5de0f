import type { ChatEvent, JsonObject, OpeningPart } from '../../chat.ts';
import { joinName } from './namespace.ts';
import { textsOf } from './read-input.ts';
import { readSignature } from './signature.ts';
import { NAME, objectsIn } from './wire.ts';

/** Reads the items of a response, as a stream tells them or whole. */
export interface OutputReader {
  /** Items that have ended, in the order of their ending. */
  readonly items: readonly JsonObject[];
  /** Whether a tool of the client was called. */
  called(): boolean;
  /** An event about an item or a part of it. Those that it does not know change nothing. */
  read(event: JsonObject, events: ChatEvent[]): void;
  /** The item at `place`, whole: tells what its deltas have not, and closes it. */
  finish(item: JsonObject, place: number, events: ChatEvent[]): void;
  /** Closes what is open. */
  end(events: ChatEvent[]): void;
}

/** One part of the hub. Ids of items change from event to event at some providers (Copilot), places do not. */
interface Open {
  place: number;
  index: number;
  /** Characters told so far. */
  length: number;
  /** The part of a summary that the last piece belonged to. */
  section?: string;
}

type Piece = { kind: 'text' | 'refusal' | 'thinking' | 'call'; section?: string; whole?: boolean };

/** What an event tells of a part; `whole` repeats all of it, and counts only where no piece came before. */
const PIECES: Record<string, Piece & { field: string }> = {
  'response.output_text.delta': { kind: 'text', field: 'delta' },
  'response.output_text.done': { kind: 'text', field: 'text', whole: true },
  'response.refusal.delta': { kind: 'refusal', field: 'delta' },
  'response.refusal.done': { kind: 'refusal', field: 'refusal', whole: true },
  'response.reasoning_summary_text.delta': { kind: 'thinking', field: 'delta', section: 'summary_index' },
  'response.reasoning_text.delta': { kind: 'thinking', field: 'delta', section: 'content_index' },
  'response.function_call_arguments.delta': { kind: 'call', field: 'delta' },
  'response.function_call_arguments.done': { kind: 'call', field: 'arguments', whole: true },
  'response.custom_tool_call_input.delta': { kind: 'call', field: 'delta' },
  'response.custom_tool_call_input.done': { kind: 'call', field: 'input', whole: true },
};

export function createOutputReader(): OutputReader {
  const open = new Map<string, Open>();
  const items: JsonObject[] = [];
  const annotations: Record<string, JsonObject[]> = {};
  let parts = 0;
  let called = false;

  function begin(key: string, place: number, part: OpeningPart, events: ChatEvent[]): Open {
    const known = open.get(key);
    if (known !== undefined) return known;
    const opened: Open = { place, index: parts, length: 0 };
    parts += 1;
    open.set(key, opened);
    events.push({ type: 'open', choice: 0, index: opened.index, part });
    return opened;
  }

  function tell(
    part: Open,
    text: unknown,
    { section, whole }: Pick<Piece, 'section' | 'whole'>,
    events: ChatEvent[],
  ): void {
    if (typeof text !== 'string' || text === '' || (whole && part.length > 0)) return;
    const gap = section !== undefined && part.section !== undefined && part.section !== section ? '\n\n' : '';
    if (section !== undefined) part.section = section;
    part.length += text.length;
    events.push({ type: 'delta', choice: 0, index: part.index, text: gap + text });
  }

  function close(key: string, events: ChatEvent[]): void {
    const part = open.get(key);
    if (part === undefined) return;
    open.delete(key);
    events.push({ type: 'close', choice: 0, index: part.index });
  }

  function readPiece(event: JsonObject, piece: Piece & { field: string }, events: ChatEvent[]): void {
    const place = numberAt(event, 'output_index');
    const { kind, field, section, whole } = piece;
    if (kind === 'call') {
      const call = open.get(`${place}`);
      if (call !== undefined) tell(call, event[field], { ...(whole && { whole }) }, events);
      return;
    }
    const key = kind === 'thinking' ? `${place}` : `${place}.${numberAt(event, 'content_index')}`;
    if (event[field] === '' && !open.has(key)) return;
    const part = begin(key, place, { type: kind }, events);
    const named = section === undefined ? {} : { section: `${section}${numberAt(event, section)}` };
    tell(part, event[field], { ...named, ...(whole && { whole }) }, events);
    if (kind === 'text' && !whole) tellLogprobs(event.logprobs, events);
  }

  function tellLogprobs(value: unknown, events: ChatEvent[]): void {
    const content = objectsIn(value);
    // They are those of Chat Completions, so they go under its name.
    if (content.length > 0) events.push({ type: 'logprobs', choice: 0, dialect: 'openai-chat', value: { content } });
  }

  function tellAnnotations(part: Open, list: JsonObject[], events: ChatEvent[]): void {
    if (list.length === 0 || annotations[part.index] !== undefined) return;
    annotations[part.index] = list;
    events.push({ type: 'extra', extra: { dialect: NAME, fields: { annotations: { ...annotations } } } });
  }

  function beginCall(item: JsonObject, place: number, events: ChatEvent[]): Open {
    called = true;
    const id = [item.call_id, item.id].find((each) => typeof each === 'string' && each !== '');
    const kind = item.type === 'custom_tool_call' ? 'custom' : 'function';
    const name = joinName(item.namespace, String(item.name ?? ''));
    return begin(`${place}`, place, { type: 'toolCall', id: String(id ?? `call_${place}`), name, kind }, events);
  }

  function finishMessage(item: JsonObject, place: number, events: ChatEvent[]): void {
    objectsIn(item.content).forEach((raw, at) => {
      const kind = raw.type === 'refusal' ? 'refusal' : raw.type === 'output_text' ? 'text' : undefined;
      const key = `${place}.${at}`;
      if (kind === undefined) {
        whole({ type: 'opaque', dialect: NAME, label: `content.${String(raw.type)}`, value: raw }, events);
        return;
      }
      const wasTold = open.has(key);
      const part = begin(key, place, { type: kind }, events);
      tell(part, kind === 'text' ? raw.text : raw.refusal, { whole: true }, events);
      if (kind === 'text' && !wasTold) tellLogprobs(raw.logprobs, events);
      tellAnnotations(part, objectsIn(raw.annotations), events);
    });
  }

  function finishReasoning(item: JsonObject, place: number, events: ChatEvent[]): void {
    const content = textsOf(item.content);
    const text = (content.length > 0 ? content : textsOf(item.summary)).join('\n\n');
    const proof = readSignature(item.encrypted_content);
    if (text === '' && proof === undefined && !open.has(`${place}`)) return;
    const part = begin(
      `${place}`,
      place,
      { type: 'thinking', ...(proof?.signed === 'redacted' && { redacted: true }) },
      events,
    );
    tell(part, text, { whole: true }, events);
    if (proof !== undefined)
      events.push({ type: 'signature', choice: 0, index: part.index, signature: proof.signature });
  }

  function whole(part: Extract<OpeningPart, { type: 'whole' }>['part'], events: ChatEvent[]): void {
    const index = parts;
    parts += 1;
    events.push({ type: 'open', choice: 0, index, part: { type: 'whole', part } }, { type: 'close', choice: 0, index });
  }

  function finishItem(item: JsonObject, place: number, events: ChatEvent[]): void {
    const type = String(item.type);
    if (type === 'message') finishMessage(item, place, events);
    else if (type === 'reasoning') finishReasoning(item, place, events);
    else if (type === 'function_call' || type === 'custom_tool_call') {
      const call = beginCall(item, place, events);
      tell(call, type === 'custom_tool_call' ? item.input : item.arguments, { whole: true }, events);
    } else if (type === 'image_generation_call' && typeof item.result === 'string') whole(readImage(item), events);
    else whole({ type: 'opaque', dialect: NAME, label: type, value: item }, events);
    for (const [key, part] of open) if (part.place === place) close(key, events);
  }

  return {
    items,
    called: () => called,
    read(event, events) {
      const piece = PIECES[String(event.type)];
      if (piece !== undefined) readPiece(event, piece, events);
      else if (event.type === 'response.output_item.added') {
        const [item] = objectsIn([event.item]);
        if (item?.type === 'function_call' || item?.type === 'custom_tool_call')
          beginCall(item, numberAt(event, 'output_index'), events);
      }
    },
    finish(item, place, events) {
      items.push(item);
      finishItem(item, place, events);
    },
    end(events) {
      for (const key of open.keys()) close(key, events);
    },
  };
}

const numberAt = (event: JsonObject, key: string): number => (typeof event[key] === 'number' ? event[key] : 0);

/** An image that the model made, with the rest of its item beside it. */
function readImage(item: JsonObject): Extract<OpeningPart, { type: 'whole' }>['part'] {
  const { result, ...fields } = item;
  const format = typeof item.output_format === 'string' ? item.output_format : 'png';
  const source = { from: 'base64' as const, data: String(result) };
  return { type: 'media', kind: 'image', source, mime: `image/${format}`, extra: { dialect: NAME, fields } };
}
