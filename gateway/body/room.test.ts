import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { roomFor } from './room.ts';

const MIB = 1024 * 1024;

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

test('rooms lie in shared memory up to a bound, and again once earlier ones are gone', async () => {
  const isShared = (bytes: number) => roomFor(bytes).buffer instanceof SharedArrayBuffer;
  expect(isShared(100 * MIB)).toBe(true);
  expect(isShared(100 * MIB)).toBe(false);
  expect(isShared(MIB)).toBe(true);
  await expect
    .poll(() => {
      collectGarbage();
      return isShared(100 * MIB);
    })
    .toBe(true);
});

test('a room is as long as it was asked for and takes what is put in', () => {
  const room = roomFor(70_000);
  room.set(Buffer.from('网关'), 69_000);
  expect(room.length).toBe(70_000);
  expect(room.toString('utf8', 69_000, 69_006)).toBe('网关');
});
