import type { ChatEvent, JsonObject } from '../../chat.ts';
import type { SseMessage } from '../../sse.ts';
import type { StreamReader } from '../dialect.ts';
import { readError } from './error.ts';
import { type ChoiceReader, createChoiceReader } from './read-choice.ts';
import { readUsage } from './usage.ts';
import { isObject, NAME } from './wire.ts';

/** `obfuscation` only pads packets (OpenAI, against guessing by length); `x_groq` holds a second copy of the usage. */
const FIELDS = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'error',
  'service_tier',
  'obfuscation',
  'x_groq',
]);

/** Reads chunks that are already parsed; a whole reply is read as one chunk. */
export interface ChunkReader {
  read(chunk: JsonObject): ChatEvent[];
  end(): ChatEvent[];
}

export function createChunkReader(): ChunkReader {
  const choices = new Map<number, ChoiceReader>();
  const extra: JsonObject = {};
  let started: { id?: string } | undefined;
  let serviceTier: string | undefined;

  function start(chunk: JsonObject, events: ChatEvent[]): { id?: string } {
    const event: ChatEvent = { type: 'start' };
    if (typeof chunk.id === 'string' && chunk.id !== '') event.id = chunk.id;
    if (typeof chunk.model === 'string' && chunk.model !== '') event.model = chunk.model;
    if (typeof chunk.created === 'number') event.createdAtMs = chunk.created * 1000;
    events.push(event);
    return event;
  }

  function readChoice(raw: JsonObject, reply: { id?: string }, events: ChatEvent[]): void {
    const index = typeof raw.index === 'number' ? raw.index : 0;
    let choice = choices.get(index);
    if (choice === undefined) {
      choice = createChoiceReader(index, reply.id);
      choices.set(index, choice);
    }
    choice.read(raw, events);
  }

  return {
    read(chunk) {
      const events: ChatEvent[] = [];
      const list: unknown[] = Array.isArray(chunk.choices) ? chunk.choices : [];
      if (chunk.choices !== undefined || chunk.error === undefined) started ??= start(chunk, events);
      for (const raw of list) if (isObject(raw) && started !== undefined) readChoice(raw, started, events);
      if (typeof chunk.service_tier === 'string') serviceTier = chunk.service_tier;
      const usage = readUsage(findUsage(chunk, list), serviceTier);
      if (usage !== undefined) events.push({ type: 'usage', usage });
      if (chunk.error !== undefined && chunk.error !== null)
        events.push({ type: 'error', error: readError(undefined, chunk) });
      for (const key in chunk) if (!FIELDS.has(key) && chunk[key] !== null) extra[key] = chunk[key];
      return events;
    },
    end() {
      const events: ChatEvent[] = [];
      const kept: JsonObject[] = [];
      for (const [index, choice] of choices) {
        const fields = choice.end(events);
        if (fields !== undefined) kept.push({ index, ...fields });
      }
      const fields = kept.length > 0 ? { ...extra, choices: kept } : extra;
      if (Object.keys(fields).length > 0) events.push({ type: 'extra', extra: { dialect: NAME, fields } });
      return events;
    },
  };
}

/** Groq: `x_groq.usage` (older answers have it only there). Moonshot: in the last choice (recorded shapes differ by version). */
function findUsage(chunk: JsonObject, choices: unknown[]): unknown {
  if (isObject(chunk.usage)) return chunk.usage;
  const groq = chunk.x_groq;
  if (isObject(groq) && isObject(groq.usage)) return groq.usage;
  const last = choices.at(-1);
  return isObject(last) ? last.usage : undefined;
}

/** Provider's stream → events. The fields that nobody knows come as one `extra` event at the end. */
export function createStreamReader(): StreamReader {
  const reader = createChunkReader();
  return {
    read({ data, event }: SseMessage) {
      if (data === '[DONE]' || data === '') return [];
      const chunk = parse(data);
      if (event === 'error' && isObject(chunk) && chunk.error === undefined)
        return [{ type: 'error', error: readError(undefined, chunk) }];
      if (isObject(chunk)) return reader.read(chunk);
      return [
        {
          type: 'error',
          error: { code: 'bad_chunk', message: 'The provider sent a part of its stream that is not a JSON object.' },
        },
      ];
    },
    end: reader.end,
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
