import type { Body } from '../body/read.ts';
import type {
  ChatEvent,
  ChatReply,
  ChatRequest,
  ClientDialect,
  DialectName,
  EmbedReply,
  Finish,
  JsonObject,
  Loss,
  ReplyError,
  Usage,
} from '../chat.ts';
import type { GatewayError } from '../errors.ts';
import type { Closing } from '../flow.ts';
import type { SseMessage } from '../sse.ts';

/** What a writer needs to know of the model that it writes for; the registry fills it, unknown models leave it sparse. */
export interface TargetModel {
  /** The provider's own name of the model, as it goes on the wire. */
  name: string;
  maxOutputTokens?: number;
  /** Reasoning words that the model takes; undefined where unknown, empty where it does not reason. */
  reasoningEfforts?: string[];
  /** Whether it can reason; undefined where unknown. */
  reasons?: boolean;
  /** False where the model refuses sampling parameters (`temperature`, `top_p`). */
  sampling?: boolean;
  /** Spellings in which the provider differs from its dialect, from the provider's row. */
  quirks?: readonly string[];
}

export interface WrittenRequest {
  /** Path below the provider's base URL, with its query, such as `/chat/completions`. */
  path: string;
  body: JsonObject;
  losses: Loss[];
}

export interface WrittenReply {
  body: JsonObject;
  losses: Loss[];
  /** What the client may name by its ids on its next turn; absent where the dialect has no such names. */
  items?: readonly JsonObject[];
}

/** What a reply writer says of the exchange: its own id and creation time, and the model's name for the client. */
export interface ReplyContext {
  /** `chatcmpl_…`, `msg_…`: used where the provider gave no id that satisfies the dialect. */
  id: string;
  model: string;
  /** Milliseconds since the epoch. */
  createdAtMs: number;
  /** Whether the client wants usage on a stream. */
  streamUsage: boolean;
}

/** Provider's stream → events. Stateful, one a stream. */
export interface StreamReader {
  /** Events that one SSE message stands for, in order. A message that it cannot read becomes an `error` event. */
  read(message: SseMessage): ChatEvent[];
  /** Events owed when the body ends (closing open parts). It never invents a `finish`. */
  end(): ChatEvent[];
}

/** Events → the client's stream, as SSE text ready to be sent. Stateful, one a stream. */
export interface StreamWriter {
  write(event: ChatEvent): string;
  /** What ends a whole stream, such as the usage chunk. Without the terminal message: that is `terminal`. */
  end(): string;
  /** To be read after `end`: the dialect's own last message, such as `data: [DONE]\n\n`; empty where the dialect has none. */
  terminal(): string;
  losses(): Loss[];
  /** As of a whole reply; to be read after `end`. */
  items?: readonly JsonObject[];
}

/** How to call a provider that speaks the dialect. */
export interface Outbound {
  name: DialectName;
  writeRequest(request: ChatRequest, target: TargetModel): WrittenRequest;
  readReply(body: JsonObject): ChatReply;
  createStreamReader(): StreamReader;
  /** Reads an error body (parsed JSON, or text where it is none) of the given HTTP status. */
  readError(status: number, body: unknown): ReplyError;
  /** For providers that count the tokens of a prompt. */
  count?: Count;
  /** For providers that make vectors. */
  embed?: OutboundEmbedding;
}

/** How a provider makes vectors of texts. */
export interface OutboundEmbedding {
  /** Throws `unsupported` for inputs that it does not take. */
  writeRequest(request: ChatRequest, target: TargetModel): WrittenRequest;
  readReply(body: JsonObject): EmbedReply;
}

/** How a client asks for vectors, in a dialect that providers speak as well. */
export interface InboundEmbedding {
  /** The body as received, where it can go to the target so. */
  pass(body: Body, target: TargetModel): { path: string; body: Buffer[] } | undefined;
  /** Whether a provider's reply has the form that the client asked for. */
  fits(reply: JsonObject, request: ChatRequest): boolean;
  writeReply(reply: EmbedReply, request: ChatRequest, model: string): JsonObject;
}

