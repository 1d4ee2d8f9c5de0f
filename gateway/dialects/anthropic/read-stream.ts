import type { ChatEvent, Finish, JsonObject, OpeningPart } from '../../chat.ts';
import type { SseMessage } from '../../sse.ts';
import type { StreamReader } from '../dialect.ts';
import { readBlock } from './blocks.ts';
import { readError } from './error.ts';
import { readFinish } from './finish.ts';
import { readSignature } from './signature.ts';
import { readUsage } from './usage.ts';
import { isObject, leftover } from './wire.ts';

interface Block {
  /** Index of the hub's part; undefined for a block that arrives whole when it stops. */
  index: number | undefined;
  /** Kept of a block that only its own dialect understands, to be handed out whole. */
  value: JsonObject;
  /** Input that came before the first delta, or text of an input being collected. */
  input: string;
}

const TEXT = new Set(['type', 'text']);
const THINKING = new Set(['type', 'thinking', 'signature', 'data']);
const TOOL_USE = new Set(['type', 'id', 'name', 'input', 'caller']);
const DELTA = new Set(['stop_reason', 'stop_sequence']);
const MESSAGE_DELTA = new Set(['type', 'delta', 'usage']);

/**
 * Anthropic's stream as events. The finish is held back until `message_stop`: a stream that ends before it was cut
 * (https://platform.claude.com/docs/en/build-with-claude/streaming, read 2026-11). Events of types that we do not know are
 * passed over, as the API asks.
 */
export function createStreamReader(): StreamReader {
  const blocks = new Map<unknown, Block>();
  let next = 0;
  let usage: JsonObject = {};
  let finish: Finish | undefined;

  function readUsageOf(wire: unknown): ChatEvent[] {
    if (!isObject(wire)) return [];
    // Counts are cumulative; a field that a later event leaves out or nulls keeps its value.
    for (const key in wire) if (wire[key] !== null) usage = { ...usage, [key]: wire[key] };
    return [{ type: 'usage', usage: readUsage(usage) }];
  }

  function start(message: JsonObject): ChatEvent[] {
    const event: ChatEvent = { type: 'start' };
    if (typeof message.id === 'string') event.id = message.id;
    if (typeof message.model === 'string') event.model = message.model;
    return [event, ...readUsageOf(message.usage)];
  }

  function open(key: unknown, value: JsonObject): ChatEvent[] {
    const part = openingOf(value);
    const block: Block = { index: part && next, value, input: '' };
    blocks.set(key, block);
    if (part === undefined) return [];
    const index = next++;
    const events: ChatEvent[] = [{ type: 'open', choice: 0, index, part }];
    const text = value.type === 'text' ? value.text : value.thinking;
    if (typeof text === 'string' && text !== '') events.push({ type: 'delta', choice: 0, index, text });
    const signature = readSignature(value.signature ?? value.data);
    if (signature) events.push({ type: 'signature', choice: 0, index, signature });
    return events;
  }

  function delta(key: unknown, value: JsonObject): ChatEvent[] {
    const block = blocks.get(key);
    if (block === undefined) throw new Error('a delta came for a block that is not open');
    if (block.index === undefined) return collectDelta(block, value);
    const { index } = block;
    const text = value.text ?? value.thinking ?? value.partial_json;
    if (value.type === 'signature_delta') {
      const signature = readSignature(value.signature);
      return signature ? [{ type: 'signature', choice: 0, index, signature }] : [];
    }
    if (typeof text !== 'string') {
      // Citations and what comes later: only a stream of the same dialect has a place for them.
      const fields = { [String(value.type)]: { index, delta: value } };
      return [{ type: 'extra', extra: { dialect: 'anthropic', fields } }];
    }
    if (value.type === 'input_json_delta') block.input += text;
    return text === '' ? [] : [{ type: 'delta', choice: 0, index, text }];
  }

  function stop(key: unknown): ChatEvent[] {
    const block = blocks.get(key);
    if (block === undefined) return [];
    blocks.delete(key);
    if (block.index === undefined) {
      const part = readBlock(finished(block), 'content_block');
      const index = next++;
      return [
        { type: 'open', choice: 0, index, part: { type: 'whole', part } },
        { type: 'close', choice: 0, index },
      ];
    }
    const { index, value, input } = block;
    const events: ChatEvent[] = [{ type: 'close', choice: 0, index }];
    // No delta at all: either the call has no arguments, or a compatible server sent them with its start.
    if (value.type === 'tool_use' && input === '') {
      events.unshift({ type: 'delta', choice: 0, index, text: JSON.stringify(value.input ?? {}) });
    }
    return events;
  }

  function messageDelta(message: JsonObject): ChatEvent[] {
    const value = isObject(message.delta) ? message.delta : {};
    finish = readFinish(value.stop_reason, value.stop_sequence) ?? finish;
    const events = readUsageOf(message.usage);
    const fields = { ...leftover(value, DELTA)?.fields, ...leftover(message, MESSAGE_DELTA)?.fields };
    if (Object.keys(fields).length > 0) events.push({ type: 'extra', extra: { dialect: 'anthropic', fields } });
    return events;
  }

  function readMessage(message: JsonObject): ChatEvent[] {
    switch (message.type) {
      case 'message_start':
        return start(isObject(message.message) ? message.message : {});
      case 'content_block_start':
        return open(message.index, isObject(message.content_block) ? message.content_block : {});
      case 'content_block_delta':
        return delta(message.index, isObject(message.delta) ? message.delta : {});
      case 'content_block_stop':
        return stop(message.index);
      case 'message_delta':
        return messageDelta(message);
      case 'message_stop': {
        const events = [...blocks.keys()].flatMap(stop);
        return finish ? [...events, { type: 'finish', choice: 0, finish }] : events;
      }
      case 'error':
        return [{ type: 'error', error: readError(200, message) }];
      default:
        return [];
    }
  }

  return {
    read(message: SseMessage) {
      // No part of the dialect, but compatible servers end with it.
      if (message.data === '[DONE]') return [];
      try {
        const parsed: unknown = JSON.parse(message.data);
        return isObject(parsed) ? readMessage(parsed) : [];
      } catch (thrown) {
        const why = thrown instanceof Error ? thrown.message : 'it is no JSON';
        return [{ type: 'error', error: { message: `The provider sent an event that cannot be read: ${why}` } }];
      }
    },
    end() {
      const events: ChatEvent[] = [];
      for (const { index } of blocks.values())
        if (index !== undefined) events.push({ type: 'close', choice: 0, index });
      blocks.clear();
      return events;
    },
  };
}

