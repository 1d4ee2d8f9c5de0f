/** What is said and answered, free of any wire. Clients and providers of the matrix are written against this alone, by hand, and share nothing with the gateway. */

export type Json = Record<string, unknown>;

export interface Call {
  id: string;
  name: string;
  input: Json;
  /** Gemini signs calls, not thoughts. */
  signature?: string;
}

export type Part = { text: string } | { image: string } | { imageUrl: string } | { document: string };

export interface Result {
  id: string;
  name: string;
  text: string;
  image?: string;
  isError?: boolean;
}

export type Turn =
  | { role: 'user'; parts: Part[] }
  | { role: 'assistant'; text?: string; calls?: Call[]; reasoning?: Reasoning }
  | { role: 'tool'; results: Result[] };

interface Reasoning {
  text: string;
  signature?: string;
}

export interface Tool {
  name: string;
  description: string;
  schema: Json;
}

type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

/** What a client asks, and what a provider has seen of it. */
export interface Ask {
  system?: string;
  turns: Turn[];
  tools?: Tool[];
  toolChoice?: ToolChoice;
  /** False: at most one call a turn. */
  parallel?: boolean;
  maxTokens?: number;
  temperature?: number;
  topP?: number;
  stop?: string[];
  schema?: { name: string; schema: Json };
  /** JSON without a schema. */
  json?: boolean;
  effort?: 'low' | 'medium' | 'high';
}

export type Stop = 'stop' | 'length' | 'tools' | 'filter' | 'refusal' | 'stopSequence';

interface Usage {
  /** The whole prompt, cached parts included. */
  input: number;
  /** The whole answer, reasoning included. */
  output: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
}

/** What a provider answers, and what a client has read of it. */
export interface Answer {
  text?: string;
  refusal?: string;
  reasoning?: Reasoning;
  calls?: Call[];
  stop: Stop;
  usage: Usage;
}

/** What a client has got. */
export interface Got extends Partial<Answer> {
  status: number;
  id?: string;
  /** Of an error: what a person can read, and its kind in the dialect's own word. */
  error?: { message: string; kind: string };
  /** Where the bytes do not keep to the dialect. */
  faults: string[];
}

export interface SseEvent {
  event?: string;
  data: string;
}

/** How a client of a dialect asks and reads. */
export interface Client {
  /** What the dialect has no words for: cells that need it are not asked. */
  cannot: readonly string[];
  request(
    ask: Ask,
    how: { model: string; stream: boolean; key: string },
  ): { path: string; headers: Record<string, string>; body: Json };
  readWhole(status: number, body: Json): Got;
  readStream(events: readonly SseEvent[]): Got;
}

/** What not every provider tells, or every client can hear. */
export type Telling = 'cacheRead' | 'cacheWrite' | 'reasoning' | 'refusal' | 'thoughts' | 'signature';

/** How a provider of a dialect understands and answers. */
export interface Provider {
  tells: readonly Telling[];
  /** What it was asked; faults are what it would refuse. */
  read(body: Json): { seen: Ask; faults: string[] };
  whole(answer: Answer, model: string): Json;
  /** Messages of the stream, framed. */
  stream(answer: Answer, model: string): string[];
  /** The body of a 400. */
  error(message: string): Json;
  /** The message of a stream that says it breaks. */
  broken(message: string): string;
}

export const sse = (data: unknown, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

export function readSse(text: string): SseEvent[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((block) => {
      const lines = block.split(/\r?\n/);
      const event = lines
        .find((line) => line.startsWith('event:'))
        ?.slice(6)
        .trim();
      const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
      return { ...(event !== undefined && { event }), data: data.join('\n') };
    })
    .filter(({ data }) => data !== '');
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const object = (value: unknown): Json => (isObject(value) ? value : {});
export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
export const countIn = (value: unknown): number => (typeof value === 'number' ? value : 0);

export function parseInput(text: unknown): Json {
  try {
    return object(JSON.parse(textIn(text)));
  } catch {
    return { unreadable: text };
  }
}

/** Two pieces, so that streams have something to put together. */
export const halves = (text: string): string[] => {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '');
};

/** Leaves out what is undefined. */
export function only<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
