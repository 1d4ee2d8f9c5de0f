/** What a program that uses an SDK does with a model, whatever the SDK. */
export interface Speaker {
  /** Asks one question, with a picture where there is one. */
  say(question: string, how: How & { image?: string }): Promise<Heard>;
  /** Offers the tools, runs what is called, hands the results back, and reads the answer to them. */
  work(question: string, how: How): Promise<Heard & { calls: Called[] }>;
  /** Asks for an object of `CITY`. */
  fill(question: string, model: string): Promise<unknown>;
  /** What the SDK makes of an error. Throws what is none of its own. */
  failure(thrown: unknown): Failure;
}

export interface How {
  model: string;
  stream: boolean;
  signal?: AbortSignal;
}

export interface Failure {
  status: number;
  message: string;
  /** As the header has it; absent where the SDK hides headers. */
  retryAfter?: string | null;
}

export interface Heard {
  text: string;
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  /** Of the input. */
  cachedTokens: number;
}

export interface Called {
  name: string;
  input: unknown;
}

/** Where an SDK is pointed, and what it shows for a key. */
export interface Address {
  url: string;
  key: string;
}

export const CITY = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: false as const,
};

export const TOOLS = [
  { name: 'get_weather', description: 'Tells the weather', schema: CITY },
  { name: 'get_time', description: 'Tells the time', schema: { type: 'object' as const, properties: {} } },
];

/** What running a tool gives; each its own, so that mixed-up results show. */
export const resultOf = (name: string): string => `The result of ${name}.`;

export const MAX_TOKENS = 900;
