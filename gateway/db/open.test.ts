import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate as drizzleMigrate } from 'drizzle-orm/better-sqlite3/migrator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { GatewayError } from '../errors.ts';
import { openDatabase } from './open.ts';
import * as schema from './schema.ts';

let host: ReturnType<typeof createMemoryHost>;
let path: string;
let migrations: string;

beforeEach(() => {
  host = createMemoryHost();
  path = join(host.paths.data, 'gateway.db');
  migrations = join(host.paths.resources, 'migrations');
});
afterEach(() => host.remove());

test('a new database has every column of the schema', () => {
  const database = openDatabase(path, migrations);
  const read = drizzle({ client: database.client });
  for (const table of Object.values(schema)) expect(read.select().from(table).all()).toEqual([]);
  database.close();
});

test('a database that is opened again keeps its rows', () => {
  const first = openDatabase(path, migrations);
  first.client.exec("INSERT INTO settings VALUES ('a', '1')");
  first.close();
  const second = openDatabase(path, migrations);
  expect(second.client.prepare('SELECT value FROM settings').pluck().get()).toBe('1');
  second.close();
});

test('it writes ahead, waits for locks and minds foreign keys', () => {
  const { client, close } = openDatabase(path, migrations);
  expect(client.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(client.pragma('synchronous', { simple: true })).toBe(1);
  expect(client.pragma('foreign_keys', { simple: true })).toBe(1);
  expect(client.pragma('busy_timeout', { simple: true })).toBeGreaterThan(0);
  close();
});

test("drizzle's own migrator finds nothing left to do", () => {
  const { client, close } = openDatabase(path, migrations);
  const applied = () => client.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get();
  const before = applied();
  drizzleMigrate(drizzle({ client }), { migrationsFolder: migrations });
  expect(applied()).toBe(before);
  close();
});

test('a database with a migration of a newer version is refused and left alone', () => {
  const database = openDatabase(path, migrations);
  database.client.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of-the-future', 9999999999999)");
  database.close();
  expect(failure(path)).toMatch(/written by a newer version: update LLM Gateway\.$/);
});

test('a file that is not a database is called damaged', () => {
  writeFileSync(path, 'these are not the bytes of a database, and there are enough of them to tell'.repeat(20));
  expect(failure(path)).toMatch(/is damaged: restore a backup/);
});

test('a place that cannot be written to is named', () => {
  expect(failure(join(host.paths.data, 'nowhere', 'gateway.db'))).toMatch(/nowhere.* cannot be opened for writing/);
  mkdirSync(path);
  expect(failure(path)).toMatch(/cannot be opened for writing/);
});

test('a second gateway is kept out until the first one closes', () => {
  const first = openDatabase(path, migrations);
  expect(failure(path)).toMatch(/in use by another LLM Gateway/);
  first.close();
  first.close();
  openDatabase(path, migrations).close();
});

test('a database that another program holds locked is said to be locked', () => {
  openDatabase(path, migrations).close();
  const other = new BetterSqlite(path);
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  expect(failure(path)).toMatch(/locked by another program/);
  other.close();
});

function failure(at: string): string {
  try {
    openDatabase(at, migrations).close();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(GatewayError);
    expect(thrown).toMatchObject({ code: 'internal' });
    return (thrown as GatewayError).message;
  }
  throw new Error('It opened.');
}
