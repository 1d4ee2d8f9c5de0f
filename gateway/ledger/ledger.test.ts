import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import BetterSqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { exampleRow } from '../../test/request-row.ts';
import { openDatabase } from '../db/open.ts';
import { createRequestId, openLedger, type RequestRow } from './index.ts';
import { readLine, writeLine } from './line.ts';
import { timeOfRequestId } from './request-row.ts';

const EVER = { fromMs: 0, toMs: Date.UTC(2100, 0) };

let host: ReturnType<typeof createMemoryHost>;
let migrations: string;
let databasePath: string;
let journalPath: string;

beforeEach(() => {
  host = createMemoryHost();
  migrations = join(host.paths.resources, 'migrations');
  databasePath = join(host.paths.data, 'gateway.db');
  journalPath = join(host.paths.data, 'ledger.journal');
});
afterEach(() => host.remove());

function open(changes: { journalPath?: string; onRecorded?: (rows: readonly RequestRow[]) => void } = {}) {
  const database = openDatabase(databasePath, migrations);
  const ledger = openLedger({ database, journalPath, log: host.log, ...changes });
  return {
    ledger,
    database,
    async close() {
      await ledger.close();
      database.close();
    },
  };
}

test('a recorded row is on disk before it is in the database, and the journal is emptied after', async () => {
  const { ledger, database, close } = open();
  ledger.record(exampleRow());
  const inDatabase = () => database.client.prepare('SELECT count(*) FROM request_rows').pluck().get();
  expect(inDatabase()).toBe(0);
  expect(readLine(JSON.parse(readFileSync(journalPath, 'utf8')))?.row).toEqual(exampleRow());
  await ledger.flush();
  expect(inDatabase()).toBe(1);
  expect(statSync(journalPath).size).toBe(0);
  await close();
});

test('rows that are recorded together are lines of their own in the journal', async () => {
  const { ledger, close } = open();
  const rows = ['req_1', 'req_2', 'req_3'].map((id) => exampleRow({ id }));
  ledger.record(...rows);
  const lines = readFileSync(journalPath, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => readLine(JSON.parse(line))?.row)).toEqual(rows);
  expect((await ledger.page({ limit: 10 })).rows).toHaveLength(3);
  await close();
});

test('rows reach the database by themselves, and are told once they have', async () => {
  const told = Promise.withResolvers<readonly RequestRow[]>();
  const { ledger, close } = open({ onRecorded: told.resolve });
  ledger.record(exampleRow({ id: 'req_1' }));
  ledger.record(exampleRow({ id: 'req_2' }));
  expect((await told.promise).map((row) => row.id)).toEqual(['req_1', 'req_2']);
  await close();
});

test('every query sees the rows recorded before it, asked in a thread of its own', async () => {
  const { ledger, close } = open();
  for (let index = 0; index < 700; index++) ledger.record(exampleRow({ id: `req_${index}`, latencyMs: 10.4 }));
  expect(await ledger.overview(EVER)).toMatchObject({ requests: 700, costNano: 700 * 65_000, averageLatencyMs: 10 });
  expect(await ledger.one('req_699')).toEqual(exampleRow({ id: 'req_699', latencyMs: 10 }));
  expect((await ledger.byModel(EVER))[0]).toMatchObject({ model: 'gpt-5-mini', requests: 700 });
  expect((await ledger.page({ limit: 3 })).rows).toHaveLength(3);
  const day = { fromMs: Date.UTC(2026, 4, 4), toMs: Date.UTC(2026, 4, 6) };
  expect((await ledger.daily(day, 'UTC')).map((one) => one.requests)).toEqual([700, 0]);
  await expect(ledger.page({ limit: 1, cursor: 'made up' })).rejects.toMatchObject({
    code: 'invalid_request',
    field: 'cursor',
  });
  await close();
});

