import type { Logger } from '../host.ts';
import type { Journal } from '../ledger/journal.ts';

/** Money that is held back for a request under way, or for a call of it that was given up. */
export interface Hold {
  /** Of the exchange; of a call that was given up, with a number behind it. */
  id: string;
  clientId: string;
  atMs: number;
  nano: number;
  /** Nobody waits for its end any more, though the provider may have charged it. */
  isGivenUp?: boolean;
}

/**
 * A file of what is reserved, since a process that is killed has sent requests whose cost nobody tells it any more. What is still
 * held there at the next start stays reserved until its periods are over, or its owner lets it go.
 */
export interface Holds {
  /** Holds of earlier processes, the latest word on each. */
  left(): Hold[];
  /** Holds, or holds more. */
  put(hold: Hold): void;
  /** The exchange is in the ledger. Written with the next `flush`. */
  drop(id: string): void;
  flush(): void;
  close(): void;
}

/** The file is written anew once it has this many lines, and many more than are held. */
const LONG_ENOUGH = 200;
const TIMES_HELD = 10;

export function createHolds(journal: Journal, log: Logger): Holds {
  const held = new Map<string, Hold>();
  for (const line of journal.read()) readLine(line, held);
  const earlier = [...held.values()];
  let dropped: string[] = [];
  let lines = 0;
  let broken = false;

  function append(written: readonly string[]): void {
    lines += written.length;
    try {
      journal.append(written);
      broken = false;
    } catch {
      if (!broken)
        log.error('Reservations cannot be written down; budgets would forget them if the gateway were killed.');
      broken = true;
    }
  }

  /** The old file stays whole until the new one is. */
  function startOver(): void {
    try {
      journal.replace([...held.values()].map(writeLine));
      lines = held.size;
    } catch {
      append(dropped.map((id) => JSON.stringify([id])));
    }
  }

  return {
    left: () => earlier,
    put(hold) {
      held.set(hold.id, hold);
      append([writeLine(hold)]);
    },
    drop(id) {
      if (held.delete(id)) dropped.push(id);
    },
    flush() {
      if (dropped.length === 0) return;
      if (lines < LONG_ENOUGH + held.size * TIMES_HELD) append(dropped.map((id) => JSON.stringify([id])));
      else startOver();
      dropped = [];
    },
    close: () => journal.close(),
  };
}

function writeLine({ id, clientId, atMs, nano, isGivenUp }: Hold): string {
  return JSON.stringify(isGivenUp ? [id, clientId, atMs, nano, 1] : [id, clientId, atMs, nano]);
}

function readLine(line: unknown, held: Map<string, Hold>): void {
  if (!Array.isArray(line)) return;
  const [id, clientId, atMs, nano, givenUp] = line as unknown[];
  if (typeof id !== 'string') return;
  if (line.length === 1) held.delete(id);
  else if (typeof clientId === 'string' && typeof atMs === 'number' && typeof nano === 'number')
    held.set(id, { id, clientId, atMs, nano, ...(givenUp === 1 && { isGivenUp: true }) });
}
