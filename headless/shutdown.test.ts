import { expect, it } from 'vitest';
import { createShutdown } from './shutdown.ts';

/** A gateway that closes when told to, on a clock that is set by hand. */
function scene(openStreams = 0) {
  const closing = Promise.withResolvers<void>();
  const seen = { drains: [] as number[], exits: [] as number[], said: [] as string[], nowMs: 0 };
  const say = (message: string) => void seen.said.push(message);
  const stop = createShutdown({
    gateway: {
      openStreams: () => openStreams,
      close: ({ drainMs }) => {
        seen.drains.push(drainMs);
        return closing.promise;
      },
    },
    log: { info: say, warn: say, error: say },
    exit: (code) => void seen.exits.push(code),
    now: () => seen.nowMs,
  });
  return { stop, closing, seen };
}

it('drains for ten seconds at the first signal and then leaves with 0', async () => {
  const { stop, closing, seen } = scene(2);
  stop();
  expect(seen).toMatchObject({ drains: [10_000], exits: [] });
  expect(seen.said[0]).toContain('Waiting up to 10 s for open streams');
  closing.resolve();
  await closing.promise;
  expect(seen.exits).toEqual([0]);
});

it('quits at once at a second signal', () => {
  const { stop, seen } = scene();
  stop();
  seen.nowMs = 2000;
  stop();
  expect(seen).toMatchObject({ drains: [10_000], exits: [0] });
});

it('takes the echo of one Ctrl-C through npm for one wish', () => {
  const { stop, seen } = scene();
  stop();
  seen.nowMs = 20;
  stop();
  expect(seen.exits).toEqual([]);
});

it('leaves with 1 when the gateway could not close', async () => {
  const { stop, closing, seen } = scene();
  stop();
  closing.reject(new Error('disk'));
  await closing.promise.catch(() => undefined);
  await Promise.resolve();
  expect(seen.exits).toEqual([1]);
});
