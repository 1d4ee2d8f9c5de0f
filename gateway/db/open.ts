import BetterSqlite, { type Database as SqliteDatabase } from 'better-sqlite3';
import { GatewayError } from '../errors.ts';
import { type Words, wordsIn } from '../hosting/words.ts';
import { migrate } from './migrate.ts';
import { applyPending } from './restore.ts';

/**
 * How long a write waits for another program's lock. Short, since the wait blocks the event loop; only other programs can
 * hold it, as a second gateway is kept out by the lock file.
 */
const BUSY_TIMEOUT_MS = 50;

/**
 * Pages of write-ahead log after which a commit moves them into the database itself, which waits for the disk: 64 MiB. The
 * ledger does it much earlier, in another thread; this bounds the log where that cannot.
 */
const CHECKPOINT_PAGES = 16_384;

/** The open database. `path` is `:memory:` or a file that a second, read-only connection may open as well. */
export interface Database {
  client: SqliteDatabase;
  path: string;
  close(): void;
}

/**
 * Opens the database and applies outstanding migrations. Throws a `GatewayError` `internal` whose message is one sentence
 * for the user when the database is newer than this version, damaged, not writable, or in use by another gateway.
 */
export function openDatabase(path: string, migrationsFolder: string, say: Words = wordsIn()): Database {
  const inMemory = path === ':memory:';
  const releaseLock = inMemory ? () => {} : lock(path, say);
  let client: SqliteDatabase | undefined;
  try {
    if (!inMemory) applyPending(path, Date.now());
    client = new BetterSqlite(path, { timeout: BUSY_TIMEOUT_MS });
    // Of a new file only: what retention frees can then be given back in small steps.
    client.pragma('auto_vacuum = INCREMENTAL');
    client.pragma('journal_mode = WAL');
    client.pragma('synchronous = NORMAL');
    const current = migrate(client, migrationsFolder);
    if (!current) throw new GatewayError('internal', say('start.newer', { path }));
    client.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    client.pragma('foreign_keys = ON');
  } catch (thrown) {
    client?.close();
    releaseLock();
    throw thrown instanceof GatewayError ? thrown : explain(path, thrown, say);
  }
  const opened = client;
  return {
    client: opened,
    path,
    close() {
      if (!opened.open) return;
      opened.close();
      releaseLock();
    },
  };
}

/**
 * Keeps a second gateway out of the same data for as long as this process lives, since two would truncate each other's
 * journal. A lock that SQLite holds on a file of its own is released by the operating system however the process ends.
 */
function lock(path: string, say: Words): () => void {
  let holder: SqliteDatabase | undefined;
  try {
    holder = new BetterSqlite(`${path}.lock`, { timeout: 0 });
    holder.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    holder?.close();
    if (sqliteCode(thrown).startsWith('SQLITE_BUSY')) {
      throw new GatewayError('internal', say('start.inUse', { path }));
    }
    throw explain(path, thrown, say);
  }
  const held = holder;
  return () => held.close();
}

function explain(path: string, thrown: unknown, say: Words): GatewayError {
  return new GatewayError('internal', say(reason(sqliteCode(thrown)), { path }), { cause: thrown });
}

function reason(code: string): 'start.damaged' | 'start.locked' | 'start.diskFull' | 'start.unwritable' {
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return 'start.damaged';
  if (code.startsWith('SQLITE_BUSY')) return 'start.locked';
  return code.startsWith('SQLITE_FULL') ? 'start.diskFull' : 'start.unwritable';
}

/** SQLite's extended result code (`SQLITE_BUSY_SNAPSHOT`), or the empty string for any other error. */
export function sqliteCode(thrown: unknown): string {
  return thrown instanceof BetterSqlite.SqliteError ? thrown.code : '';
}
