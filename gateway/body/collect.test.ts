import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { collectBody } from './collect.ts';

const MEBIBYTE = 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

test('a large body that arrives all at once is taken in over many turns of the event loop, whole and in order', async () => {
  const sent = Buffer.alloc(8 * MEBIBYTE, 'The quick brown fox jumps over the lazy dog. ');
  const incoming = new IncomingMessage(new Socket());
  incoming.headers['content-length'] = String(sent.length);
  // A machine on which each piece takes a millisecond.
  let clock = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => clock++);
  const collected = collectBody(incoming, 32 * MEBIBYTE);
  let turns = 0;
  let going = true;
  const turn = () => {
    turns += 1;
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  for (let at = 0; at < sent.length; at += PIECE_BYTES) incoming.push(sent.subarray(at, at + PIECE_BYTES));
  incoming.push(null);
  incoming.complete = true;

  const { bytes } = await collected;
  going = false;
  now.mockRestore();
  expect(bytes.equals(sent)).toBe(true);
  expect(turns).toBeGreaterThan(20);
});
