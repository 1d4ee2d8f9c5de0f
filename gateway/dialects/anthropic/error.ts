import type { JsonObject, ReplyError } from '../../chat.ts';
import { type GatewayError, statusFor } from '../../errors.ts';
import { writeSse } from '../../sse.ts';
import { isObject } from './wire.ts';

/** Error types and the status each stands for (https://platform.claude.com/docs/en/api/errors, read 2026-11). */
const STATUSES: [string, number][] = [
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
];

/** An account without credit is told so with a 400 of the common type. */
const NO_CREDIT = 'Your credit balance is too low';

/**
 * An error body of the given status. A status of 200 (an error frame on a stream) is replaced by the one that the type stands
 * for, and the 400 of an empty account by 402.
 */
export function readError(status: number, body: unknown): ReplyError {
  const error = isObject(body) && isObject(body.error) ? body.error : undefined;
  const type = typeof error?.type === 'string' ? error.type : undefined;
  const message = typeof error?.message === 'string' ? error.message : plainMessage(status, body);
  const known = STATUSES.find(([name]) => name === type)?.[1];
  const real = status >= 400 ? status : known;
  const meant = message.startsWith(NO_CREDIT) ? 402 : real;
  return { ...(meant === undefined ? {} : { status: meant }), ...(type === undefined ? {} : { code: type }), message };
}

/** Proxies in front of the API answer in HTML or plain text: its beginning is better than nothing. */
function plainMessage(status: number, body: unknown): string {
  if (typeof body === 'string' && body.trim() !== '') return body.slice(0, 500).trim();
  if (isObject(body) && typeof body.message === 'string') return body.message;
  return `The provider answered with status ${status} and no message.`;
}

/** `{"type":"error","error":{type,message}}`; the type follows from the status, which the SDK's error class follows too. */
export function writeError(error: GatewayError): JsonObject {
  return {
    type: 'error',
    error: { type: typeOf(statusFor(error, 'anthropic')), message: error.message },
    request_id: null,
  };
}

/** The same as an `error` event. */
export function writeStreamError(error: GatewayError): string {
  return writeSse({ event: 'error', data: JSON.stringify(writeError(error)) });
}

export function typeOf(status: number): string {
  const exact = STATUSES.find(([, value]) => value === status)?.[0];
  return exact ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}
