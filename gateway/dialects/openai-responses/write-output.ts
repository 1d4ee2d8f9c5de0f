import type { ChatEvent, Extra, JsonObject, OpeningPart, Part, Signature } from '../../chat.ts';
import { callFields, emptyContent, labelOf, toldAs, whyNot, writeItem } from './items.ts';
import { splitName } from './namespace.ts';
import { writeSignature } from './signature.ts';
import { isObject, NAME, objectsIn, type Writing } from './wire.ts';

/** Tells the items of a response one after the other. */
export interface OutputWriter {
  /** Items that have ended. */
  readonly output: readonly JsonObject[];
  write(event: ChatEvent): void;
  /** Ends what is open. `status` is that of a message which the end found open. */
  end(status: 'completed' | 'incomplete'): void;
}

export interface OutputOptions {
  /** Makes ids of items: unique, and of one reply. */
  idOf(prefix: string, count: number): string;
  send(type: string, fields: JsonObject): void;
  lose: Writing['lose'];
}

/** A part of the hub on its way out. While another is being told its text waits. */
interface Open {
  index: number;
  part: OpeningPart;
  text: string;
  signature?: Signature;
  closed: boolean;
  logprobs: JsonObject[];
}

/** The item of the part that is being told, or the message that its text belongs to. */
interface Item {
  id: string;
  place: number;
}

/**
 * Items never overlap here: parts that open while another is open wait for it to close. Texts and refusals that follow each other are
 * the content of one message.
 */
