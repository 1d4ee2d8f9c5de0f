import type { ReplyError } from '../../chat.ts';
import { isObject } from './wire.ts';

/** How much of a body that is no JSON is worth showing, in characters. */
const LONGEST_TEXT = 500;
const MESSAGE_LENGTH = 2000;

/** `{ id, message }`, at older addresses `{ data }` or `{ error }`; a proxy's page says nothing. */
export function readError(status: number, body: unknown): ReplyError {
  const said = isObject(body)
    ? [body.message, body.error, body.data].find((each) => typeof each === 'string')
    : undefined;
  const text = typeof body === 'string' ? body.slice(0, LONGEST_TEXT).trim() : '';
  const plain = text === '' || text.startsWith('<') ? `Cohere answered with status ${status} and no reason.` : text;
  const message = (typeof said === 'string' && said !== '' ? said : plain).slice(0, MESSAGE_LENGTH);
  // 498 is how Cohere says that a token is invalid (https://docs.cohere.com/reference/errors, read 2026-11).
  return status >= 400 ? { status: status === 498 ? 401 : status, message } : { message };
}
