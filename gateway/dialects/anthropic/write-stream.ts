import type { ChatEvent, Finish, JsonObject, OpeningPart, Part, Signature, Usage } from '../../chat.ts';
import type { ReplyContext, StreamWriter } from '../dialect.ts';
import { typeOf } from './error.ts';
import { writeFinish } from './finish.ts';
import { createLossLog } from './losses.ts';
import { emptyMessage } from './reply.ts';
import { writeSignature } from './signature.ts';
import { frame, piecesOf, startOf } from './stream-block.ts';
import { writeUsage } from './usage.ts';
import { isObject } from './wire.ts';
import { awaitsResult, customInput, reportReplyExtra, writeContainer, writeReplyBlock } from './write-reply-block.ts';

/** A part of the hub on its way out: its block index once it is open, and what waits until then. */
interface OpenPart {
  index: number;
  part: OpeningPart;
  block: number | undefined;
  waiting: JsonObject[];
  closed: boolean;
  /** Whether any input of a call went out. */
  filled: boolean;
  /** Free text of a custom tool: it becomes JSON when it is whole. */
  text: string;
  /** Encrypted reasoning, which is all that its block holds. */
  ciphertext: string;
}

/**
 * Events as Anthropic's stream. Blocks never overlap there: parts that open while another is open wait for it to close.
 * `message_start` is held back until the first part, so that it can carry a usage that is known by then.
 */
export function createStreamWriter(context: ReplyContext): StreamWriter {
  const losses = createLossLog();
  const parts = new Map<number, OpenPart>();
  let started = false;
  let id: string | undefined;
  let usage: Usage | undefined;
  let finish: Finish | undefined;
  let current: OpenPart | undefined;
  let nextBlock = 0;
  let called = false;
  let last: JsonObject = {};

  function begin(): string {
    if (started) return '';
    started = true;
    return frame({ type: 'message_start', message: { ...emptyMessage(id, context), usage: writeUsage(usage) } });
  }

  function block(open: OpenPart, content: JsonObject): string {
    open.block = nextBlock++;
    return begin() + frame({ type: 'content_block_start', index: open.block, content_block: content });
  }

  /** Sends a delta, or keeps it until its block is open. */
  function send(open: OpenPart, delta: JsonObject): string {
    if (open.block !== undefined && open === current) {
      return frame({ type: 'content_block_delta', index: open.block, delta });
    }
    open.waiting.push(delta);
    return '';
  }

  /** Makes `open` the current part and sends what waited for it. */
  function enter(open: OpenPart): string {
    current = open;
    const content = startOf(open.part);
    // Encrypted reasoning has no deltas: its block starts with all of it, so it waits for its signature.
    let text = content ? block(open, content) : '';
    if (content) for (const delta of open.waiting.splice(0)) text += send(open, delta);
    return open.closed ? text + shut(open) : text;
  }

  /** Ends the current part, and begins those that waited, up to one that is still being told. */
  function leave(open: OpenPart): string {
    let text = shut(open);
    for (let next = parts.values().next(); !next.done && !current; next = parts.values().next())
      text += enter(next.value);
    return text;
  }

  function shut(open: OpenPart): string {
    let text = '';
    if (open.part.type === 'whole') text += writeWhole(open, open.part.part);
    else if (open.ciphertext !== '') text += block(open, { type: 'redacted_thinking', data: open.ciphertext });
    if (open.part.type === 'toolCall' && !open.filled) {
      const input = open.part.kind === 'custom' ? customInput(open.text) : '{}';
      text += send(open, { type: 'input_json_delta', partial_json: input });
    }
    if (open.block !== undefined) text += frame({ type: 'content_block_stop', index: open.block });
    parts.delete(open.index);
    current = undefined;
    return text;
  }

  function writeWhole(open: OpenPart, part: Part): string {
    const content = writeReplyBlock(part, losses);
    if (content === undefined) return '';
    const [start, deltas] = piecesOf(content);
    called ||= awaitsResult(content);
    let text = block(open, start);
    for (const delta of deltas) text += send(open, delta);
    return text;
  }

  function onDelta(index: number, text: string): string {
    const open = parts.get(index);
    if (open === undefined) return '';
    switch (open.part.type) {
      case 'text':
      case 'refusal':
        return send(open, { type: 'text_delta', text });
      case 'thinking':
        return open.part.redacted ? '' : send(open, { type: 'thinking_delta', thinking: text });
      case 'toolCall':
        if (open.part.kind === 'custom') {
          open.text += text;
          return '';
        }
        open.filled ||= text !== '';
        return send(open, { type: 'input_json_delta', partial_json: text });
      case 'whole':
        return '';
    }
  }

  function onSignature(index: number, signature: Signature): string {
    const open = parts.get(index);
    // A signature on a call (Gemini) has no field here.
    if (open?.part.type !== 'thinking') return '';
    if (!open.part.redacted) return send(open, { type: 'signature_delta', signature: writeSignature(signature) });
    open.ciphertext = writeSignature(signature);
    return '';
  }

  function onExtra(event: Extract<ChatEvent, { type: 'extra' }>): string {
    const { extra } = event;
    reportReplyExtra(extra, losses);
    if (extra.dialect !== 'anthropic') return '';
    let text = '';
    for (const [key, value] of Object.entries(extra.fields)) {
      if (!key.endsWith('_delta') || !isObject(value) || !isObject(value.delta)) last = { ...last, [key]: value };
      else {
        const open = parts.get(Number(value.index));
        if (open) text += send(open, value.delta);
      }
    }
    return text;
  }

  function write(event: ChatEvent): string {
    switch (event.type) {
      case 'start':
        id = event.id;
        return '';
      case 'usage':
        usage = { ...usage, ...event.usage };
        return '';
      case 'open': {
        const { part } = event;
        if (part.type === 'toolCall') called = true;
        const open = waitingPart(event.index, part);
        parts.set(event.index, open);
        return current === undefined ? enter(open) : '';
      }
      case 'delta':
        return onDelta(event.index, event.text);
      case 'signature':
        return onSignature(event.index, event.signature);
      case 'close': {
        const open = parts.get(event.index);
        if (open === undefined) return '';
        open.closed = true;
        return open === current ? leave(open) : '';
      }
      case 'finish':
        finish = event.finish;
        return '';
      case 'extra':
        return onExtra(event);
      case 'logprobs':
        losses.add('choices[].logprobs', 'Anthropic has no log probabilities');
        return '';
      case 'error': {
        const { status = 500, message } = event.error;
        return frame({ type: 'error', error: { type: typeOf(status), message }, request_id: null });
      }
    }
  }

  return {
    write(event) {
      if ('choice' in event && event.choice > 0) {
        losses.add('choices', 'Anthropic has one choice: the others were left out');
        return '';
      }
      return write(event);
    },
    end() {
      let text = begin();
      for (const open of parts.values()) open.closed = true;
      if (current) text += leave(current);
      if (finish === undefined) return text;
      const { cache_creation: _, service_tier: __, inference_geo: ___, speed: ____, ...counts } = writeUsage(usage);
      const { container, stop_details = null, ...fields } = last;
      const delta = { ...writeFinish(finish, called), stop_details, container: writeContainer(container) };
      return text + frame({ type: 'message_delta', delta, usage: counts, ...fields });
    },
    terminal: () => frame({ type: 'message_stop' }),
    losses: () => losses.list,
  };
}

function waitingPart(index: number, part: OpeningPart): OpenPart {
  return { index, part, block: undefined, waiting: [], closed: false, filled: false, text: '', ciphertext: '' };
}
