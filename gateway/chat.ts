/**
 * The hub: the one internal form of a conversation. Every dialect is read into it and written from it.
 * It is as structured as the most structured dialect: ordered, typed parts. A reply is the fold of its events
 * (`collect` and `emit` in `reply.ts`), so streaming, non-streaming, cache replay and tracking share one type.
 */

/** Dialects that clients speak. */
export type ClientDialect = 'openai-chat' | 'openai-responses' | 'anthropic' | 'gemini';

export type DialectName = ClientDialect | 'cohere';

export type JsonObject = Record<string, unknown>;

/** Fields that a reader did not know, kept for a writer of the same dialect; any other writer drops and reports them. */
export interface Extra {
  dialect: DialectName;
  fields: JsonObject;
}

/** What could not be carried from one dialect to another. `field` is a path in the client's own terms, `why` a short clause. */
export interface Loss {
  field: string;
  why: string;
}

/** Where a prompt-cache breakpoint stands: everything up to and including the part that carries it. */
export interface CacheMark {
  ttl?: '5m' | '1h';
}

/** Proof that a provider made this part. It goes back to a provider of the same dialect or nowhere. */
export interface Signature {
  by: DialectName;
  value: string;
}

interface PartCommon {
  cache?: CacheMark;
  extra?: Extra;
}

export interface TextPart extends PartCommon {
  type: 'text';
  text: string;
}

export type MediaSource =
  | { from: 'url'; url: string }
  /** Base64 without the `data:` prefix. */
  | { from: 'base64'; data: string }
  /** The id of a file that lies with the provider whose dialect `by` names. */
  | { from: 'file'; id: string; by: DialectName }
  | { from: 'text'; text: string };

export interface MediaPart extends PartCommon {
  type: 'media';
  kind: 'image' | 'audio' | 'video' | 'document';
  source: MediaSource;
  /** MIME type, such as `image/png`, where it is known. */
  mime?: string;
  name?: string;
  detail?: string;
}

export interface ThinkingPart extends PartCommon {
  type: 'thinking';
  /** Readable reasoning, or a summary of it; empty where the provider shows none. */
  text: string;
  signature?: Signature;
  /** True where the provider encrypted the whole block: `signature` then holds the ciphertext. */
  redacted?: boolean;
}

export interface ToolCallPart extends PartCommon {
  type: 'toolCall';
  id: string;
  name: string;
  /** JSON text as the model wrote it (never reparsed on its way), or free text where `kind` is `custom`. */
  input: string;
  kind: 'function' | 'custom';
  signature?: Signature;
}

export interface ToolResultPart extends PartCommon {
  type: 'toolResult';
  /** Id of the call that this answers. */
  id: string;
  /** Name of the tool, where the dialect says it. */
  name?: string;
  parts: Part[];
  isError?: boolean;
}

interface RefusalPart extends PartCommon {
  type: 'refusal';
  text: string;
}

/** A part that only its own dialect understands. `label` names it in losses. */
export interface OpaquePart {
  type: 'opaque';
  dialect: DialectName;
  label: string;
  value: unknown;
}

export type Part = TextPart | MediaPart | ThinkingPart | ToolCallPart | ToolResultPart | RefusalPart | OpaquePart;

export interface Message {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  parts: Part[];
  name?: string;
  extra?: Extra;
}

export interface Tool {
  /** `hosted` tools are run by the provider; `value` then holds the declaration as received. */
  kind: 'function' | 'custom' | 'hosted';
  name: string;
  description?: string;
  /** JSON Schema of the input, carried unopened. */
  schema?: unknown;
  strict?: boolean;
  value?: unknown;
  cache?: CacheMark;
  extra?: Extra;
  /** It was declared in the middle of the conversation, where its own dialect says it again. */
  added?: boolean;
}

export type ToolChoice =
  | { mode: 'auto' | 'none' | 'required' }
  | { mode: 'tool'; name: string }
  | { mode: 'allowed'; names: string[]; required: boolean };

export type ReplyFormat =
  | { type: 'text' }
  | { type: 'json' }
  | { type: 'schema'; name?: string; description?: string; schema: unknown; strict?: boolean };

export interface Reasoning {
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, or a newer word of the dialect. */
  effort?: string;
  /** Tokens the model may think for. */
  budgetTokens?: number;
  /** The model decides for itself how long to think. */
  adaptive?: boolean;
  /** The client wants to read the reasoning (a summary, or `includeThoughts`). */
  visible?: boolean;
}