/** Undefined for a block that the hub's events cannot carry in pieces: it is collected and handed out whole. */
function openingOf(block: JsonObject): OpeningPart | undefined {
  const { type, id, name } = block;
  if (type === 'text' && !leftover(block, TEXT)) return { type };
  if (type === 'thinking' && !leftover(block, THINKING)) return { type };
  if (type === 'redacted_thinking' && !leftover(block, THINKING)) return { type: 'thinking', redacted: true };
  if (type !== 'tool_use' || typeof id !== 'string' || typeof name !== 'string') return undefined;
  const direct = !isObject(block.caller) || block.caller.type === 'direct';
  return direct && !leftover(block, TOOL_USE) ? { type: 'toolCall', id, name, kind: 'function' } : undefined;
}

function collectDelta(block: Block, delta: JsonObject): ChatEvent[] {
  const { value } = block;
  for (const key of ['text', 'thinking', 'signature'] as const) {
    const text = delta[key];
    if (typeof text === 'string') block.value = { ...block.value, [key]: `${value[key] ?? ''}${text}` };
  }
  if (typeof delta.partial_json === 'string') block.input += delta.partial_json;
  if (delta.citation !== undefined) {
    const citations = Array.isArray(value.citations) ? value.citations : [];
    block.value = { ...block.value, citations: [...citations, delta.citation] };
  }
  return [];
}

function finished(block: Block): JsonObject {
  return block.input === '' ? block.value : { ...block.value, input: JSON.parse(block.input) };
}
