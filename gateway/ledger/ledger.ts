import type { Database } from '../db/open.ts';
import type { Logger } from '../host.ts';
import { createInserter } from './insert.ts';
import { openJournal } from './journal.ts';
import type { By, Page, PageInput, Queries, Scope, Spread } from './queries.ts';
import { openReader } from './reader.ts';
import { createRecorder } from './recorder.ts';
import type { RequestRow } from './request-row.ts';
import { createRetention, type Keep } from './retention.ts';
import type { BucketsAsked, SeriesAsked } from './series.ts';
import { createZone } from './zone.ts';

/** Rows after which the write-ahead log is moved into the database, in the reader's thread. About 4 MiB of log. */
const CHECKPOINT_ROWS = 5_000;

interface LedgerOptions {
  database: Database;
  /** A file of this ledger's own, on the same disk as the database. */
  journalPath: string;
  log: Logger;
  /** Whose days sums are kept by. */
  timeZone?: string;
  /** For how long rows are kept; absent: for good. */
  keep?: () => Keep;
  /** Of whose rows sums are kept for each client by itself; the answer for a client never changes. */
  isDetailed?: (clientId: string) => boolean;
  /** Told of rows once they are in the database, oldest first. */
  onRecorded?: (rows: readonly RequestRow[]) => void;
}

/** Request rows on disk. Every query sees all rows recorded before it. */
export interface Ledger {
  /**
   * Keeps rows: when it returns, they are in the journal and survive the death of the process. Never throws. Where the
   * disk refuses even the journal, that is logged and the rows wait in memory.
   */
  record(...rows: RequestRow[]): void;
  /** Brings what was recorded into the database, as far as it can be written now. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Rows by the filter, ordered by the sort, newest first where nothing is said. */
  page(input: PageInput): Promise<Page>;
  one(id: string): Promise<RequestRow | null>;
  overview(range: Scope): Answer<'overview'>;
  breakdown(range: Scope, by: By): Answer<'breakdown'>;
  /** One element an hour or calendar day of the zone; `groupsOf` tells its groups. */
  series(range: Scope, asked: SeriesAsked): Answer<'series'>;
  /** A day for every calendar day of the zone that the range touches; throws a `RangeError` for an unknown zone. */
  daily(range: Scope, timeZone: string): Answer<'daily'>;
  byModel(range: Scope): Answer<'byModel'>;
  distribution(range: Scope, of: Spread): Answer<'distribution'>;
  used(range: Scope, asked: BucketsAsked): Answer<'used'>;
  /** From now on sums by day are those of another zone. */
  changeZone(timeZone: string): Promise<void>;
  /** Lets go of rows that are too old or too many, now. */
  purge(): Promise<void>;
}

type Answer<Name extends keyof Queries> = Promise<ReturnType<Queries[Name]>>;

/** Opens the ledger and brings into it what an earlier process left in the journal. Throws the file system's error. */
export function openLedger(options: LedgerOptions): Ledger {
  const { database, journalPath, log, onRecorded } = options;
  const journal = openJournal(journalPath);
  const reader = openReader(database);
  const zone = createZone(database, options.timeZone ?? 'UTC', () => insert.forgetSums());
  const insert = createInserter(database, zone.calendar, options.isDetailed);
  const retention = createRetention({ database, keep: options.keep ?? (() => ({ days: null, maxMib: null })), log });
  let rowsInLog = 0;
  const recorder = createRecorder({
    journal,
    log,
    insert: insert.insert,
    onInserted(rows) {
      onRecorded?.(rows);
      rowsInLog += rows.length;
      if (rowsInLog < CHECKPOINT_ROWS) return undefined;
      rowsInLog = 0;
      return reader.checkpoint();
    },
  });

  async function query<Name extends keyof Queries>(
    name: Name,
    ...input: Parameters<Queries[Name]>
  ): Promise<ReturnType<Queries[Name]>> {
    await recorder.flush();
    return reader.ask(name, ...input);
  }

  return {
    record: recorder.record,
    flush: recorder.flush,
    async close() {
      retention.close();
      await recorder.close();
      await reader.close();
      journal.close();
    },
    page: (input) => query('page', input),
    one: (id) => query('one', id),
    overview: (range) => query('overview', range),
    breakdown: (range, by) => query('breakdown', range, by),
    series: (range, asked) => query('series', range, asked),
    daily: (range, timeZone) => query('daily', range, timeZone),
    byModel: (range) => query('byModel', range),
    distribution: (range, of) => query('distribution', range, of),
    used: (range, asked) => query('used', range, asked),
    changeZone: zone.change,
    purge: retention.run,
  };
}
