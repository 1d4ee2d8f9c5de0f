import type { Logger } from '../host.ts';
import type { Journal } from '../ledger/journal.ts';

/** Money that is held back for a request under way. */
export interface Hold {
  /** Of the exchange. */
  id: string;
  clientId: string;
  atMs: number;
  nano: number;
}

/**
 * A file of what is reserved, since a process that is killed has sent requests whose cost nobody tells it any more. What is still
 * held there at the next start stays reserved until its periods are over.
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

/** The file starts over once it is this long and nothing is held. */
const LONG_ENOUGH = 200;

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

  return {
    left: () => earlier,
    put(hold) {
      held.set(hold.id, hold);
      append([JSON.stringify([hold.id, hold.clientId, hold.atMs, hold.nano])]);
    },
    drop(id) {
      if (held.delete(id)) dropped.push(id);
    },
    flush() {
      if (dropped.length === 0) return;
      if (held.size > 0 || lines < LONG_ENOUGH) append(dropped.map((id) => JSON.stringify([id])));
      else {
        journal.truncate();
        lines = 0;
      }
      dropped = [];
    },
    close: () => journal.close(),
  };
}

function readLine(line: unknown, held: Map<string, Hold>): void {
  if (!Array.isArray(line)) return;
  const [id, clientId, atMs, nano] = line as unknown[];
  if (typeof id !== 'string') return;
  if (line.length === 1) held.delete(id);
  else if (typeof clientId === 'string' && typeof atMs === 'number' && typeof nano === 'number')
    held.set(id, { id, clientId, atMs, nano });
}
