import type { Body } from '../../body/read.ts';
import { advance, startScan } from '../../body/scan.ts';
import { setMembers } from '../../body/splice.ts';
import type { ChatEvent, ChatRequest, Finish, JsonObject, ReplyError, Usage } from '../../chat.ts';
import type { Closing } from '../../flow.ts';
import { createSseReader } from '../../sse.ts';
import type { Pass, StreamReader, Tap, TargetModel } from '../dialect.ts';

/** Chat Completions from client to provider and back with their bytes as they came. */
export const openaiChatPass: Pass = {
  passRequest(body, request, target) {
    const values: Record<string, string> = {};
    if (body.json.model !== target.name) values.model = JSON.stringify(target.name);
    // Usage on a stream is always asked for: without it there is no exact cost. `createTap` takes it out where it was not wanted.
    if (request.stream && !request.streamUsage) {
      values.stream_options = JSON.stringify({ ...asObject(body.json.stream_options), include_usage: true });
    }
    return { path: '/chat/completions', body: setMembers(body, values) };
  },
  passReply: (bytes, json) => ({ plain: bytes, room: roomInReply(bytes, json) }),
  streamClosing(bytes, { id, model, createdAtMs, streamUsage }) {
    const events = splitEvents(bytes);
    const usageEvent = streamUsage ? events.find((event) => isUsageOnly(dataOf(event))) : undefined;
    const template = JSON.stringify({ id: `chatcmpl-${id}`, created: Math.floor(createdAtMs / 1000), model });
    return closingOf(events, { usageEvent, template: Buffer.from(`data: ${template}\n\n`) });
  },
  createTap,
  suits,
};

/**
 * Whether the body can go to the model as it is. Where the gateway chose the model, the client could not know that it takes
 * `max_completion_tokens` in place of `max_tokens`, or refuses sampling parameters: such a body is written anew.
 */
function suits({ json }: Body, target: TargetModel): boolean {
  if (target.sampling !== false) return true;
  return json.max_tokens === undefined && json.temperature === undefined && json.top_p === undefined;
}

function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

function roomInReply(bytes: Buffer, json: JsonObject): { before: Buffer; after: Buffer } {
  const own = json.metadata;
  if (own === undefined) {
    const end = bytes.lastIndexOf(0x7d);
    return {
      before: Buffer.concat([bytes.subarray(0, end), Buffer.from(',"metadata":{')]),
      after: Buffer.concat([Buffer.from('}'), bytes.subarray(end)]),
    };
  }
  const scan = startScan();
  advance(scan, bytes, bytes.length);
  const span = scan.members.get('metadata') ?? { start: bytes.length, end: bytes.length };
  const isObject = typeof own === 'object' && own !== null;
  const isEmpty = !isObject || Object.keys(own).length === 0;
  const kept = isObject
    ? bytes.subarray(0, bytes.lastIndexOf(0x7d, span.end - 1))
    : Buffer.concat([bytes.subarray(0, span.start), Buffer.from('{')]);
  return {
    before: isEmpty ? kept : Buffer.concat([kept, Buffer.from(',')]),
    after: Buffer.concat([Buffer.from('}'), bytes.subarray(span.end)]),
  };
}

/** Of what went to the client, this much is read again at the end, to see how the stream ended. */
const TAIL_BYTES = 4096;
const USAGE = [Buffer.from('"usage":{'), Buffer.from('"usage": {')];
const DONE = Buffer.from('[DONE]');

/**
 * Forwards whole events untouched and looks into few of them: a search for usage in each piece, and the last events at the end.
 * From the usage chunk or `[DONE]` on, events are held back as the closing.
 */
function createTap(request: ChatRequest, reader: StreamReader): Tap {
  let rest: Buffer[] = [];
  const tail: Buffer[] = [];
  let tailBytes = 0;
  let usage: Usage | undefined;
  let usageEvent: Buffer | undefined;
  const held: Buffer[] = [];
  let isClosing = false;

  /** Splits a run of whole events where the closing begins; returns what goes out now. */
  function pass(events: Buffer): Buffer | undefined {
    if (isClosing) {
      hold(events);
      return undefined;
    }
    const end = closingStart(events);
    if (end < 0) return keepTail(events);
    isClosing = true;
    hold(events.subarray(end));
    return end === 0 ? undefined : keepTail(events.subarray(0, end));
  }

  function keepTail(events: Buffer): Buffer {
    tail.push(events);
    tailBytes += events.length;
    while (tailBytes - (tail[0]?.length ?? tailBytes) >= TAIL_BYTES) tailBytes -= tail.shift()?.length ?? 0;
    return events;
  }

  /** Where the usage chunk or `[DONE]` begins, or -1. Usage on other chunks is noted on the way. */
  function closingStart(events: Buffer): number {
    for (const needle of USAGE) {
      for (let at = events.indexOf(needle); at >= 0; at = events.indexOf(needle, at + 1)) {
        const start = eventStart(events, at);
        const json = dataOf(events.subarray(start, eventEnd(events, at)));
        noteUsage(json);
        if (isUsageOnly(json)) return start;
      }
    }
    const done = events.lastIndexOf(DONE);
    if (done < 0 || done < events.length - 64) return -1;
    const start = eventStart(events, done);
    return /^data: ?\[DONE\]\s*$/.test(events.toString('latin1', start)) ? start : -1;
  }

  function noteUsage(json: string): void {
    for (const event of reader.read({ data: json })) if (event.type === 'usage') usage = event.usage;
  }

  function hold(events: Buffer): void {
    for (const event of splitEvents(events)) {
      const json = dataOf(event);
      if (usageEvent === undefined && isUsageOnly(json)) {
        noteUsage(json);
        usageEvent = event;
        if (request.streamUsage) held.push(event);
      } else held.push(event);
    }
  }

  return {
    push(chunk) {
      rest.push(chunk);
      if (chunk.indexOf(0x0a) < 0) return undefined;
      const bytes = rest.length === 1 ? chunk : Buffer.concat(rest);
      const cut = lastEventEnd(bytes);
      rest = cut < bytes.length ? [bytes.subarray(cut)] : [];
      return cut === 0 ? undefined : pass(cut === bytes.length ? bytes : bytes.subarray(0, cut));
    },
    end() {
      // A last event without its blank line counts where it is whole.
      const last = rest.length > 0 ? pass(Buffer.concat([...rest, Buffer.from('\n\n')])) : undefined;
      const ends = readEnd(Buffer.concat(tail), reader);
      const template = usageEvent ?? ends.lastEvent;
      return {
        ...(last === undefined ? {} : { last }),
        closing: closingOf(held, { usageEvent: request.streamUsage ? usageEvent : undefined, template }),
        usage,
        finish: ends.finish ?? (held.some((event) => event.includes(DONE)) ? { reason: 'other' } : undefined),
        error: ends.error,
      };
    },
  };
}

