import { sqliteCode } from '../db/open.ts';
import type { Logger } from '../host.ts';
import type { Journal } from './journal.ts';
import type { RequestRow } from './request-row.ts';

const BATCH_DELAY_MS = 50;
/** Rows in a transaction: 100 take about a millisecond of the event loop. */
const BATCH_ROWS = 100;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** Rows kept in memory while the database cannot be written; further ones wait in the journal alone. */
const MAX_QUEUED_ROWS = 20_000;

interface RecorderOptions {
  journal: Journal;
  log: Logger;
  insert: (rows: readonly RequestRow[]) => RequestRow[];
  /** What it returns is waited for before the next batch. */
  onInserted: (rows: readonly RequestRow[]) => Promise<void> | undefined;
}

/** Takes rows in and brings them into the database. */
interface Recorder {
  record(row: RequestRow): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Journal → queue → batches. The journal is emptied whenever all of it is known to be in the database. */
export function createRecorder({ journal, log, insert, onInserted }: RecorderOptions): Recorder {
  let queue: RequestRow[] = [];
  let replay: Iterator<unknown, void> | undefined = journal.isEmpty() ? undefined : journal.read();
  let replayBatch: RequestRow[] = [];
  let spilled = false;
  let pause: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryMs = 0;
  let journalBroken = false;
  let closed = false;

  function schedule(delayMs: number): void {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, delayMs);
    timer.unref();
  }

  /** One batch a turn of the event loop, until all is done: requests come in between. */
  function work(): void {
    if (!closed && step()) setImmediate(work).unref();
  }

  function record(row: RequestRow): void {
    const rounded = withWholeMilliseconds(row);
    const kept = append(rounded);
    if (queue.length < MAX_QUEUED_ROWS) queue.push(rounded);
    else if (kept) spilled = true;
    else log.error('A request row was lost: neither the journal nor the database can be written.', { id: row.id });
    schedule(retryMs === 0 ? BATCH_DELAY_MS : retryMs);
  }

  function append(row: RequestRow): boolean {
    try {
      journal.append(JSON.stringify(row));
      journalBroken = false;
      return true;
    } catch (thrown) {
      if (!journalBroken) log.error('The journal cannot be written; rows wait in memory.', { cause: codeOf(thrown) });
      journalBroken = true;
      return false;
    }
  }

  /** Inserts one batch. True when there is more to do at once. */
  function step(): boolean {
    if (pause !== undefined) return false;
    try {
      if (!insertReplayed() && !insertQueued()) {
        if (!spilled) {
          if (!journal.isEmpty()) journal.truncate();
          return false;
        }
        spilled = false;
        replay = journal.read();
      }
      retryMs = 0;
      return true;
    } catch (thrown) {
      if (retryMs === 0)
        log.error('The ledger cannot be written; rows are kept and tried again.', { cause: codeOf(thrown) });
      retryMs = Math.min(Math.max(retryMs * 2, FIRST_RETRY_MS), LAST_RETRY_MS);
      schedule(retryMs);
      return false;
    }
  }

  function insertReplayed(): boolean {
    if (replay === undefined) return false;
    while (replayBatch.length < BATCH_ROWS) {
      const { done, value } = replay.next();
      if (done) break;
      if (isRow(value)) replayBatch.push(value);
      else log.warn('A line of the journal is not a request row and is left out.');
    }
    if (replayBatch.length === 0) {
      replay = undefined;
      return false;
    }
    insertAll(replayBatch);
    replayBatch = [];
    return true;
  }

  function insertQueued(): boolean {
    if (queue.length === 0) return false;
    const batch = queue.slice(0, BATCH_ROWS);
    insertAll(batch);
    queue = queue.slice(batch.length);
    return true;
  }

  function insertAll(rows: readonly RequestRow[]): void {
    const inserted = insertWhatFits(rows);
    if (inserted.length === 0) return;
    pause = onInserted(inserted)?.then(() => {
      pause = undefined;
      schedule(0);
    });
  }

  /** A row that the database refuses for what it holds must not hold up the others. */
  function insertWhatFits(rows: readonly RequestRow[]): RequestRow[] {
    try {
      return insert(rows);
    } catch (thrown) {
      if (!isRowFault(thrown)) throw thrown;
      if (rows.length > 1) return rows.flatMap((row) => insertWhatFits([row]));
      log.error('A request row does not fit the ledger and is left out.', { id: rows[0]?.id, cause: codeOf(thrown) });
      return [];
    }
  }

  async function flush(): Promise<void> {
    do {
      await pause;
      while (step()) await new Promise(setImmediate);
    } while (pause !== undefined);
  }

  if (replay !== undefined) schedule(0);

  return {
    record,
    flush,
    async close() {
      await flush();
      closed = true;
      clearTimeout(timer);
    },
  };
}

function isRow(value: unknown): value is RequestRow {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

function isRowFault(thrown: unknown): boolean {
  const code = sqliteCode(thrown);
  return code === '' || code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_MISMATCH' || code === 'SQLITE_TOOBIG';
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown';
  return 'code' in thrown ? String(thrown.code) : thrown.name;
}

/** Clocks with fractions would make columns of mixed types. */
function withWholeMilliseconds(row: RequestRow): RequestRow {
  if (Number.isInteger(row.latencyMs) && (row.firstByteMs === null || Number.isInteger(row.firstByteMs))) return row;
  return {
    ...row,
    latencyMs: Math.round(row.latencyMs),
    firstByteMs: row.firstByteMs === null ? null : Math.round(row.firstByteMs),
  };
}
