import type { ChatEvent, Finish, JsonObject } from '../../chat.ts';
import type { SseMessage } from '../../sse.ts';
import type { StreamReader } from '../dialect.ts';
import { readError } from './error.ts';
import { createOutputReader, type OutputReader } from './read-output.ts';
import { itemsOf, readUsage } from './usage.ts';
import { isObject } from './wire.ts';

/** Events that carry the response itself and are its last. */
const LAST = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);

/** Provider's stream → events. Only `response.completed` and `response.incomplete` finish it. */
export function createStreamReader(): StreamReader {
  const output = createOutputReader();
  let started = false;

  function readEvent(event: JsonObject, events: ChatEvent[]): void {
    const { type, response } = event;
    if (type === 'error' || (type === undefined && event.error !== undefined)) {
      events.push({ type: 'error', error: readError(undefined, event) });
      return;
    }
    if (isObject(response)) {
      if (!started) events.push(readStart(response));
      started = true;
      if (!LAST.has(String(type))) return;
      if (output.items.length === 0) readItems(response, output, events);
      output.end(events);
      readEnd(String(type).slice('response.'.length), response, { output, events });
    } else if (type === 'response.output_item.done') {
      const place = typeof event.output_index === 'number' ? event.output_index : 0;
      if (isObject(event.item)) output.finish(event.item, place, events);
    } else output.read(event, events);
  }

  return {
    read({ data }: SseMessage) {
      if (data === '[DONE]' || data === '') return [];
      const event = parse(data);
      const events: ChatEvent[] = [];
      if (isObject(event)) readEvent(event, events);
      else {
        const message = 'The provider sent a part of its stream that is not a JSON object.';
        events.push({ type: 'error', error: { code: 'bad_event', message } });
      }
      return events;
    },
    end() {
      const events: ChatEvent[] = [];
      output.end(events);
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

/** A whole response as events, so that both forms mean the same. */
export function readWhole(response: JsonObject): ChatEvent[] {
  const output = createOutputReader();
  const events: ChatEvent[] = [];
  if (response.id !== undefined || response.output !== undefined) events.push(readStart(response));
  readItems(response, output, events);
  readEnd(String(response.status ?? 'completed'), response, { output, events });
  return events;
}

function readItems(response: JsonObject, output: OutputReader, events: ChatEvent[]): void {
  itemsOf(response).forEach((item, place) => {
    output.finish(item, place, events);
  });
}

function readStart({ id, model, created_at }: JsonObject): ChatEvent {
  const start: ChatEvent = { type: 'start' };
  if (typeof id === 'string' && id !== '') start.id = id;
  if (typeof model === 'string' && model !== '') start.model = model;
  if (typeof created_at === 'number') start.createdAtMs = created_at * 1000;
  return start;
}

function readEnd(
  status: string,
  response: JsonObject,
  { output, events }: { output: OutputReader; events: ChatEvent[] },
): void {
  const usage = readUsage(response, output.items);
  if (usage !== undefined) events.push({ type: 'usage', usage });
  if (isObject(response.error) || typeof response.error === 'string' || status === 'failed' || status === 'cancelled') {
    const error = response.error ?? { code: status, message: `The provider says that the response has ${status}.` };
    events.push({ type: 'error', error: readError(undefined, { error }) });
    return;
  }
  events.push({ type: 'finish', choice: 0, finish: readFinish(status, response, output.called()) });
}

const REASONS: Record<string, Finish> = {
  max_output_tokens: { reason: 'length' },
  content_filter: { reason: 'contentFilter' },
};

/** An answer to be fetched later (`background`) has begun well, and says so in `raw`. */
function readFinish(status: string, { incomplete_details: details }: JsonObject, called: boolean): Finish {
  if (status === 'queued' || status === 'in_progress') return { reason: 'pause', raw: status };
  if (status !== 'incomplete') return { reason: called ? 'toolCalls' : 'stop' };
  const reason = isObject(details) && typeof details.reason === 'string' ? details.reason : status;
  return REASONS[reason] ?? { reason: 'other', raw: reason };
}
