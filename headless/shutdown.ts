import type { Logger } from '../gateway/host.ts';

interface Shutdown {
  gateway: { openStreams(): number; close(options: { drainMs: number }): Promise<void> };
  log: Logger;
  /** Ends the process with an exit code. */
  exit(code: number): void;
  /** Milliseconds, from any fixed point. */
  now(): number;
}

const drainMs = 10_000;
/** `npm start` passes on a Ctrl-C that the terminal has sent to the gateway as well: two signals, one wish. */
const echoMs = 500;

/** What to do at a signal: the first one drains, a later one quits at once. A killed gateway loses no row: the journal has it. */
export function createShutdown({ gateway, log, exit, now }: Shutdown): () => void {
  let firstMs: number | undefined;
  return () => {
    if (firstMs !== undefined) {
      if (now() - firstMs < echoMs) return;
      log.warn('Quitting at once.');
      exit(0);
      return;
    }
    firstMs = now();
    const open = gateway.openStreams();
    if (open > 0) log.info(`Waiting up to ${drainMs / 1000} s for open streams. Ctrl-C again quits at once.`, { open });
    gateway.close({ drainMs }).then(
      () => exit(0),
      (thrown: unknown) => {
        log.error('The gateway did not close cleanly.', { error: thrown });
        exit(1);
      },
    );
  };
}
