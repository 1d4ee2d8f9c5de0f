import { randomUUID } from 'node:crypto';
import type { JsonObject, ReplyError } from '../../chat.ts';
import type { ErrorCode, GatewayError } from '../../errors.ts';
import { writeSse } from '../../sse.ts';
import { isObject } from './wire.ts';

/** Longest piece of a provider's message that is passed on, in characters. */
const MESSAGE_LENGTH = 2000;

/**
 * An error as speakers of the dialect write it: `{ error: { message, type, code } }` (OpenAI), `{ error: "…", code }` (xAI), the event
 * `{ type: "error", code, message }` of a stream, the same with `error` inside, or plain text.
 */
export function readError(status: number | undefined, body: unknown): ReplyError {
  const outer = Array.isArray(body) ? (body[0] as unknown) : body;
  if (!isObject(outer)) return finished(status, undefined, readText(status, outer));
  const inner = isObject(outer.error) ? outer.error : outer;
  const cause = [inner.message, outer.error, outer.detail].find((each) => each !== undefined && each !== null);
  const message = typeof cause === 'string' ? cause : JSON.stringify(cause ?? outer);
  const code = [inner.code, inner.type].find((each) => typeof each === 'string' && each !== '' && each !== 'error');
  const number = [inner.code, inner.status].find((each) => typeof each === 'number' && each >= 400 && each < 600);
  const stands =
    status === undefined || status < 400 ? (number ?? STATUS[String(code)] ?? STATUS[String(inner.type)]) : status;
  return finished(stands as number | undefined, code as string | undefined, message);
}

/** What codes inside a stream, where there is no status, stand for. */
const STATUS: Record<string, number> = {
  rate_limit_exceeded: 429,
  rate_limit_error: 429,
  authentication_error: 401,
  permission_error: 403,
  insufficient_quota: 429,
  context_length_exceeded: 400,
  invalid_prompt: 400,
  invalid_request_error: 400,
  server_is_overloaded: 503,
  slow_down: 503,
};

function finished(status: number | undefined, code: string | undefined, message: string): ReplyError {
  const error: ReplyError = { message: message.slice(0, MESSAGE_LENGTH) };
  if (status !== undefined) error.status = status;
  if (code !== undefined) error.code = code;
  return error;
}

function readText(status: number | undefined, body: unknown): string {
  const text = typeof body === 'string' ? body.slice(0, MESSAGE_LENGTH).trim() : '';
  if (text !== '' && !text.startsWith('<')) return text;
  return `The provider answered ${status ?? 'with an error'} and ${text === '' ? 'said nothing' : 'sent a web page'} in place of a reason.`;
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/** OpenAI's error shape. `code` is ours, and stable; `param` names the wrong field. */
export function writeError(error: GatewayError): JsonObject {
  return {
    error: { message: error.message, type: errorType(error.status), param: error.field ?? null, code: error.code },
  };
}

/** Codes that clients act upon: Codex shortens the conversation, or waits, by these words alone. */
const STREAM_CODES: Partial<Record<ErrorCode, string>> = {
  context_too_long: 'context_length_exceeded',
  provider_rate_limited: 'rate_limit_exceeded',
  provider_no_credit: 'insufficient_quota',
  provider_invalid_request: 'invalid_prompt',
  invalid_request: 'invalid_prompt',
  unsupported: 'invalid_prompt',
};

/** Of an event behind all others of its stream: how many there were is not known here. */
const LAST = 1_000_000;

/** The two last words of a stream that fails. `describe` says it as `error` says it in a whole reply. */
export function failureEvents(
  response: JsonObject,
  { code, described }: { code: string; described: JsonObject },
  sequence: number,
): string {
  const { message, param = null } = described;
  const failed = { ...response, status: 'failed', error: { code, message } };
  // The SDKs throw where the event holds `error`; those who read its own fields find them too (openai 6.49, core/streaming).
  const error = { type: 'error', sequence_number: sequence, code, message, param, error: described };
  const last = { type: 'response.failed', sequence_number: sequence + 1, response: failed };
  return (
    writeSse({ event: 'error', data: JSON.stringify(error) }) +
    writeSse({ event: 'response.failed', data: JSON.stringify(last) })
  );
}

/**
 * The same in mid-stream, as OpenAI does it: an `error` event, which the official SDKs throw, and `response.failed`, which is the only
 * one that Codex reads (codex-rs, sse/responses.rs, 2026-11).
 */
export function writeStreamError(error: GatewayError): string {
  const response = {
    id: `resp_${randomUUID().replaceAll('-', '')}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    output: [],
  };
  const described = writeError(error).error as JsonObject;
  return failureEvents(response, { code: STREAM_CODES[error.code] ?? 'server_error', described }, LAST);
}
