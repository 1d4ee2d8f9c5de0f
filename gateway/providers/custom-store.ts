import type { Database } from '../db/open.ts';
import type { customProviders } from '../db/schema.ts';

/** A custom provider as stored; JSON is still text. */
export type StoredProvider = Omit<typeof customProviders.$inferSelect, 'removedAtMs'>;

/** How long a removed provider can be restored; its keys as long. */
const RESTORABLE_MS = 24 * 3_600_000;

/** The table of custom providers. A removed row lies there until it is purged. */
export interface CustomStore {
  list(): StoredProvider[];
  /** Takes the place of a row with that id, of a removed one as well. */
  save(row: StoredProvider): void;
  remove(id: string): void;
  /** Undefined where there is no such removed provider. */
  restore(id: string): StoredProvider | undefined;
}

const COLUMNS = `id, definition, header_names AS headerNames, sealed_headers AS sealedHeaders, sealed_by AS sealedBy,
  listed_models AS listedModels, created_at_ms AS createdAtMs`;

/** What was removed in an earlier run is purged at once, as keys are. */
export function openCustomStore({ client }: Database): CustomStore {
  const list = client.prepare<[], StoredProvider>(
    `SELECT ${COLUMNS} FROM custom_providers WHERE removed_at_ms IS NULL ORDER BY created_at_ms, id`,
  );
  const save = client.prepare(
    `INSERT OR REPLACE INTO custom_providers
       (id, definition, header_names, sealed_headers, sealed_by, listed_models, created_at_ms)
     VALUES (@id, @definition, @headerNames, @sealedHeaders, @sealedBy, @listedModels, @createdAtMs)`,
  );
  const remove = client.prepare('UPDATE custom_providers SET removed_at_ms = ? WHERE id = ?');
  const restore = client.prepare<[string, number], StoredProvider>(
    `UPDATE custom_providers SET removed_at_ms = NULL WHERE id = ? AND removed_at_ms > ? RETURNING ${COLUMNS}`,
  );
  client.prepare('DELETE FROM custom_providers WHERE removed_at_ms <= ?').run(Date.now());

  return {
    list: () => list.all(),
    save: (row) => save.run(row),
    remove: (id) => remove.run(Date.now(), id),
    restore: (id) => restore.get(id, Date.now() - RESTORABLE_MS),
  };
}