/** How to ask a provider for the tokens of a prompt. */
export interface Count {
  /** From the body of a request that would be answered. */
  writeRequest(body: JsonObject, target: TargetModel): { path: string; body: JsonObject };
  read(body: JsonObject): number | undefined;
}

/** How a client asks for them, in a dialect that providers speak as well. */
export interface InboundCount {
  /** The body as received, where it can go to the target so. */
  pass(body: Body, request: ChatRequest, target: TargetModel): { path: string; body: Buffer[] } | undefined;
  writeReply(tokens: number): JsonObject;
}

/** How to serve a client that speaks the dialect. */
export interface Inbound {
  name: ClientDialect;
  /** Throws a `GatewayError` `invalid_request` that names the field. */
  readRequest(body: JsonObject): ChatRequest;
  /**
   * The request in the words that every dialect has. Throws a `GatewayError` `unsupported` for what only a provider of the same dialect
   * can serve, such as a stored conversation.
   */
  forForeign?(request: ChatRequest): ChatRequest;
  /** The request with the items that it names by their ids, as far as they are known; undefined where none is. */
  withItems?(
    request: ChatRequest,
    body: JsonObject,
    find: (id: string) => JsonObject | undefined,
  ): ChatRequest | undefined;
  writeReply(reply: ChatReply, context: ReplyContext): WrittenReply;
  createStreamWriter(context: ReplyContext): StreamWriter;
  /** Error body in the dialect's own shape; the status is the error's own. */
  writeError(error: GatewayError): JsonObject;
  /** The same on a stream that has begun: SSE text. */
  writeStreamError(error: GatewayError): string;
  /** SSE text that keeps a stream alive and that clients of the dialect pass over. */
  pulse: string;
  /** For clients that want streams in another form than SSE. */
  createFraming?(): Framing;
  /** At addresses where vectors are asked for. */
  embedding?: InboundEmbedding;
}

/** SSE bytes → the form that the client asked for. Stateful, one a stream. */
export interface Framing {
  contentType: string;
  push(bytes: Buffer): Buffer;
  /** The stream's last bytes. */
  end(bytes: Buffer): Buffer;
}

/** How bytes go from client to provider and back untouched, where both speak the dialect. */
export interface Pass {
  /** Whether the body can go as it is to a model that the client did not name. */
  suits(body: Body, target: TargetModel): boolean;
  /** Whether the provider takes the body in the client's spelling; absent: it does. */
  accepts?(body: Body, target: TargetModel): boolean;
  /** The body as received, with model and credentials aside only what `createTap` later takes out again. */
  passRequest(body: Body, request: ChatRequest, target: TargetModel): { path: string; body: Buffer[] };
  /** Where metadata has room in a whole reply. */
  replyClosing(bytes: Buffer, json: JsonObject): Closing;
  /** What a whole reply says of its cost and end; an answer of 200 may hold an error all the same. */
  readSummary(json: JsonObject): {
    usage?: Usage | undefined;
    finish?: Finish | undefined;
    error?: ReplyError | undefined;
  };
  /** The last bytes of a stream that the gateway wrote itself, and where metadata has room in them. `id`: the provider's of the reply. */
  streamClosing(bytes: Buffer, context: ReplyContext, id: string | undefined): Closing;
  createTap(request: ChatRequest, reader: StreamReader): Tap;
}

/** Reads a stream on its way past. */
export interface Tap {
  /** Pieces as they came, those of one turn of the event loop; returns what goes to the client now. */
  push(pieces: readonly Buffer[]): Buffer | undefined;
  /** The body has ended: what it said of itself, and the bytes held back. `last` goes out before the closing. */
  end(): {
    last?: Buffer;
    closing: Closing;
    usage: Usage | undefined;
    /** Absent: nothing announced the end, so the reply is not whole. */
    finish: Finish | undefined;
    error: ReplyError | undefined;
  };
}
