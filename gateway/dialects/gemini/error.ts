import type { JsonObject, ReplyError } from '../../chat.ts';
import type { GatewayError } from '../../errors.ts';
import { writeSse } from '../../sse.ts';
import { isObject } from './fields.ts';

/** How much of a body that is no JSON is worth showing, in characters. */
const LONGEST_TEXT = 500;

/** Google's words for HTTP statuses: https://cloud.google.com/apis/design/errors (read 2026-08). */
const STATUS_WORDS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  415: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};

/**
 * Google's `{error: {code, message, status, details}}`, also as the one element of an array (how streams without `alt=sse` fail).
 * `code` is the reason of an ErrorInfo detail, else the status word. A key that Google refuses comes as 400 `API_KEY_INVALID`: it is
 * given the status 401 that it stands for. The delay of a 429 is in a RetryInfo detail, not in a header.
 */
export function readError(status: number, body: unknown): ReplyError {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const error = isObject(first) ? first.error : undefined;
  if (!isObject(error)) {
    const text = typeof body === 'string' ? body.slice(0, LONGEST_TEXT).trim() : '';
    return {
      ...(status > 0 ? { status } : {}),
      message: text === '' ? `Gemini answered with status ${status}.` : text,
    };
  }
  const details = (Array.isArray(error.details) ? error.details : []).filter(isObject);
  const reason = details.find((detail) => detail.reason !== undefined)?.reason;
  const code = typeof reason === 'string' ? reason : error.status;
  const message = typeof error.message === 'string' ? error.message : 'Gemini sent an error without a message.';
  const told = typeof error.code === 'number' ? error.code : status;
  const refusedKey =
    code === 'API_KEY_INVALID' || code === 'API_KEY_EXPIRED' || message.startsWith('API key not valid');
  const retryAfterMs = readDelay(details, message);
  return {
    status: refusedKey ? 401 : told,
    ...(typeof code === 'string' ? { code: refusedKey ? 'API_KEY_INVALID' : code } : {}),
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

export function writeError(error: GatewayError): JsonObject {
  const reason =
    error.code === 'invalid_key' || error.code === 'missing_key' ? 'API_KEY_INVALID' : error.code.toUpperCase();
  const details: JsonObject[] = [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'llm-gateway' },
  ];
  if (error.field !== undefined) {
    const fieldViolations = [{ field: error.field, description: error.message }];
    details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations });
  }
  if (error.retryAfterMs !== undefined) {
    details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${error.retryAfterMs / 1000}s` });
  }
  const status = STATUS_WORDS[error.status] ?? (error.status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code: error.status, message: error.message, status, details } };
}

export function writeStreamError(error: GatewayError): string {
  return writeSse({ data: JSON.stringify(writeError(error)) });
}

function readDelay(details: JsonObject[], message: string): number | undefined {
  const delay = details.find((detail) => typeof detail.retryDelay === 'string')?.retryDelay;
  const seconds =
    typeof delay === 'string'
      ? /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(delay)?.[1]
      : /retry in (\d{1,9}(?:\.\d{1,9})?)s/i.exec(message.slice(0, 4096))?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}
