import { sqliteCode } from '../db/open.ts';
import type { Logger } from '../host.ts';
import type { Journal } from './journal.ts';
import { readLine, type WrittenRow, writeLine } from './line.ts';
import type { RequestRow } from './request-row.ts';

/** Rows that make a transaction worth its own cost. More would wait longer in memory, where the collector copies them. */
const BATCH_ROWS = 100;
/** How long fewer rows wait for more. Queries do not wait. */
const BATCH_DELAY_MS = 250;
/** Rows in a transaction at most: they take about a millisecond of the event loop. */
const MAX_BATCH_ROWS = 200;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** Rows kept in memory while the database cannot be written; further ones wait in the journal alone. */
const MAX_QUEUED_ROWS = 20_000;

interface RecorderOptions {
  journal: Journal;
  log: Logger;
  insert: (rows: readonly WrittenRow[]) => RequestRow[];
  /** What it returns is waited for before the next batch. */
  onInserted: (rows: readonly RequestRow[]) => Promise<void> | undefined;
}

/** Takes rows in and brings them into the database. */
interface Recorder {
  record(...rows: RequestRow[]): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Journal → queue → batches. The journal is emptied whenever all of it is known to be in the database. */
export function createRecorder({ journal, log, insert, onInserted }: RecorderOptions): Recorder {
  let queue: WrittenRow[] = [];
  let replay: Iterator<unknown, void> | undefined = journal.isEmpty() ? undefined : journal.read();
  let replayBatch: WrittenRow[] = [];
  let spilled = false;
  let pause: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  let retryMs = 0;
  let journalBroken = false;
  let closed = false;

  /** Sees to it that what waits is taken up: a full batch in the next turn of the event loop, fewer rows after a while. */
  function schedule(): void {
    if (closed || pause !== undefined) return;
    if (retryMs === 0 && (replay !== undefined || queue.length >= BATCH_ROWS)) {
      soon ??= setImmediate(work).unref();
    } else if (retryMs > 0 || queue.length > 0) {
      timer ??= setTimeout(work, retryMs === 0 ? BATCH_DELAY_MS : retryMs).unref();
    }
  }

  /** One batch a turn of the event loop, until all is done: requests come in between. */
  function work(): void {
    clearTimeout(timer);
    timer = undefined;
    soon = undefined;
    if (closed) return;
    step();
    schedule();
  }

  function record(...rows: RequestRow[]): void {
    const written = rows.map((given) => {
      const row = withWholeMilliseconds(given);
      return { row, line: writeLine(row) };
    });
    const kept = append(written);
    for (const each of written) {
      if (queue.length < MAX_QUEUED_ROWS) queue.push(each);
      else if (kept) spilled = true;
      else lose(each.row.id);
    }
    schedule();
  }

  function lose(id: string): void {
    log.error('A request row was lost: neither the journal nor the database can be written.', { id });
  }

  function append(written: readonly WrittenRow[]): boolean {
    try {
      journal.append(written.map(({ line }) => line));
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
      if (replay !== undefined) insertReplayed(replay);
      else if (queue.length > 0) insertQueued();
      if (replay === undefined && queue.length === 0) readSpilledOrTruncate();
      retryMs = 0;
      return replay !== undefined || queue.length > 0;
    } catch (thrown) {
      if (retryMs === 0)
        log.error('The ledger cannot be written; rows are kept and tried again.', { cause: codeOf(thrown) });
      retryMs = Math.min(Math.max(retryMs * 2, FIRST_RETRY_MS), LAST_RETRY_MS);
      schedule();
      return false;
    }
  }

  function readSpilledOrTruncate(): void {
    if (spilled) {
      spilled = false;
      replay = journal.read();
    } else if (!journal.isEmpty()) journal.truncate();
  }

  function insertReplayed(lines: Iterator<unknown, void>): void {
    while (replayBatch.length < BATCH_ROWS) {
      const { done, value } = lines.next();
      if (done) break;
      const written = readLine(value);
      if (written !== undefined) replayBatch.push(written);
      else log.warn('A line of the journal is not a request row and is left out.');
    }
    if (replayBatch.length === 0) replay = undefined;
    else insertAll(replayBatch);
    replayBatch = [];
  }

  function insertQueued(): void {
    const batch = queue.length > MAX_BATCH_ROWS ? queue.slice(0, BATCH_ROWS) : queue;
    insertAll(batch);
    queue = queue.slice(batch.length);
  }

  function insertAll(rows: readonly WrittenRow[]): void {
    const inserted = insertWhatFits(rows);
    if (inserted.length === 0) return;
    pause = onInserted(inserted)?.then(() => {
      pause = undefined;
      schedule();
    });
  }

  /** A row that the database refuses for what it holds must not hold up the others. */
  function insertWhatFits(rows: readonly WrittenRow[]): RequestRow[] {
    try {
      return insert(rows);
    } catch (thrown) {
      if (!isRowFault(thrown)) throw thrown;
      if (rows.length > 1) return rows.flatMap((row) => insertWhatFits([row]));
      const id = rows[0]?.row.id;
      log.error('A request row does not fit the ledger and is left out.', { id, cause: codeOf(thrown) });
      return [];
    }
  }

  async function flush(): Promise<void> {
    do {
      await pause;
      while (step()) await new Promise(setImmediate);
    } while (pause !== undefined);
  }

  schedule();

  return {
    record,
    flush,
    async close() {
      await flush();
      closed = true;
      clearTimeout(timer);
      clearImmediate(soon);
    },
  };
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
