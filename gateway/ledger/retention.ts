import type { Database } from '../db/open.ts';
import type { Logger } from '../host.ts';
import { DAY_MS } from './insert.ts';

/** For how long rows are kept, and in how much room. Null: without bound. Sums are kept for good. */
export interface Keep {
  days: number | null;
  maxMib: number | null;
}

interface RetentionOptions {
  database: Database;
  keep(): Keep;
  log: Logger;
}

/** Lets old rows go, a few a turn of the event loop, and gives their room back to the disk. */
export interface Retention {
  /** Resolves when all that was due is gone. */
  run(): Promise<void>;
  close(): void;
}

const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;
/** About two milliseconds of work. */
const ROWS_A_STEP = 400;
const BLOCKS_A_STEP = 20;
const PAGES_A_STEP = 64;
const PAUSE_MS = 5;
const MIB = 1024 * 1024;

export function createRetention({ database: { client }, keep, log }: RetentionOptions): Retention {
  const inTurn = (sql: string) => client.prepare<(string | number)[]>(sql);
  const deleteRows = inTurn(
    `DELETE FROM request_rows WHERE rowid IN
       (SELECT rowid FROM request_rows WHERE started_at_ms < ? ORDER BY started_at_ms LIMIT ${ROWS_A_STEP})`,
  );
  const deleteErrors = inTurn(
    `DELETE FROM request_errors WHERE rowid IN
       (SELECT rowid FROM request_errors WHERE started_at_ms < ? ORDER BY started_at_ms LIMIT ${ROWS_A_STEP})`,
  );
  const oldBlocks = client.prepare<[], { id: number; lastMs: number }>(
    `SELECT id, last_ms AS lastMs FROM row_blocks ORDER BY id LIMIT ${BLOCKS_A_STEP}`,
  );
  const deleteBlock = inTurn('DELETE FROM row_blocks WHERE id = ?');
  const deleteDays = inTurn('DELETE FROM day_kinds WHERE day < ?');
  const oldest = client.prepare<[], number | null>('SELECT min(started_at_ms) FROM request_rows').pluck();
  let closed = false;
  let running: Promise<void> | undefined;
  let timer = setTimeout(again, FIRST_MS).unref();

  function again(): void {
    run().catch((thrown) => {
      log.warn('Old rows could not be let go; it is tried again in an hour.', {
        cause: thrown instanceof Error ? thrown.name : 'unknown',
      });
    });
    timer = setTimeout(again, EVERY_MS).unref();
  }

  const number = (name: string) => Number(client.pragma(name, { simple: true }));
  const usedBytes = () => (number('page_count') - number('freelist_count')) * number('page_size');

  /** Repeats a step until it has nothing left to do. */
  async function repeat(step: () => boolean): Promise<void> {
    while (!closed && step()) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref());
  }

  /** A block goes with the last of its rows; they are in the order of their writing. */
  function dropBlocks(beforeMs: number): boolean {
    const due = oldBlocks.all();
    const old = due.filter(({ lastMs }) => lastMs < beforeMs);
    for (const { id } of old) deleteBlock.run(id);
    return old.length === BLOCKS_A_STEP;
  }

  async function dropBefore(beforeMs: number): Promise<void> {
    await repeat(() => deleteRows.run(beforeMs).changes > 0);
    await repeat(() => deleteErrors.run(beforeMs).changes > 0);
    await repeat(() => dropBlocks(beforeMs));
    if (!closed) deleteDays.run(Math.floor(beforeMs / DAY_MS));
  }

  async function work(): Promise<void> {
    const { days, maxMib } = keep();
    const oldestMs = oldest.get() ?? Number.POSITIVE_INFINITY;
    const beforeMs = days === null ? 0 : Date.now() - days * DAY_MS;
    if (oldestMs < beforeMs) await dropBefore(beforeMs);
    while (!closed && maxMib !== null && usedBytes() > maxMib * MIB) {
      const first = oldest.get() ?? null;
      if (first === null) break;
      await dropBefore(first + DAY_MS);
    }
    await repeat(() => {
      if (number('freelist_count') === 0) return false;
      client.pragma(`incremental_vacuum(${PAGES_A_STEP})`);
      return true;
    });
  }

  function run(): Promise<void> {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    run,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
