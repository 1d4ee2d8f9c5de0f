import type { JsonObject, ReplyError } from '../../chat.ts';
import type { GatewayError } from '../../errors.ts';
import { writeSse } from '../../sse.ts';
import { isObject } from './wire.ts';

/** Longest piece of a provider's message that is passed on, in characters. */
const MESSAGE_LENGTH = 2000;

/**
 * An error as any speaker of the dialect writes it: `{ error: { message, type, code } }` (OpenAI), `{ error: "…", code }` (xAI),
 * `{ message, type, code }` (Mistral, where `message` may be an object), `[{ error }]` (Gemini), `{ detail }`, or plain text.
 */
export function readError(status: number | undefined, body: unknown): ReplyError {
  const outer = Array.isArray(body) ? (body[0] as unknown) : body;
  if (!isObject(outer)) return withStatus(status, undefined, readText(status, outer));
  const inner = isObject(outer.error) ? outer.error : outer;
  const cause = [inner.message, outer.error, outer.detail, inner.detail].find(
    (each) => each !== undefined && each !== null,
  );
  const message = typeof cause === 'string' ? cause : JSON.stringify(cause ?? outer);
  const code = typeof inner.code === 'string' && inner.code !== '' ? inner.code : inner.type;
  const number = [inner.code, inner.status_code, inner.status].find(
    (each) => typeof each === 'number' && each >= 400 && each < 600,
  );
  // Inside HTTP 200, or in mid-stream, the number in the body is the only status there is.
  const stands = status === undefined || status < 400 ? (number as number | undefined) : status;
  return withStatus(stands, typeof code === 'string' ? code : undefined, message + upstreamCause(inner));
}

function withStatus(status: number | undefined, code: string | undefined, message: string): ReplyError {
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

/** OpenRouter says only "Provider returned error" and puts the cause into `metadata.raw`. */
function upstreamCause(error: JsonObject): string {
  const metadata = error.metadata;
  const raw = isObject(metadata) ? metadata.raw : undefined;
  return typeof raw === 'string' && raw !== '' ? `: ${raw}` : '';
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

/** The same in mid-stream: the official SDKs throw on a message that holds `error`. */
export const writeStreamError = (error: GatewayError): string => writeSse({ data: JSON.stringify(writeError(error)) });
