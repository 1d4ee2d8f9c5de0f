import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { runBacktest } from './run-backtest.ts';

const OPTIONS = { fromMs: 0, toMs: 1, policy: null, baseline: null, aliases: null };

const MIGRATIONS = join(createMemoryHost().paths.resources, 'migrations');

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backtest-'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

async function all(messages: ReturnType<typeof runBacktest>) {
  const kinds: string[] = [];
  for await (const message of messages) kinds.push(...Object.keys(message));
  return kinds;
}

describe.each(['in a thread', 'in place'])('a back-test %s', (where) => {
  beforeEach(() => {
    const path = where === 'in place' ? ':memory:' : join(folder, 'gateway.db');
    database = openDatabase(path, MIGRATIONS);
  });

  it('tells how far it is, then the result', async () => {
    expect(await all(runBacktest(database, OPTIONS))).toEqual(['progress', 'result']);
  });

  it('does not begin, or ends without a result and without an error, once it is cancelled', async () => {
    expect(await all(runBacktest(database, OPTIONS, AbortSignal.abort()))).toEqual([]);
  });
});
