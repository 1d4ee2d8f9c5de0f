import { createHash, hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';
import { roomFor } from './room.ts';
import { isTurnSpent } from './turn.ts';

/** All bytes of a body, and their SHA-256 (as a string of one character a byte). */
export interface Collected {
  bytes: Buffer;
  digest: string;
}

/** From here on the buffer is made at once in its full length, and each piece is copied and hashed as it comes, not all at the end. */
const PREALLOCATE_BYTES = 64 * 1024;

/** What is taken of one body without a pause, and then before each: a socket hands over up to 2 MiB at once, and what takes them in is collected in the same turn. */
const AT_ONCE_BYTES = 1024 * 1024;
const TURN_BYTES = 256 * 1024;

/** Reads a request's body, at most `limit` bytes. Throws `body_too_large`, before reading where the client says the length. */
export function collectBody(incoming: IncomingMessage, limit: number): Promise<Collected> {
  const announced = Number(incoming.headers['content-length'] ?? Number.NaN);
  if (announced > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const room = announced >= PREALLOCATE_BYTES ? roomFor(announced) : undefined;
    const running = room === undefined ? undefined : createHash('sha256');
    const chunks: Buffer[] = [];
    let length = 0;
    let pauseAt = AT_ONCE_BYTES;
    incoming.on('data', (chunk: Buffer) => {
      if (length + chunk.length > limit) {
        incoming.removeAllListeners('data');
        incoming.resume();
        reject(tooLarge(limit));
        return;
      }
      if (room === undefined) chunks.push(chunk);
      else room.set(chunk, length);
      running?.update(chunk);
      length += chunk.length;
      if (room === undefined || (length < pauseAt && !isTurnSpent())) return;
      pauseAt = length + TURN_BYTES;
      incoming.pause();
      setImmediate(() => incoming.resume());
    });
    incoming.on('end', () => {
      const [only] = chunks;
      if (room !== undefined && running !== undefined) {
        resolve({ bytes: room.subarray(0, length), digest: running.digest('binary') });
      } else {
        const bytes = only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, length);
        resolve({ bytes, digest: hash('sha256', bytes, 'binary') });
      }
    });
    // 'close' follows an error and a client who hangs up alike.
    incoming.on('close', () => {
      if (!incoming.complete)
        reject(new GatewayError('client_closed', 'The client left before its request was complete.'));
    });
    incoming.on('error', () => {});
  });
}

function tooLarge(limit: number): GatewayError {
  const mebibytes = Math.round((limit / 1024 / 1024) * 10) / 10;
  return new GatewayError(
    'body_too_large',
    `The body is larger than ${mebibytes} MiB. Send less, or raise the limit in the settings.`,
  );
}
