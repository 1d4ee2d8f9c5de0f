import type { Database } from '../db/open.ts';
import type { providerKeys } from '../db/schema.ts';

/** A provider key that is in use, as stored. */
export type StoredKey = Omit<typeof providerKeys.$inferSelect, 'removedAtMs'>;

/** How long a removed key can be restored. */
const RESTORABLE_MS = 24 * 3_600_000;
const PURGE_EVERY_MS = 3_600_000;

/** The table of sealed provider keys. A removed row lies there until it is purged. */
export interface KeyStore {
  list(): StoredKey[];
  save(key: StoredKey): void;
  remove(id: string): void;
  /** Undefined when there is no such removed key. */
  restore(id: string): StoredKey | undefined;
  close(): void;
}

const COLUMNS = `id, provider, label, sealed, sealed_by AS sealedBy, last_four AS lastFour, status,
  checked_at_ms AS checkedAtMs, created_at_ms AS createdAtMs`;

/** Keys that were removed in an earlier run are purged at once. */
export function openKeyStore({ client }: Database): KeyStore {
  const list = client.prepare<[], StoredKey>(`SELECT ${COLUMNS} FROM provider_keys WHERE removed_at_ms IS NULL`);
  const save = client.prepare(
    `INSERT INTO provider_keys (id, provider, label, sealed, sealed_by, last_four, status, checked_at_ms, created_at_ms)
     VALUES (@id, @provider, @label, @sealed, @sealedBy, @lastFour, @status, @checkedAtMs, @createdAtMs)
     ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, sealed_by = excluded.sealed_by,
       last_four = excluded.last_four, status = excluded.status, checked_at_ms = excluded.checked_at_ms`,
  );
  const remove = client.prepare('UPDATE provider_keys SET removed_at_ms = ? WHERE id = ?');
  const restore = client.prepare<[string, number], StoredKey>(
    `UPDATE provider_keys SET removed_at_ms = NULL WHERE id = ? AND removed_at_ms > ? RETURNING ${COLUMNS}`,
  );
  const purge = client.prepare('DELETE FROM provider_keys WHERE removed_at_ms <= ?');
  purge.run(Date.now());
  const timer = setInterval(() => {
    try {
      purge.run(Date.now() - RESTORABLE_MS);
    } catch {
      // Locked or full for the moment: the next round purges what this one left.
    }
  }, PURGE_EVERY_MS);
  timer.unref();

  return {
    list: () => list.all(),
    save: (key) => save.run(key),
    remove: (id) => remove.run(Date.now(), id),
    restore: (id) => restore.get(id, Date.now() - RESTORABLE_MS),
    close: () => clearInterval(timer),
  };
}
