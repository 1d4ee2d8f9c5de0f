import type { Database } from '../db/open.ts';
import type { Logger } from '../host.ts';
import { createInserter } from './insert.ts';
import { openJournal } from './journal.ts';
import type { Analytics, Page, PageInput, Queries, Range } from './queries.ts';
import { openReader } from './reader.ts';
import { createRecorder } from './recorder.ts';
import type { RequestRow } from './request-row.ts';

/** Rows after which the write-ahead log is moved into the database, in the reader's thread. About 4 MiB of log. */
const CHECKPOINT_ROWS = 5_000;

interface LedgerOptions {
  database: Database;
  /** A file of this ledger's own, on the same disk as the database. */
  journalPath: string;
  log: Logger;
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
  /** Newest first. Throws a `GatewayError` `invalid_request` for a cursor that no page gave. */
  page(input: PageInput): Promise<Page>;
  one(id: string): Promise<RequestRow | null>;
  overview(range: Range): Promise<Analytics['overview']>;
  /** A day for every calendar day of the zone that the range touches; throws a `RangeError` for an unknown zone. */
  daily(range: Range, timeZone: string): Promise<Analytics['daily']>;
  byModel(range: Range): Promise<Analytics['byModel']>;
}

/** Opens the ledger and brings into it what an earlier process left in the journal. Throws the file system's error. */
export function openLedger({ database, journalPath, log, onRecorded }: LedgerOptions): Ledger {
  const journal = openJournal(journalPath);
  const reader = openReader(database);
  let rowsInLog = 0;
  const recorder = createRecorder({
    journal,
    log,
    insert: createInserter(database),
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
      await recorder.close();
      await reader.close();
      journal.close();
    },
    page: (input) => query('page', input),
    one: (id) => query('one', id),
    overview: (range) => query('overview', range),
    daily: (range, timeZone) => query('daily', range, timeZone),
    byModel: (range) => query('byModel', range),
  };
}
