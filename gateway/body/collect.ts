import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';

/** From here on the buffer is made at once in its full length, so that the pieces are copied as they come, not all at the end. */
const PREALLOCATE_BYTES = 1024 * 1024;

/** All bytes of a request's body, at most `limit`. Throws `body_too_large`, before reading where the client says the length. */
export function collectBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(incoming.headers['content-length'] ?? Number.NaN);
  if (announced > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const room = announced >= PREALLOCATE_BYTES ? Buffer.allocUnsafeSlow(announced) : undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      if (length + chunk.length > limit) {
        incoming.removeAllListeners('data');
        incoming.resume();
        reject(tooLarge(limit));
        return;
      }
      if (room === undefined) chunks.push(chunk);
      else room.set(chunk, length);
      length += chunk.length;
    });
    incoming.on('end', () => {
      if (room !== undefined) resolve(room.subarray(0, length));
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
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