interface StreamEnd {
  finish?: Finish | undefined;
  error?: ReplyError | undefined;
  lastEvent?: Buffer | undefined;
}

function readEnd(tail: Buffer, reader: StreamReader): StreamEnd {
  const start = tail.length > TAIL_BYTES ? eventStart(tail, tail.length - TAIL_BYTES) : 0;
  const end: StreamEnd = {};
  const note = (event: ChatEvent): void => {
    if (event.type === 'finish') end.finish = event.finish;
    else if (event.type === 'error') end.error = event.error;
  };
  const messages = createSseReader((message) => {
    if (!message.data.startsWith('{')) return;
    end.lastEvent = Buffer.from(`data: ${message.data}\n\n`);
    for (const event of reader.read(message)) note(event);
  });
  messages.push(tail.subarray(start));
  messages.end();
  return end;
}

/** The held events, and room for metadata: in the usage chunk where the client wants that, else in a chunk of its own. */
function closingOf(
  held: Buffer[],
  { usageEvent, template }: { usageEvent: Buffer | undefined; template: Buffer | undefined },
): Closing {
  const plain = Buffer.concat(held);
  if (usageEvent !== undefined) {
    const end = usageEvent.lastIndexOf(0x7d);
    const rest = held.slice(held.indexOf(usageEvent) + 1);
    const room = {
      before: Buffer.concat([usageEvent.subarray(0, end), Buffer.from(',"metadata":{')]),
      after: Buffer.concat([Buffer.from('}'), usageEvent.subarray(end), ...rest]),
    };
    return { plain, room };
  }
  if (template === undefined) return { plain };
  const { id, created, model } = asObject(JSON.parse(dataOf(template)));
  const head = JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices: [] });
  return {
    plain,
    room: {
      before: Buffer.from(`data: ${head.slice(0, -1)},"metadata":{`),
      after: Buffer.concat([Buffer.from('}}\n\n'), plain]),
    },
  };
}

function isUsageOnly(json: string): boolean {
  if (!json.includes('"usage"')) return false;
  try {
    const { choices, usage } = asObject(JSON.parse(json));
    return Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null;
  } catch {
    return false;
  }
}

/** The data of one event, its lines joined. */
function dataOf(event: Buffer): string {
  const text = event.toString().trim();
  if (text.startsWith('data:') && !text.includes('\n')) return text.slice(5).trim();
  return text
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []))
    .join('\n');
}

function splitEvents(bytes: Buffer): Buffer[] {
  const events: Buffer[] = [];
  for (let position = 0; position < bytes.length; ) {
    const end = eventEnd(bytes, position);
    events.push(bytes.subarray(position, end));
    position = end;
  }
  return events;
}

/** Start of the event that `at` stands in. */
function eventStart(bytes: Buffer, at: number): number {
  const before = bytes.subarray(0, at);
  return Math.max(endOf(before.lastIndexOf('\n\n'), 2), endOf(before.lastIndexOf('\n\r\n'), 3), 0);
}

/** End of the event that `at` stands in, its blank line included. */
function eventEnd(bytes: Buffer, at: number): number {
  const ends = [endOf(bytes.indexOf('\n\n', at), 2), endOf(bytes.indexOf('\n\r\n', at), 3)].filter((end) => end >= 0);
  return ends.length === 0 ? bytes.length : Math.min(...ends);
}

/** Where the last whole event ends; 0 where there is none. */
function lastEventEnd(bytes: Buffer): number {
  const { length } = bytes;
  if (bytes[length - 1] === 0x0a && bytes[length - 2] === 0x0a) return length;
  return eventStart(bytes, length);
}

function endOf(index: number, length: number): number {
  return index < 0 ? -1 : index + length;
}
