import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../gateway/db/open.ts';
import { type Ledger, openLedger } from '../gateway/ledger/index.ts';
import { createInserter } from '../gateway/ledger/insert.ts';
import { writeLine } from '../gateway/ledger/line.ts';
import type { By, Range } from '../gateway/ledger/queries.ts';
import { createZone } from '../gateway/ledger/zone.ts';
import { createRows, DAYS } from './ledger-rows.ts';

/* npm run bench:ledger: makes a ledger of five million rows and asks it everything that a dashboard asks. */

const DAY_MS = 86_400_000;
const ZONE = 'Europe/Madrid';
const BATCH = 200;
const ROUNDS = 7;
const MIGRATIONS = join(import.meta.dirname, '..', 'resources', 'migrations');
const LIMITS = { analyticsMs: 30, pageMs: 100, bytes: 1.5e9, writeMicros: 60 };

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '5000000' }, keep: { type: 'string' } },
});

const log = { info() {}, warn: console.warn, error: console.error };
let missed = 0;

function say(name: string, figure: string, limit: string, isMet: boolean): void {
  if (!isMet) missed += 1;
  console.log(`${isMet ? '  ' : '✗ '}${name.padEnd(62)} ${figure.padStart(14)}   limit ${limit}`);
}

function build(path: string, count: number, endMs: number): void {
  const startedAt = performance.now();
  const database = openDatabase(path, MIGRATIONS);
  database.client.pragma('synchronous = OFF');
  database.client.pragma('cache_size = -200000');
  const { insert } = createInserter(database, createZone(database, ZONE, () => {}).calendar);
  const rowAt = createRows(endMs, count);
  for (let at = 0; at < count; at += BATCH) {
    const size = Math.min(BATCH, count - at);
    insert(Array.from({ length: size }, (_, index) => rowAt(at + index)).map((row) => ({ row, line: writeLine(row) })));
    if (at % 1_000_000 === 0 && at > 0)
      console.log(`  ${at} rows, ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
  database.client.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  console.log(`  ${count} rows over ${DAYS} days made in ${Math.round((performance.now() - startedAt) / 1000)} s`);
}

/** Median of some rounds after one that warms up. */
async function time(work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

/** The page after twenty. */
async function timeDeep(ledger: Ledger, input: Parameters<Ledger['page']>[0]): Promise<number> {
  let cursor: string | null | undefined;
  for (let page = 0; page < 20; page++)
    cursor = (await ledger.page({ ...input, ...(cursor == null ? {} : { cursor }) })).nextCursor;
  return time(() => ledger.page({ ...input, ...(cursor == null ? {} : { cursor }) }));
}

async function measure(path: string, folder: string, endMs: number): Promise<void> {
  const database = openDatabase(path, MIGRATIONS);
  const ledger = openLedger({ database, journalPath: join(folder, 'journal'), log, timeZone: ZONE });
  const ranges = {
    day: { fromMs: endMs - DAY_MS, toMs: endMs },
    month: { fromMs: endMs - 30 * DAY_MS, toMs: endMs },
    year: { fromMs: endMs - DAYS * DAY_MS, toMs: endMs },
  };
  const analytics = async (name: string, work: () => Promise<unknown>) => {
    const ms = await time(work);
    say(name, `${ms.toFixed(1)} ms`, `${LIMITS.analyticsMs} ms`, ms < LIMITS.analyticsMs);
  };
  const dimensions = ['model', 'provider', 'client', 'complexity', 'dialect', 'mix'] as const;
  const series = (range: Range, bucket: 'hour' | 'day', by: By) =>
    ledger.series(range, { bucket, by, timeZone: ZONE, most: 20 });
  for (const [name, range] of Object.entries(ranges)) {
    await analytics(`overview of a ${name}`, () => ledger.overview(range));
    for (const by of dimensions) await analytics(`breakdown of a ${name} by ${by}`, () => ledger.breakdown(range, by));
    for (const by of dimensions) await analytics(`series of a ${name}, days by ${by}`, () => series(range, 'day', by));
  }
  for (const by of dimensions) await analytics(`series of a day, hours by ${by}`, () => series(ranges.day, 'hour', by));
  for (const by of dimensions)
    await analytics(`series of a month, hours by ${by}`, () => series(ranges.month, 'hour', by));
  for (const spread of ['latency', 'firstByte', 'cost', 'tokens'] as const)
    await analytics(`distribution of ${spread} over a year`, () => ledger.distribution(ranges.year, spread));
  for (const [name, bucket] of [
    ['year', 'day'],
    ['month', 'hour'],
  ] as const)
    await analytics(`what savings of a ${name} are reckoned from, by ${bucket}`, () =>
      ledger.used(ranges[name], { bucket, timeZone: ZONE }),
    );
  await analytics('days and models of a year', () => ledger.daily(ranges.year, ZONE));
  await analytics('models of a year', () => ledger.byModel(ranges.year));

  const client = 'gwk_00000000-0000-4000-8000-000000000005';
  const filters = {
    'no filter': {},
    'a rare model': { model: 'grok-4' },
    'a rare model, a rare client': { model: 'grok-4', client },
    'errors of a client': { status: 'error' as const, client },
    'status ok': { status: 'ok' as const },
    'cache hits, complex': { cache: 'hit' as const, complexity: 'complex' as const },
    'cost above $0.10, slow ones': { minCostNano: 1e8, cache: 'miss' as const, dialect: 'anthropic' as const },
    'cost above $1': { minCostNano: 1e9 },
    'cost above $1, a provider': { minCostNano: 1e9, provider: 'anthropic' },
    'cost above $5': { minCostNano: 5e9 },
    'cost above $5, one client': { minCostNano: 5e9, client },
    'cost above $100 (none)': { minCostNano: 1e11 },
    'errors, none of which cost': { status: 'error' as const },
    'cache hits': { cache: 'hit' as const },
    'what switching of models cost': { saving: 'switching' as const },
    'what failures cost': { saving: 'failures' as const },
    'an error text of all errors': { error: 'provider_' },
    'an error text of half of them, a client': { error: 'timeout', client },
    'an error text': { error: 'request 4321 ' },
    'an error text (none)': { error: 'no such words' },
    'a month of half a year ago': { fromMs: endMs - 210 * DAY_MS, toMs: endMs - 180 * DAY_MS },
    'what never was: one model, another provider': { model: 'grok-4', provider: 'openai' },
  };
  for (const [name, filter] of Object.entries(filters)) {
    for (const sort of ['newest', 'dearest', 'slowest', 'longest'] as const) {
      const ms = await time(() => ledger.page({ limit: 50, filter, sort }));
      say(`page: ${name}, ${sort} first`, `${ms.toFixed(1)} ms`, `${LIMITS.pageMs} ms`, ms < LIMITS.pageMs);
    }
  }
  for (const sort of ['newest', 'dearest', 'slowest', 'longest'] as const) {
    for (const [name, filter] of Object.entries({ 'no filter': {}, 'status ok': filters['status ok'] })) {
      const ms = await timeDeep(ledger, { limit: 50, filter, sort });
      say(`page: the 21st, ${name}, ${sort} first`, `${ms.toFixed(1)} ms`, `${LIMITS.pageMs} ms`, ms < LIMITS.pageMs);
    }
  }

  const rowAt = createRows(endMs + DAYS * DAY_MS, 5_000_000);
  const rows = Array.from({ length: 20_000 }, (_, index) => rowAt(index));
  const before = performance.eventLoopUtilization();
  for (let at = 0; at < rows.length; at += 10) {
    ledger.record(...rows.slice(at, at + 10));
    if (at % 100 === 0) await new Promise(setImmediate);
  }
  await ledger.flush();
  const { active } = performance.eventLoopUtilization(before);
  const micros = (active * 1000) / rows.length;
  say(
    'writing a row, on the main thread, ten a turn',
    `${micros.toFixed(1)} µs`,
    `${LIMITS.writeMicros} µs`,
    micros < LIMITS.writeMicros,
  );
  await ledger.close();
  database.close();
}

const count = Number(values.rows);
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'bench-ledger-'));
const path = join(folder, 'gateway.sqlite');
// What is kept is measured again as it was.
const endMs = values.keep === undefined ? Date.now() : Math.floor(Date.now() / DAY_MS) * DAY_MS;
try {
  if (!existsSync(path)) build(path, count, endMs);
  const { size } = statSync(path);
  say('size of the database', `${(size / 1e6).toFixed(0)} MB`, `${LIMITS.bytes / 1e6} MB`, size < LIMITS.bytes);
  await measure(path, folder, endMs);
  console.log(missed === 0 ? '\nAll figures kept.' : `\n${missed} figures missed.`);
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
