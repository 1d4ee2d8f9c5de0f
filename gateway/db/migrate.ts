import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';

const journalSchema = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.int() })) });

interface Migration {
  hash: string;
  createdAtMs: number;
  statements: string[];
}

/**
 * Brings a database to the newest migration of `folder` (as drizzle-kit writes it), all in one transaction. Keeps drizzle's
 * own table of applied migrations, so its tools can read the database; reading the folder here spares loading drizzle at
 * start. Returns false, and changes nothing, when the database holds a migration that the folder does not know.
 */
export function migrate(database: Database, folder: string): boolean {
  const migrations = readMigrations(folder);
  const run = database.transaction(() => {
    database.exec(
      'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
    );
    const applied = new Set(database.prepare<[], string>('SELECT hash FROM __drizzle_migrations').pluck().all());
    const known = new Set(migrations.map((migration) => migration.hash));
    for (const hash of applied) if (!known.has(hash)) return false;
    const insert = database.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
    for (const migration of migrations) {
      if (applied.has(migration.hash)) continue;
      for (const statement of migration.statements) database.exec(statement);
      insert.run(migration.hash, migration.createdAtMs);
    }
    return true;
  });
  return run.immediate();
}

function readMigrations(folder: string): Migration[] {
  const journal = journalSchema.parse(JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')));
  return journal.entries.map(({ tag, when }) => {
    const sql = readFileSync(join(folder, `${tag}.sql`), 'utf8');
    return {
      hash: createHash('sha256').update(sql).digest('hex'),
      createdAtMs: when,
      statements: sql.split('--> statement-breakpoint'),
    };
  });
}
