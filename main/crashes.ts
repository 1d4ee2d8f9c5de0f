import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { DesktopState } from '../contract/desktop.ts';
import type { Logger } from '../gateway/host.ts';
import { hideHome, redact } from '../gateway/hosting/redact.ts';

type Crash = NonNullable<DesktopState['lastCrash']>;

export interface Crashes {
  /** Of the run before this one, until it is dismissed. */
  last(): Crash | null;
  dismiss(): void;
}

/**
 * Writes down, redacted, what ends this process, so that the next start can tell it. After an error that nobody caught the
 * process cannot be trusted: `end` closes it. A rejected promise alone is written down and survived.
 */
export function watchCrashes(path: string, log: Logger, end: () => void): Crashes {
  let last = read(path);
  const write = (thrown: unknown) => {
    const message = describe(thrown);
    log.error('An error that nobody caught.', { error: message });
    try {
      writeFileSync(path, JSON.stringify({ atMs: Date.now(), message }), { mode: 0o600 });
    } catch {
      // The log has it.
    }
  };
  process.on('uncaughtException', (thrown) => {
    write(thrown);
    end();
  });
  process.on('unhandledRejection', write);
  return {
    last: () => last,
    dismiss() {
      last = null;
      rmSync(path, { force: true });
    },
  };
}

/** Where it happened and what it was, without keys and without the name of the person in paths. */
function describe(thrown: unknown): string {
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : `Thrown: ${typeof thrown}`;
  return hideHome(redact(text), homedir()).slice(0, 4_000);
}

function read(path: string): Crash | null {
  try {
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof stored !== 'object' || stored === null) return null;
    const { atMs, message } = stored as Record<string, unknown>;
    return typeof atMs === 'number' && typeof message === 'string' ? { atMs, message } : null;
  } catch {
    return null;
  }
}
