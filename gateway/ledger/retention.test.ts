import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { exampleRow } from '../../test/request-row.ts';
import { openDatabase } from '../db/open.ts';
import { createRequestId, openLedger } from './index.ts';
import type { Keep } from './retention.ts';

const DAY_MS = 86_400_000;
const EVER = { fromMs: 0, toMs: Date.UTC(2100, 0) };

let host: ReturnType<typeof createMemoryHost>;
let keep: Keep;
let path: string;
beforeEach(() => {
  host = createMemoryHost();
  path = join(host.paths.data, 'gateway.db');
  keep = { days: null, maxMib: null };
});
afterEach(() => host.remove());

function open() {
  const database = openDatabase(path, join(host.paths.resources, 'migrations'));
  const journalPath = join(host.paths.data, 'journal');
  const ledger = openLedger({ database, journalPath, log: host.log, keep: () => keep });
  /** One row every so many days, the newest now; its text does not pack well. */
  const fill = async (count: number, everyMs: number) => {
    const nowMs = Date.now();
    for (let index = count - 1; index >= 0; index--) {
      const startedAtMs = nowMs - Math.round(index * everyMs);
      const noise = Array.from({ length: 100 }, () => Math.random().toString(36)).join('');
      const error =
        index % 10 === 0 ? { status: 'error' as const, errorCode: 'provider_failed', errorMessage: noise } : {};
      ledger.record(exampleRow({ id: createRequestId(startedAtMs), startedAtMs, why: noise, ...error }));
      if (index % 500 === 0) await ledger.flush();
    }
    await ledger.flush();
  };
  const close = async () => {
    await ledger.close();
    database.close();
  };
  return { database, ledger, fill, close };
}

test('rows that are too old go, their sums stay, and the disk gets its room back', async () => {
  const { database, ledger, fill, close } = open();
  await fill(3_000, DAY_MS / 10);
  database.client.pragma('wal_checkpoint(TRUNCATE)');
  const { size } = statSync(path);
  keep = { days: 30, maxMib: null };
  await ledger.purge();
  database.client.pragma('wal_checkpoint(TRUNCATE)');
  const count = (table: string) => database.client.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();
  expect(count('request_rows')).toBeGreaterThan(290);
  expect(count('request_rows')).toBeLessThanOrEqual(300);
  expect(count('request_errors')).toBeLessThanOrEqual(30);
  expect(await ledger.overview(EVER)).toMatchObject({ requests: 3_000, errors: 300, costNano: 3_000 * 65_000 });
  expect((await ledger.page({ limit: 500 })).rows.length).toBe(count('request_rows'));
  expect(statSync(path).size).toBeLessThan(size / 2);
  await close();
});

test('the oldest rows go until the rest fits', async () => {
  const { database, ledger, fill, close } = open();
  await fill(6_000, DAY_MS / 100);
  const before = (await ledger.page({ limit: 1 })).rows[0]?.id;
  keep = { days: null, maxMib: 3 };
  await ledger.purge();
  database.client.pragma('wal_checkpoint(TRUNCATE)');
  expect(statSync(path).size).toBeLessThanOrEqual(3 * 1024 * 1024);
  expect((await ledger.page({ limit: 1 })).rows[0]?.id).toBe(before);
  expect((await ledger.overview(EVER)).requests).toBe(6_000);
  await close();
});

test('nothing goes where nothing was said', async () => {
  const { ledger, fill, close } = open();
  await fill(20, 100 * DAY_MS);
  await ledger.purge();
  expect((await ledger.page({ limit: 100 })).rows).toHaveLength(20);
  await close();
});
