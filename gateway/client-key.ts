import type { IncomingMessage } from 'node:http';

const IN_URL = /([?&]key=)([^&]*)/;

/** The gateway key that a client sent: as Bearer, `x-api-key` or `x-goog-api-key`, or, as Google's clients may, in the URL (`?key=`). */
export function readKey({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): string {
  const bearer = headers.authorization;
  if (bearer !== undefined && /^bearer /i.test(bearer)) return bearer.slice(7).trim();
  const key = headers['x-api-key'] ?? headers['x-goog-api-key'];
  if (typeof key === 'string') return key.trim();
  return url.includes('key=') ? (IN_URL.exec(url)?.[2] ?? '') : '';
}

/** The URL as it may be remembered and compared. */
export function withoutKey(url: string): string {
  return url.includes('key=') ? url.replace(IN_URL, '$1') : url;
}
