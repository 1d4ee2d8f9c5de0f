/** How the fake provider answers chat calls: one JSON completion, or a stream of numbered tokens. */
export type ProviderMode =
  | { kind: 'json' }
  /** `delayMs` 0: all chunks at once. */
  | { kind: 'stream'; tokens: number; delayMs: number };

/** A prepared answer on the wire: its head and first token, the other tokens, and all that follows the last one. */
export interface PreparedStream {
  first: Buffer;
  tokens: Buffer[];
  last: Buffer;
}

const JSON_HEAD = 'content-type: application/json\r\nx-request-id: req_bench\r\n';
const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n' +
  'x-request-id: req_bench\r\ntransfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n';

const TEXT =
  'The measure of a gateway is what it adds to a request that would have been answered anyway: time, memory, surprise.';

/** A whole HTTP reply with a JSON body. */
export function jsonReply(value: unknown, status = '200 OK'): Buffer {
  const body = JSON.stringify(value);
  return Buffer.from(
    `HTTP/1.1 ${status}\r\n${JSON_HEAD}content-length: ${Buffer.byteLength(body)}\r\nconnection: keep-alive\r\n\r\n${body}`,
  );
}

/** A Chat Completions reply as OpenAI sends it, about 800 bytes. */
export const OPENAI_REPLY = jsonReply({
  id: 'chatcmpl-bench0000000000000000000000',
  object: 'chat.completion',
  created: 1764000000,
  model: 'gpt-5-mini-2025-08-07',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: TEXT, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 214,
    completion_tokens: 27,
    total_tokens: 241,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  },
  service_tier: 'default',
  system_fingerprint: null,
});

/** A Messages reply as Anthropic sends it. */
export const ANTHROPIC_REPLY = jsonReply({
  id: 'msg_bench00000000000000000',
  type: 'message',
  role: 'assistant',
  model: 'claude-haiku-4-5-20251001',
  content: [{ type: 'text', text: TEXT }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 214, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 27 },
});

/** Answers both OpenAI's and Anthropic's question for the models of a key. */
export const MODELS_REPLY = jsonReply({
  object: 'list',
  data: ['gpt-5-mini', 'gpt-5-nano', 'gpt-5', 'claude-haiku-4-5'].map((id) => ({
    id,
    object: 'model',
    type: 'model',
    display_name: id,
    created: 1764000000,
    created_at: '2025-11-24T00:00:00Z',
    owned_by: 'bench',
  })),
  has_more: false,
});

/** The text of token `index`: numbered, so that a reader sees what was lost or reordered. No other text holds a `#`. */
function tokenText(index: number): string {
  return `#${String(index).padStart(6, '0')} `;
}

/** One HTTP chunk: providers send each event in a chunk of its own. */
function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

function prepare(before: string[], token: (text: string) => string, count: number, after: string[]): PreparedStream {
  const tokens = Array.from({ length: count }, (_, index) => chunk(token(tokenText(index))));
  return {
    first: Buffer.from(STREAM_HEAD + before.map(chunk).join('') + (tokens[0] ?? '')),
    tokens: tokens.slice(1).map((text) => Buffer.from(text)),
    last: Buffer.from(`${after.map(chunk).join('')}0\r\n\r\n`),
  };
}

/** A Chat Completions stream of `count` tokens, usage chunk included. */
export function openaiStream(count: number): PreparedStream {
  const common = {
    id: 'chatcmpl-bench0000000000000000000000',
    object: 'chat.completion.chunk',
    created: 1764000000,
    model: 'gpt-5-mini-2025-08-07',
    service_tier: 'default',
    system_fingerprint: null,
  };
  const event = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ ...common, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null })}\n\n`;
  const usage = { prompt_tokens: 214, completion_tokens: count, total_tokens: 214 + count };
  return prepare(
    [event({ role: 'assistant', content: '', refusal: null }, null)],
    (content) => event({ content }, null),
    count,
    [event({}, 'stop'), `data: ${JSON.stringify({ ...common, choices: [], usage })}\n\n`, 'data: [DONE]\n\n'],
  );
}

/** A Messages stream of `count` tokens. */
export function anthropicStream(count: number): PreparedStream {
  const event = (type: string, fields: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const usage = { input_tokens: 214, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
  const message = {
    id: 'msg_bench00000000000000000',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5-20251001',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  return prepare(
    [
      event('message_start', { message }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      event('ping', {}),
    ],
    (text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    count,
    [
      event('content_block_stop', { index: 0 }),
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { ...usage, output_tokens: count },
      }),
      event('message_stop', {}),
    ],
  );
}
