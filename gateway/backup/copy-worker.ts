import { rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';

/* The thread that `index.ts` starts: one copy of a database, as it is at one moment, and whole. */

export interface Copy {
  from: string;
  to: string;
  /** Migrations that this version knows; a database with another one is not taken. */
  known?: readonly string[];
}

const { from, to, known } = workerData as Copy;

try {
  const client = new BetterSqlite(from, { fileMustExist: true, readonly: true, timeout: 5000 });
  const fault = known === undefined ? undefined : faultOf(client, known);
  if (fault === undefined) client.prepare('VACUUM INTO ?').run(to);
  client.close();
  parentPort?.postMessage({ fault });
} catch (thrown) {
  rmSync(to, { force: true });
  parentPort?.postMessage({ fault: thrown instanceof BetterSqlite.SqliteError ? thrown.code : 'unknown' });
}

function faultOf(client: BetterSqlite.Database, migrations: readonly string[]): string | undefined {
  if (client.pragma('quick_check', { simple: true }) !== 'ok') return 'damaged';
  const applied = client.prepare<[], string>('SELECT hash FROM __drizzle_migrations').pluck().all();
  return applied.every((hash) => migrations.includes(hash)) ? undefined : 'newer';
}