export interface ChatRequest {
  /** The dialect that it was read from. */
  dialect: DialectName;
  /** The model as asked for, empty where the client named none. */
  model: string;
  messages: Message[];
  tools: Tool[];
  stream: boolean;
  /** Whether the client asked for usage on a stream. Dialects that always send it set it to true. */
  streamUsage: boolean;
  toolChoice?: ToolChoice;
  parallelToolCalls?: boolean;
  /** Tokens. */
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  seed?: number;
  stop?: string[];
  frequencyPenalty?: number;
  presencePenalty?: number;
  /** How many choices. */
  count?: number;
  /** Present when asked for; `top` is the number of alternatives a token. */
  logprobs?: { top?: number };
  format?: ReplyFormat;
  reasoning?: Reasoning;
  user?: string;
  serviceTier?: string;
  verbosity?: string;
  /** Vectors are wanted, one for each message, and no answer. */
  embed?: EmbedWish;
  extra?: Extra;
}

interface EmbedWish {
  /** How numbers go to the client. */
  encoding: 'float' | 'base64';
  /** Length of the vectors; absent: the model's own. */
  dimensions?: number;
  /** What the vectors are for, in Google's words: `RETRIEVAL_QUERY`, … */
  purpose?: string;
}

export interface EmbedReply {
  /** In the order of the inputs. */
  vectors: number[][];
  usage?: Usage;
}

export type FinishReason =
  | 'stop'
  | 'stopSequence'
  | 'length'
  | 'toolCalls'
  | 'contentFilter'
  | 'refusal'
  | 'pause'
  | 'other';

export interface Finish {
  reason: FinishReason;
  /** The provider's own word, where it says more than `reason`. */
  raw?: string;
  stopSequence?: string;
}

/**
 * Tokens of one exchange, by the one definition of the house: `input` is the whole prompt and `output` the whole answer;
 * every other count is a part of one of the two. `docs/dialects.md` shows each provider's mapping.
 */
export interface Usage {
  input: number;
  output: number;
  /** Parts of `input`. */
  cacheRead?: number;
  cacheWrite5m?: number;
  cacheWrite1h?: number;
  inputAudio?: number;
  inputImage?: number;
  /** Parts of `output`. */
  reasoning?: number;
  outputAudio?: number;
  outputImage?: number;
  /** Calls of tools that the provider runs and bills by the call, by kind (`webSearch`, …). */
  hostedCalls?: Record<string, number>;
  /** The tier that the provider says it used: `default`, `flex`, `priority`, `batch`, … */
  serviceTier?: string;
  /** What the provider itself says it charged, USD. */
  billedUsd?: number;
}

/** What opens a part of a stream; its text (or tool input) arrives in `delta` events. */
export type OpeningPart =
  | { type: 'text' }
  | { type: 'refusal' }
  | { type: 'thinking'; redacted?: boolean }
  | { type: 'toolCall'; id: string; name: string; kind: 'function' | 'custom' }
  /** A part that arrives whole: media that the model made, or opaque. It gets no deltas. */
  | { type: 'whole'; part: Part };

/**
 * One step of a reply. `choice` counts from 0; `index` is unique within a choice and grows in the order of opening.
 * Parts may be open at the same time (interleaved tool calls). A reply without a `finish` for each of its choices is not
 * whole (law 7). `usage` may come more than once: the last value of each field counts, never the sum.
 */
export type ChatEvent =
  | { type: 'start'; id?: string; model?: string; createdAtMs?: number }
  | { type: 'open'; choice: number; index: number; part: OpeningPart }
  | { type: 'delta'; choice: number; index: number; text: string }
  | { type: 'signature'; choice: number; index: number; signature: Signature }
  | { type: 'close'; choice: number; index: number }
  | { type: 'logprobs'; choice: number; dialect: DialectName; value: unknown }
  | { type: 'finish'; choice: number; finish: Finish }
  | { type: 'usage'; usage: Usage }
  | { type: 'error'; error: ReplyError }
  | { type: 'extra'; extra: Extra };

/** An error that a provider sent in place of an answer, or in the middle of one. */
export interface ReplyError {
  /** HTTP status it stands for, where the provider says so. */
  status?: number;
  /** The provider's own code or type. */
  code?: string;
  message: string;
  /** Milliseconds after which it says another try makes sense, where its body says so. */
  retryAfterMs?: number;
}

export interface Choice {
  index: number;
  parts: Part[];
  finish?: Finish;
  logprobs?: { dialect: DialectName; value: unknown };
}

export interface ChatReply {
  id?: string;
  model?: string;
  createdAtMs?: number;
  choices: Choice[];
  usage?: Usage;
  error?: ReplyError;
  extra?: Extra;
}
