import type { Database as SqliteDatabase } from 'better-sqlite3';
import type { RequestRow } from './request-row.ts';

/** What rows are found and grouped by. An absent value is the empty string. */
export interface Kind {
  id: number;
  clientId: string;
  provider: string;
  model: string;
  complexity: string;
  dialect: string;
  status: RequestRow['status'];
  cache: RequestRow['cache'];
}

const COLUMNS = 'client_id, provider, model, complexity, dialect, status, cache';

/** The kinds, all of them in memory: some hundred. */
export interface Kinds {
  of(row: RequestRow): Kind;
  /** After a transaction that failed: kinds that it made are not there. */
  forget(): void;
}

export function createKinds(client: SqliteDatabase): Kinds {
  const insert = client.prepare(`INSERT INTO request_kinds (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  let known = read(client);

  function read(from: SqliteDatabase): Map<string, Kind> {
    return new Map(readKinds(from).map((kind) => [keyOf(kind), kind]));
  }

  return {
    of(row) {
      const kind: Omit<Kind, 'id'> = {
        clientId: row.clientId ?? '',
        provider: row.provider ?? '',
        model: row.model ?? '',
        complexity: row.complexity ?? '',
        dialect: row.dialect,
        status: row.status,
        cache: row.cache,
      };
      const key = keyOf(kind);
      let found = known.get(key);
      if (found === undefined) {
        const { clientId, provider, model, complexity, dialect, status, cache } = kind;
        const { lastInsertRowid } = insert.run(clientId, provider, model, complexity, dialect, status, cache);
        found = { id: Number(lastInsertRowid), ...kind };
        known.set(key, found);
      }
      return found;
    },
    forget() {
      known = read(client);
    },
  };
}

export function readKinds(client: SqliteDatabase): Kind[] {
  return client
    .prepare<[], Kind>(
      'SELECT id, client_id AS clientId, provider, model, complexity, dialect, status, cache FROM request_kinds',
    )
    .all();
}

function keyOf({ clientId, provider, model, complexity, dialect, status, cache }: Omit<Kind, 'id'>): string {
  return `${clientId}\n${provider}\n${model}\n${complexity}\n${dialect}\n${status}\n${cache}`;
}
