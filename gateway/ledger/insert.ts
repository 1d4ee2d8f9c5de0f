import type { Database } from '../db/open.ts';
import type { WrittenRow } from './line.ts';
import type { RequestRow } from './request-row.ts';
import { createRollupWriter } from './rollup.ts';

/**
 * Makes what inserts rows with their rollups in one transaction and returns those that were new. Throws SQLite's error, or
 * a `TypeError` for a value that no column takes; nothing is inserted then.
 */
export function createInserter(database: Database): (rows: readonly WrittenRow[]) => RequestRow[] {
  const insert = database.client.prepare(
    `INSERT INTO request_rows (started_at_ms, id, client_id, provider, model, complexity, status, cache, cost_nano,
       error_code, error_message, rest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (started_at_ms, id) DO NOTHING`,
  );
  const rollups = createRollupWriter(database);

  function insertOne({ row, rest }: WrittenRow): boolean {
    const result = insert.run(
      row.startedAtMs,
      row.id,
      row.clientId,
      row.provider,
      row.model,
      row.complexity,
      row.status,
      row.cache,
      row.costNano,
      row.errorCode,
      row.errorMessage,
      rest,
    );
    return result.changes === 1;
  }

  const insertAll = database.client.transaction((rows: readonly WrittenRow[]) => {
    const inserted: RequestRow[] = [];
    for (const written of rows) if (insertOne(written)) inserted.push(written.row);
    rollups.add(inserted);
    return inserted;
  }).immediate;

  return (rows) => {
    try {
      return insertAll(rows);
    } catch (thrown) {
      rollups.forget();
      throw thrown;
    }
  };
}