test('questions under way when the ledger closes are refused, not left hanging', async () => {
  const { ledger, close } = open();
  await ledger.flush();
  const asked = ledger.overview(EVER);
  const refused = expect(asked).rejects.toMatchObject({ code: 'shutting_down' });
  await new Promise(setImmediate);
  await Promise.all([refused, close()]);
});

test('the write-ahead log starts over again and again, however many rows come', async () => {
  const { ledger, close } = open();
  for (let index = 0; index < 12_000; index++) {
    const startedAtMs = exampleRow().startedAtMs + index;
    ledger.record(exampleRow({ id: createRequestId(startedAtMs), startedAtMs, why: randomBytes(300).toString('hex') }));
    if (index % 20 === 0) await delay(0);
  }
  await ledger.flush();
  expect(statSync(`${databasePath}-wal`).size).toBeLessThan(12_000_000);
  expect(statSync(databasePath).size).toBeGreaterThan(3_000_000);
  await close();
});

test('a database in memory answers too', async () => {
  const database = openDatabase(':memory:', migrations);
  const ledger = openLedger({ database, journalPath, log: host.log });
  ledger.record(exampleRow());
  expect(await ledger.one('req_example')).toEqual(exampleRow());
  await ledger.close();
});

describe('after a crash', () => {
  test('the journal is replayed without what its torn last line holds', async () => {
    const rows = [exampleRow({ id: 'req_1' }), exampleRow({ id: 'req_2' })];
    appendFileSync(journalPath, rows.map(lineOf).join(''));
    appendFileSync(journalPath, lineOf(exampleRow({ id: 'req_3' })).slice(0, -9));
    const { ledger, close } = open();
    ledger.record(exampleRow({ id: 'req_4' }));
    expect(await ledger.overview(EVER)).toMatchObject({ requests: 3 });
    expect(statSync(journalPath).size).toBe(0);
    await close();
  });

  test('rows that were committed before the journal was emptied are not counted twice', async () => {
    const first = open();
    for (let index = 0; index < 5; index++) first.ledger.record(exampleRow({ id: `req_${index}` }));
    const journal = readFileSync(journalPath);
    await first.close();
    appendFileSync(journalPath, journal);
    const second = open();
    expect(await second.ledger.overview(EVER)).toMatchObject({ requests: 5, costNano: 5 * 65_000 });
    await second.close();
  });

  test('foreign lines and rows that do not fit are left out, logged, and hold nothing up', async () => {
    const misfit = lineOf(exampleRow({ id: 'req_bad' })).replace('"ok"', 'null');
    for (const line of [misfit, '42\n', '["req_short"]\n', lineOf(exampleRow({ id: 'req_good' }))])
      appendFileSync(journalPath, line);
    const { ledger, close } = open();
    expect((await ledger.page({ limit: 9 })).rows.map((row) => row.id)).toEqual(['req_good']);
    expect(host.lines.map((line) => line.message)).toEqual([
      expect.stringContaining('is not a request row'),
      expect.stringContaining('is not a request row'),
      expect.stringContaining('does not fit the ledger'),
    ]);
    await close();
  });

  test('every row that a killed process acknowledged is there, kill after kill', { timeout: 60_000 }, async () => {
    const acknowledged = new Set<string>();
    for (const lifeMs of [60, 130, 200, 270]) {
      for (const id of await recordUntilKilled(lifeMs)) acknowledged.add(id);
      const { ledger, close } = open();
      const { requests } = await ledger.overview(EVER);
      const kept = new Set<string>();
      for (let cursor: string | undefined; ; ) {
        const page = await ledger.page({ limit: 500, cursor });
        for (const row of page.rows) kept.add(row.id);
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
      expect(requests).toBe(kept.size);
      await close();
    }
    expect(acknowledged.size).toBeGreaterThan(100);
  });
});

describe('when the disk refuses', () => {
  test('rows wait for a locked database and are in it once it is free', async () => {
    const { ledger, close } = open();
    const other = new BetterSqlite(databasePath);
    other.exec('BEGIN IMMEDIATE');
    ledger.record(exampleRow({ id: 'req_1' }));
    await ledger.flush();
    expect(await ledger.one('req_1')).toBeNull();
    expect(host.lines.map((line) => line.facts)).toEqual([{ cause: 'SQLITE_BUSY' }]);
    expect(statSync(journalPath).size).toBeGreaterThan(0);
    other.exec('ROLLBACK');
    other.close();
    ledger.record(exampleRow({ id: 'req_2' }));
    expect(await ledger.overview(EVER)).toMatchObject({ requests: 2 });
    await close();
  });

  test('rows still reach the database by themselves after a flush that brought it back', async () => {
    const { ledger, database, close } = open();
    const other = new BetterSqlite(databasePath);
    other.exec('BEGIN IMMEDIATE');
    ledger.record(exampleRow({ id: 'req_1' }));
    await ledger.flush();
    other.close();
    await ledger.flush();
    ledger.record(exampleRow({ id: 'req_2' }));
    await expect.poll(() => database.client.prepare('SELECT count(*) FROM request_rows').pluck().get()).toBe(2);
    await close();
  });

  test('it tries again by itself', async () => {
    const told = Promise.withResolvers<readonly RequestRow[]>();
    const { ledger, close } = open({ onRecorded: told.resolve });
    const other = new BetterSqlite(databasePath);
    other.exec('BEGIN IMMEDIATE');
    ledger.record(exampleRow());
    await ledger.flush();
    other.close();
    expect(await told.promise).toHaveLength(1);
    await close();
  });

  test('rows beyond what memory may hold wait in the journal', async () => {
    const { ledger, close } = open();
    const other = new BetterSqlite(databasePath);
    other.exec('BEGIN IMMEDIATE');
    for (let index = 0; index < 20_100; index++) ledger.record(exampleRow({ id: `req_${index}` }));
    other.close();
    expect(await ledger.overview(EVER)).toMatchObject({ requests: 20_100 });
    expect(statSync(journalPath).size).toBe(0);
    await close();
  });

  test.runIf(process.platform === 'linux')('a full disk is logged once and never thrown at the request', async () => {
    const { ledger, close } = open({ journalPath: '/dev/full' });
    ledger.record(exampleRow({ id: 'req_1' }));
    ledger.record(exampleRow({ id: 'req_2' }));
    expect(host.lines).toEqual([{ level: 'error', message: expect.any(String), facts: { cause: 'ENOSPC' } }]);
    expect(await ledger.overview(EVER)).toMatchObject({ requests: 2 });
    await close();
  });
});

test('a full batch does not wait for the clock, and leaves an empty journal', async () => {
  const batches: number[] = [];
  const { ledger, close } = open({ onRecorded: (rows) => batches.push(rows.length) });
  for (let index = 0; index < 1000; index++) ledger.record(exampleRow({ id: `req_${index}` }));
  while (batches.reduce((sum, rows) => sum + rows, 0) < 1000) await new Promise(setImmediate);
  expect(Math.max(...batches)).toBeLessThanOrEqual(200);
  expect(batches.length).toBeLessThan(11);
  expect(statSync(journalPath).size).toBe(0);
  await close();
});

test('ids sort by time, then by order of making', () => {
  const ids = [createRequestId(1), createRequestId(1), createRequestId(2), createRequestId(Date.UTC(2200, 0))];
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(4);
  expect(ids.map(timeOfRequestId)).toEqual([1, 1, 2, Date.UTC(2200, 0)]);
  expect(timeOfRequestId('req_1')).toBeUndefined();
});

function lineOf(row: RequestRow): string {
  return `${writeLine(row)}\n`;
}

async function recordUntilKilled(lifeMs: number): Promise<string[]> {
  const script = fileURLToPath(new URL('../../test/record-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, host.paths.data, migrations], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const started = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    started.resolve();
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  await started.promise;
  await delay(lifeMs);
  child.kill('SIGKILL');
  await closed;
  return output.split('\n').slice(0, -1);
}