export function createOutputWriter({ idOf, send, lose }: OutputOptions): OutputWriter {
  const output: JsonObject[] = [];
  const parts = new Map<number, Open>();
  const annotations: Record<string, unknown> = {};
  let current: Open | undefined;
  let message: (Item & { content: JsonObject[] }) | undefined;
  let item: Item | undefined;

  function add(prefix: string, fields: JsonObject): Item {
    const added = { id: idOf(prefix, output.length), place: output.length };
    send('response.output_item.added', { output_index: added.place, item: { id: added.id, ...fields } });
    return added;
  }

  function done({ id, place }: Item, fields: JsonObject): void {
    const finished = { id, ...fields };
    output.push(finished);
    send('response.output_item.done', { output_index: place, item: finished });
  }

  function endMessage(status: 'completed' | 'incomplete'): void {
    if (message === undefined) return;
    done(message, { type: 'message', status, role: 'assistant', content: message.content });
    message = undefined;
  }

  const at = ({ id, place }: Item): JsonObject => ({ item_id: id, output_index: place });

  function inMessage(): JsonObject {
    if (message === undefined) return {};
    return { ...at(message), content_index: message.content.length };
  }

  function begin(open: Open): void {
    current = open;
    const { part } = open;
    if (part.type === 'text' || part.type === 'refusal') {
      message ??= {
        ...add('msg', { type: 'message', status: 'in_progress', role: 'assistant', content: [] }),
        content: [],
      };
      send('response.content_part.added', { ...inMessage(), part: emptyContent(part.type) });
    } else {
      endMessage('completed');
      if (part.type === 'thinking') item = add('rs', { type: 'reasoning', summary: [] });
      else if (part.type === 'toolCall')
        item = add(part.kind === 'custom' ? 'ctc' : 'fc', callFields(part, '', 'in_progress'));
    }
    const waiting = open.text;
    open.text = '';
    if (waiting !== '') tell(open, waiting);
    if (open.closed) finish(open);
  }

  function tell(open: Open, text: string): void {
    if (open !== current) {
      open.text += text;
      return;
    }
    const isFirst = open.text === '';
    open.text += text;
    const { part } = open;
    if (part.type === 'text') send('response.output_text.delta', { ...inMessage(), delta: text, logprobs: [] });
    else if (part.type === 'refusal') send('response.refusal.delta', { ...inMessage(), delta: text });
    else if (item === undefined) return;
    else if (part.type === 'thinking') {
      const place = { ...at(item), summary_index: 0 };
      if (isFirst)
        send('response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } });
      send('response.reasoning_summary_text.delta', { ...place, delta: text });
    } else if (part.type === 'toolCall') {
      const kind = part.kind === 'custom' ? 'custom_tool_call_input' : 'function_call_arguments';
      send(`response.${kind}.delta`, { ...at(item), delta: text });
    }
  }

  /** Ends the current part, and begins those that waited, up to one that is still being told. */
  function finish(open: Open): void {
    const { part } = open;
    parts.delete(open.index);
    if (part.type === 'text' || part.type === 'refusal') finishContent(open, part.type);
    else if (part.type === 'whole') writeWhole(part.part);
    else if (item !== undefined && part.type === 'thinking') finishReasoning(open, item);
    else if (item !== undefined && part.type === 'toolCall') finishCall(open, part, item);
    item = undefined;
    current = undefined;
    const next = parts.values().next();
    if (!next.done) begin(next.value);
  }

  function finishContent({ index, text, logprobs }: Open, type: 'text' | 'refusal'): void {
    const place = inMessage();
    const written: JsonObject =
      type === 'text'
        ? { type: 'output_text', text, annotations: objectsIn(annotations[index]), logprobs }
        : { type: 'refusal', refusal: text };
    objectsIn(annotations[index]).forEach((annotation, annotation_index) => {
      send('response.output_text.annotation.added', { ...place, annotation_index, annotation });
    });
    if (type === 'text') send('response.output_text.done', { ...place, text, logprobs });
    else send('response.refusal.done', { ...place, refusal: text });
    send('response.content_part.done', { ...place, part: written });
    message?.content.push(written);
  }

  function finishReasoning({ text, signature, part }: Open, own: Item): void {
    const summary = text === '' ? [] : [{ type: 'summary_text', text }];
    if (text !== '') {
      const place = { ...at(own), summary_index: 0 };
      send('response.reasoning_summary_text.done', { ...place, text });
      send('response.reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text } });
    }
    const fields: JsonObject = { type: 'reasoning', summary };
    const signed = part.type === 'thinking' && part.redacted ? 'redacted' : 'thinking';
    if (signature !== undefined) fields.encrypted_content = writeSignature(signature, signed);
    done(own, fields);
  }

  /** A call without arguments gets `{}`: clients parse them. */
  function finishCall(open: Open, part: Extract<OpeningPart, { type: 'toolCall' }>, own: Item): void {
    if (part.kind === 'custom') send('response.custom_tool_call_input.done', { ...at(own), input: open.text });
    else {
      if (open.text === '') tell(open, '{}');
      const { name } = splitName(part.name);
      send('response.function_call_arguments.done', { ...at(own), name, arguments: open.text });
    }
    done(own, callFields(part, open.text, 'completed'));
    if (open.signature !== undefined) writeProof(open.signature);
  }

  /** A call has no field for a proof (Gemini signs calls): it goes in an item of its own behind the call, and comes back there. */
  function writeProof(signature: Signature): void {
    const fields = { type: 'reasoning', summary: [] };
    done(add('rs', fields), { ...fields, encrypted_content: writeSignature(signature, 'call') });
  }

  function writeWhole(part: Part): void {
    const written = writeItem(part);
    if (written === undefined) {
      lose(`output[].${labelOf(part)}`, whyNot(part));
      return;
    }
    const { id = idOf(written.type === 'image_generation_call' ? 'ig' : 'item', output.length), ...fields } = written;
    // The picture itself goes out once.
    const begun = fields.type === 'image_generation_call' ? { ...fields, status: 'in_progress', result: null } : fields;
    const own = { id: String(id), place: output.length };
    send('response.output_item.added', { output_index: own.place, item: { id, ...begun } });
    done(own, fields);
  }

  function keepExtra({ dialect, fields }: Extra): void {
    for (const key in fields) {
      if (dialect !== NAME) lose(key, `unknown to ${NAME}`);
      else if (key === 'annotations' && isObject(fields.annotations)) Object.assign(annotations, fields.annotations);
    }
  }

  function keepLogprobs({ dialect, value }: Extract<ChatEvent, { type: 'logprobs' }>): void {
    const content = objectsIn(isObject(value) ? value.content : undefined);
    if (dialect !== 'openai-chat' && dialect !== NAME)
      lose('output[].logprobs', `log probabilities of ${dialect} have another shape`);
    else if (current?.part.type === 'text') current.logprobs.push(...content);
    else {
      const last = [...output.flatMap((each) => objectsIn(each.content)), ...(message?.content ?? [])].findLast(
        ({ type }) => type === 'output_text',
      );
      if (Array.isArray(last?.logprobs)) last.logprobs.push(...content);
    }
  }

  return {
    output,
    write(event) {
      if (event.type === 'open') {
        const open: Open = { index: event.index, ...toldAs(event.part), closed: false, logprobs: [] };
        parts.set(event.index, open);
        if (current === undefined) begin(open);
      } else if (event.type === 'delta') {
        const open = parts.get(event.index);
        if (open !== undefined && event.text !== '') tell(open, event.text);
      } else if (event.type === 'signature') {
        const open = parts.get(event.index);
        if (open !== undefined) open.signature = event.signature;
      } else if (event.type === 'close') {
        const open = parts.get(event.index);
        if (open === undefined) return;
        open.closed = true;
        if (open === current) finish(open);
      } else if (event.type === 'logprobs') keepLogprobs(event);
      else if (event.type === 'extra') keepExtra(event.extra);
    },
    end(status) {
      for (const open of parts.values()) open.closed = true;
      if (current !== undefined) finish(current);
      endMessage(status);
    },
  };
}
