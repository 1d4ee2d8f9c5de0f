import { createHash } from 'node:crypto';
import type { Database } from '../db/open.ts';
import type { Logger } from '../host.ts';

type SnapshotKind = 'models' | 'health' | 'corrections' | 'context';

/** What decisions were made of and rows are too small for: kept once, found again by a small number. */
export interface Snapshots {
  /** The number of an object that never changes; `write` gives what is kept of it, as JSON. */
  idOf(kind: SnapshotKind, value: object, write: () => string): number;
  /** The number of a text that is kept. */
  keep(kind: SnapshotKind, text: string): number;
}

const HASH_LENGTH = 24;
const KEPT_LONGER_MS = 30 * 86_400_000;

/**
 * Keeps snapshots by what they hold, at the moment they are first decided by, so that a row which names one never outlives it. What the
 * database refuses is logged, and such decisions cannot be read back in full.
 */
export function createSnapshots({ client }: Database, log: Logger): Snapshots {
  const insert = client.prepare(
    `INSERT INTO routing_snapshots (id, kind, hash, made_at_ms, value) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind, hash) DO UPDATE SET made_at_ms = excluded.made_at_ms`,
  );
  const find = client.prepare<[string, string], { id: number }>(
    'SELECT id FROM routing_snapshots WHERE kind = ? AND hash = ?',
  );
  // A gateway that never stops may go by one snapshot for long: what is much older than any row is surely read by none.
  client
    .prepare(
      `DELETE FROM routing_snapshots WHERE kind IN ('health', 'corrections', 'context')
       AND made_at_ms < (SELECT coalesce(min(started_at_ms), ?) FROM request_rows) - ?`,
    )
    .run(Date.now(), KEPT_LONGER_MS);
  const ids = new WeakMap<object, number>();
  let next =
    (client.prepare<[], { id: number | null }>('SELECT max(id) AS id FROM routing_snapshots').get()?.id ?? 0) + 1;

  function keep(kind: SnapshotKind, text: string): number {
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, HASH_LENGTH);
    try {
      const known = find.get(kind, hash)?.id;
      const id = known ?? next;
      insert.run(id, kind, hash, Date.now(), text);
      if (known === undefined) next += 1;
      return id;
    } catch (thrown) {
      log.warn('What a decision was made of cannot be kept.', {
        kind,
        cause: thrown instanceof Error ? thrown.name : '',
      });
      next += 1;
      return next - 1;
    }
  }

  return {
    keep,
    idOf(kind, value, write) {
      let id = ids.get(value);
      if (id === undefined) {
        id = keep(kind, write());
        ids.set(value, id);
      }
      return id;
    },
  };
}
