import type { ReplyError } from '../chat.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import { redact } from '../hosting/redact.ts';
import type { Provider } from './catalog.ts';
import type { Headers } from './upstream.ts';

/** What a provider's refusal means, by its status; the words of its body can say more. */
const CODES: Record<number, ErrorCode> = {
  401: 'provider_refused_key',
  402: 'provider_no_credit',
  403: 'provider_forbidden',
  404: 'provider_unknown_model',
  408: 'provider_timeout',
  429: 'provider_rate_limited',
  503: 'provider_overloaded',
  504: 'provider_timeout',
  529: 'provider_overloaded',
};

/** Longest message that is kept, in characters, and longest error body that is passed on as it came, in bytes. */
const MESSAGE_LENGTH = 2000;
const BODY_LENGTH = 64 * 1024;

/**
 * A provider's error body as the house's error, its own message kept. The words that change the meaning of a status:
 * Gemini's bad key is a 400, OpenAI's empty account a 429, Anthropic's a 400, Groq's 413 a rate limit (fixtures `error-*`).
 */
export function readFailure(
  provider: Provider,
  answer: { status: number; headers: Headers; body: Buffer },
  said: ReplyError,
): GatewayError {
  const { status, headers, body } = answer;
  const code = codeOf(provider, status, said);
  const retryAfterMs = said.retryAfterMs ?? readRetryAfter(headers);
  const message = isPage(said.message) ? `It answered ${status} with a web page in place of a reason.` : said.message;
  return new GatewayError(code, `${provider.title}: ${redact(message.slice(0, MESSAGE_LENGTH))}`, {
    ...statusOf(code, status, said),
    provider: provider.id,
    ...(said.code === undefined ? {} : { providerCode: said.code }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status >= 400 && isJson(body)
      ? {
          verbatim: {
            dialect: provider.dialect,
            // A prompt too long for this minute's share is a rate limit at Groq: clients wait for 429, and give up on 413.
            status: code === 'provider_rate_limited' ? 429 : status,
            contentType: String(headers['content-type'] ?? 'application/json'),
            body: redactBytes(body),
          },
        }
      : {}),
  });
}

/** Codes whose status is the same whatever the provider answered with. */
const SETTLED: ReadonlySet<ErrorCode> = new Set([
  'provider_refused_key',
  'provider_no_credit',
  'provider_rate_limited',
  'provider_overloaded',
  'context_too_long',
]);

/** The provider's own status, but where it says something else than is meant; then that of the code. */
function statusOf(code: ErrorCode, status: number, said: ReplyError): { status?: number } {
  if (SETTLED.has(code)) return {};
  if (status >= 400) return { status };
  return said.status === undefined ? {} : { status: said.status };
}

function codeOf(provider: Provider, status: number, said: ReplyError): ErrorCode {
  const words = `${said.code ?? ''} ${said.message}`.toLowerCase();
  if (/insufficient_quota|credit balance|insufficient balance/.test(words)) return 'provider_no_credit';
  if (/api_key_invalid|api key not valid|invalid x-api-key|invalid_api_key|incorrect api key/.test(words))
    return 'provider_refused_key';
  if (
    /context_length_exceeded|prompt is too long|maximum context length|exceeds the maximum number of tokens|too many tokens|context size has been exceeded|exceeds the context window/.test(
      words,
    )
  ) {
    return 'context_too_long';
  }
  if (status === 413 && provider.id === 'groq') return 'provider_rate_limited';
  if (/overloaded/.test(words)) return 'provider_overloaded';
  return (
    CODES[said.status ?? status] ??
    CODES[status] ??
    (status >= 500 || status < 400 ? 'provider_failed' : 'provider_invalid_request')
  );
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date, in milliseconds. */
function readRetryAfter(headers: Headers): number | undefined {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (exact >= 0) return exact;
  const text = headers['retry-after'];
  if (typeof text !== 'string') return undefined;
  const seconds = Number(text);
  if (seconds >= 0) return seconds * 1000;
  const until = Date.parse(text) - Date.now();
  return Number.isNaN(until) ? undefined : Math.max(0, until);
}

/** The page of a proxy in between says nothing to a person who reads an error. */
function isPage(message: string): boolean {
  return message.trimStart().startsWith('<');
}

/** Only what is short enough to be an error goes to a client as it came. */
function isJson(body: Buffer): boolean {
  return body.length <= BODY_LENGTH && /^\s*[{[]/.test(body.toString('latin1', 0, 64));
}

/** Providers quote parts of a refused key in their messages. */
function redactBytes(body: Buffer): Buffer {
  const text = body.toString();
  const redacted = redact(text);
  return redacted === text ? body : Buffer.from(redacted);
}
