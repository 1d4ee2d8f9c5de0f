import type { ChatEvent, JsonObject, OpeningPart } from '../../chat.ts';
import type { SseMessage } from '../../sse.ts';
import type { StreamReader } from '../dialect.ts';
import { readError } from './error.ts';
import { callOf, opaque, readEnd, startOf } from './read-reply.ts';
import { isObject, objectOf, textOf } from './wire.ts';

/** Contents and calls count apart, each from 0; the plan has no number. */
type Key = 'plan' | `content ${string}` | `call ${string}`;

/** Provider's stream → events (https://docs.cohere.com/v2/docs/streaming, read 2026-11). Only `message-end` finishes it. */
export function createStreamReader(): StreamReader {
  const open = new Map<Key, number>();
  const citations: unknown[] = [];
  let started = false;
  let parts = 0;

  function begin(key: Key, part: OpeningPart, events: ChatEvent[]): number {
    const known = open.get(key);
    if (known !== undefined) return known;
    const index = parts;
    parts += 1;
    open.set(key, index);
    events.push({ type: 'open', choice: 0, index, part });
    return index;
  }

  function say(key: Key, { part, text }: { part: OpeningPart; text: string }, events: ChatEvent[]): void {
    if (text !== '') events.push({ type: 'delta', choice: 0, index: begin(key, part, events), text });
  }

  function close(key: Key, events: ChatEvent[]): void {
    const index = open.get(key);
    if (index !== undefined && open.delete(key)) events.push({ type: 'close', choice: 0, index });
  }

  function closeAll(events: ChatEvent[]): void {
    for (const key of [...open.keys()]) close(key, events);
  }

  function tellCitations(events: ChatEvent[]): void {
    if (citations.length === 0) return;
    const part: OpeningPart = { type: 'whole', part: opaque('citations', citations.splice(0)) };
    begin('content citations', part, events);
    close('content citations', events);
  }

  function readContent(event: JsonObject, message: JsonObject, events: ChatEvent[]): void {
    const key: Key = `content ${event.index}`;
    const content = objectOf(message.content);
    const isThinking = content.type === 'thinking' || typeof content.thinking === 'string';
    const part: OpeningPart = { type: isThinking ? 'thinking' : 'text' };
    if (event.type === 'content-start') {
      close('plan', events);
      begin(key, part, events);
    }
    say(key, { part, text: textOf(content.thinking) || textOf(content.text) }, events);
  }

  function readCall(event: JsonObject, message: JsonObject, events: ChatEvent[]): void {
    const key: Key = `call ${event.index}`;
    const call = objectOf(message.tool_calls);
    const part = callOf(call);
    if (event.type === 'tool-call-start') {
      closeAll(events);
      begin(key, part, events);
    }
    say(key, { part, text: textOf(objectOf(call.function).arguments) }, events);
  }

  function readEvent(event: JsonObject, events: ChatEvent[]): void {
    const delta = objectOf(event.delta);
    const message = objectOf(delta.message);
    switch (event.type) {
      case 'message-start':
        if (!started) events.push(startOf(event.id));
        started = true;
        break;
      case 'tool-plan-delta':
        say('plan', { part: { type: 'thinking' }, text: textOf(message.tool_plan) }, events);
        break;
      case 'content-start':
      case 'content-delta':
        readContent(event, message, events);
        break;
      case 'content-end':
        close(`content ${event.index}`, events);
        break;
      case 'tool-call-start':
      case 'tool-call-delta':
        readCall(event, message, events);
        break;
      case 'tool-call-end':
        close(`call ${event.index}`, events);
        break;
      case 'citation-start':
        citations.push(message.citations);
        break;
      case 'message-end':
        closeAll(events);
        tellCitations(events);
        readEnd(delta, events);
        break;
      default:
        if (event.type === undefined && event.message !== undefined)
          events.push({ type: 'error', error: readError(200, event) });
    }
  }

  return {
    read({ data }: SseMessage) {
      const events: ChatEvent[] = [];
      const event = parse(data);
      if (isObject(event)) readEvent(event, events);
      else if (data !== '' && data !== '[DONE]') {
        const message = 'Cohere sent a part of its stream that is not a JSON object.';
        events.push({ type: 'error', error: { code: 'bad_event', message } });
      }
      return events;
    },
    end() {
      const events: ChatEvent[] = [];
      closeAll(events);
      return events;
    },
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
