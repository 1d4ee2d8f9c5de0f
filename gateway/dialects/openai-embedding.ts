import { setMembers } from '../body/splice.ts';
import type { ChatRequest, EmbedReply, JsonObject, Loss, Message, Usage } from '../chat.ts';
import { GatewayError } from '../errors.ts';
import type { InboundEmbedding, OutboundEmbedding } from './dialect.ts';
import { fromBase64, textMessage, toBase64 } from './embedding.ts';

/** OpenAI's `/embeddings`, which all speakers of its dialects share (https://platform.openai.com/docs/api-reference/embeddings, read 2026-11). */
const PATH = '/embeddings';
const FIELDS = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);
/** Inputs that are lists of tokens. Their words are OpenAI's alone. */
const TOKENS = 'tokens';

export function readEmbedRequest(body: JsonObject): ChatRequest {
  const { model = '', dimensions, encoding_format: encoding = 'float', user } = body;
  if (typeof model !== 'string') throw invalid('model', 'a string');
  if (dimensions !== undefined && !(Number.isInteger(dimensions) && Number(dimensions) > 0))
    throw invalid('dimensions', 'a whole number above 0');
  if (encoding !== 'float' && encoding !== 'base64') throw invalid('encoding_format', '"float" or "base64"');
  const unknown = Object.entries(body).filter(([key, value]) => !FIELDS.has(key) && value !== null);
  return {
    dialect: 'openai-chat',
    model,
    messages: readInput(body.input),
    tools: [],
    stream: false,
    streamUsage: true,
    embed: { encoding, ...(dimensions === undefined ? {} : { dimensions: Number(dimensions) }) },
    ...(typeof user === 'string' ? { user } : {}),
    ...(unknown.length === 0
      ? {}
      : { extra: { dialect: 'openai-chat' as const, fields: Object.fromEntries(unknown) } }),
  };
}

/** One text, texts, one list of tokens, or lists of tokens. */
function readInput(input: unknown): Message[] {
  if (typeof input === 'string') return [textMessage(input)];
  if (!Array.isArray(input) || input.length === 0)
    throw invalid('input', 'a text or a list of texts that is not empty');
  if (input.every((item) => typeof item === 'number')) return [tokensMessage(input)];
  return input.map((item: unknown, index) => {
    if (typeof item === 'string') return textMessage(item);
    if (Array.isArray(item) && item.every((token) => typeof token === 'number')) return tokensMessage(item);
    throw invalid(`input[${index}]`, 'a text or a list of tokens');
  });
}

const tokensMessage = (tokens: number[]): Message => ({
  role: 'user',
  parts: [{ type: 'opaque', dialect: 'openai-chat', label: TOKENS, value: tokens }],
});

function invalid(field: string, wanted: string): GatewayError {
  return new GatewayError('invalid_request', `${field} must be ${wanted}.`, { field });
}

export const openaiEmbedding: InboundEmbedding & OutboundEmbedding = {
  pass(body, target) {
    const isNamed = body.json.model === target.name;
    return { path: PATH, body: isNamed ? [body.bytes] : setMembers(body, { model: JSON.stringify(target.name) }) };
  },
  fits({ data }, { embed }) {
    const [first] = Array.isArray(data) ? (data as { embedding?: unknown }[]) : [];
    return (typeof first?.embedding === 'string') === (embed?.encoding === 'base64');
  },
  writeRequest(request, target) {
    const { embed, user, extra, messages } = request;
    const own = extra?.dialect === 'openai-chat' ? extra.fields : {};
    const losses: Loss[] =
      embed?.purpose === undefined ? [] : [{ field: 'taskType', why: 'vectors here are made without a purpose' }];
    const input = messages.map(({ parts }) => {
      const [first] = parts;
      return first?.type === 'opaque' && first.label === TOKENS
        ? first.value
        : parts.map((part) => ('text' in part ? part.text : '')).join('');
    });
    const dimensions = embed?.dimensions === undefined ? {} : { dimensions: embed.dimensions };
    return {
      path: PATH,
      body: { ...own, model: target.name, input, ...dimensions, ...(user === undefined ? {} : { user }) },
      losses,
    };
  },
  readReply(body): EmbedReply {
    const data = Array.isArray(body.data) ? (body.data as { embedding?: unknown }[]) : [];
    const vectors = data.map(({ embedding }) =>
      typeof embedding === 'string' ? fromBase64(embedding) : Array.isArray(embedding) ? (embedding as number[]) : [],
    );
    const usage = readUsage(body.usage);
    return { vectors, ...(usage === undefined ? {} : { usage }) };
  },
  writeReply({ vectors, usage }, { embed }, model) {
    const tokens = usage?.input ?? 0;
    return {
      object: 'list',
      data: vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: embed?.encoding === 'base64' ? toBase64(vector) : vector,
      })),
      model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
  },
};

/** OpenRouter says what it charged as well. */
function readUsage(value: unknown): Usage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { prompt_tokens: prompt, total_tokens: total, cost } = value as Record<string, unknown>;
  const input = typeof prompt === 'number' ? prompt : total;
  if (typeof input !== 'number') return undefined;
  return { input, output: 0, ...(typeof cost === 'number' ? { billedUsd: cost } : {}) };
}
