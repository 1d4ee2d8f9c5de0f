import type { Database } from '../db/open.ts';
import type { Calendar } from './calendar.ts';
import { DIMENSIONS, type Dimension, HISTOGRAMS, valueIn } from './dimension.ts';
import { addWritten, writeHistograms } from './histogram.ts';
import type { Kind } from './kinds.ts';
import type { RequestRow } from './request-row.ts';
import { addRequest, emptyTally, type Facts, factsOf, SUM_NAMES, SUMS, type Tally } from './tally.ts';

export const HOUR_MS = 3_600_000;

/** Sums kept in memory. A few clients and models make some fifty of them an hour. */
const MAX_KEPT = 400;

const DETAILED: readonly Dimension[] = [...DIMENSIONS, 'detail'];

export type Span = 'hour' | 'day';

interface Rollup {
  series: number;
  startMs: number;
  /** Undefined: it is not in the database yet. */
  rowId: number | undefined;
  histograms: number;
  tally: Tally;
  changed: boolean;
}

/** Adds rows to the sums of their hours and days. */
export interface RollupWriter {
  /** Call it in the transaction that inserts the rows. */
  add(rows: readonly { row: RequestRow; kind: Kind }[]): void;
  /** Call it when that transaction failed: what is kept in memory is then ahead of the database. */
  forget(): void;
}

/** Makes the only writer of rollups: it keeps the sums that it wrote last, and reads none again. */
export function createRollupWriter(
  database: Database,
  calendar: () => Calendar,
  isDetailed: (clientId: string) => boolean,
): RollupWriter {
  const store = createStore(database);
  let kept = new Map<string, Rollup>();

  function find(span: Span, dimension: Dimension, value: string, startMs: number): Rollup {
    const key = `${span}${startMs}${dimension}\n${value}`;
    let rollup = kept.get(key);
    if (rollup === undefined) {
      rollup = store.read(span, dimension, value, startMs);
      kept.set(key, rollup);
    }
    return rollup;
  }

  /** Rows of one kind, hour, day and length of prompt add to the same sums. */
  function sharedBy(shared: Map<string, Rollup[]>, row: RequestRow, kind: Kind, facts: Facts): Rollup[] {
    const hourMs = Math.floor(row.startedAtMs / HOUR_MS) * HOUR_MS;
    const dayMs = calendar().dayAt(row.startedAtMs).fromMs;
    const key = `${kind.id} ${hourMs} ${dayMs} ${valueIn('saving', kind, facts)}`;
    let rollups = shared.get(key);
    if (rollups === undefined) {
      rollups = (isDetailed(kind.clientId) ? DETAILED : DIMENSIONS).flatMap((dimension) => {
        const value = valueIn(dimension, kind, facts);
        return [find('hour', dimension, value, hourMs), find('day', dimension, value, dayMs)];
      });
      shared.set(key, rollups);
    }
    return rollups;
  }

  return {
    add(rows) {
      const shared = new Map<string, Rollup[]>();
      const changed: Rollup[] = [];
      for (const { row, kind } of rows) {
        const facts = factsOf(row);
        for (const rollup of sharedBy(shared, row, kind, facts)) {
          addRequest(rollup.tally, kind, facts, rollup.histograms);
          if (!rollup.changed) changed.push(rollup);
          rollup.changed = true;
        }
      }
      for (const rollup of changed) {
        store.save(rollup);
        rollup.changed = false;
      }
      if (kept.size > MAX_KEPT) kept = new Map();
    },
    forget() {
      kept = new Map();
      store.forget();
    },
  };
}

const COLUMNS = Object.values(SUMS).join(', ');

function createStore({ client }: Database) {
  const findSeries = client
    .prepare<[string, string, string], number>(
      'SELECT id FROM rollup_series WHERE span = ? AND dimension = ? AND value = ?',
    )
    .pluck();
  const addSeries = client.prepare('INSERT INTO rollup_series (span, dimension, value) VALUES (?, ?, ?)');
  const find = client
    .prepare<[number, number], unknown[]>(
      `SELECT ${COLUMNS}, histograms, rowid FROM rollups WHERE series = ? AND start_ms = ?`,
    )
    .raw();
  const insert = client.prepare(
    `INSERT INTO rollups (${COLUMNS}, histograms, series, start_ms) VALUES (${SUM_NAMES.map(() => '?').join(', ')}, ?, ?, ?)`,
  );
  // By its place: the sums of one hour lie side by side, and a commit then writes few pages.
  const update = client.prepare(
    `UPDATE rollups SET ${Object.values(SUMS)
      .map((column) => `${column} = ?`)
      .join(', ')}, histograms = ? WHERE rowid = ?`,
  );
  const known = new Map<string, number>();

  function seriesOf(span: Span, dimension: Dimension, value: string): number {
    const key = `${span}${dimension}\n${value}`;
    let id = known.get(key);
    if (id === undefined) {
      id = findSeries.get(span, dimension, value) ?? Number(addSeries.run(span, dimension, value).lastInsertRowid);
      known.set(key, id);
    }
    return id;
  }

  return {
    read(span: Span, dimension: Dimension, value: string, startMs: number): Rollup {
      const series = seriesOf(span, dimension, value);
      const histograms = HISTOGRAMS[dimension] ?? 0;
      const tally = emptyTally(histograms);
      const found = find.get(series, startMs);
      if (found !== undefined) addColumns(tally, found, histograms);
      const rowId = found === undefined ? undefined : Number(found[SUM_NAMES.length + 1]);
      return { series, startMs, rowId, histograms, tally, changed: false };
    },
    save(rollup: Rollup): void {
      const { series, startMs, rowId, histograms, tally } = rollup;
      const bytes = histograms === 0 ? null : writeHistograms(tally.histograms.slice(0, histograms));
      const sums = SUM_NAMES.map((name) => tally[name]);
      if (rowId !== undefined) update.run(...sums, bytes, rowId);
      else rollup.rowId = Number(insert.run(...sums, bytes, series, startMs).lastInsertRowid);
    },
    forget: () => known.clear(),
  };
}

/** Adds a row of `rollups`, its sums in the order of `SUMS` and its histograms after them. */
export function addColumns(tally: Tally, columns: readonly unknown[], histograms: number): void {
  for (let index = 0; index < SUM_NAMES.length; index++) {
    const name = SUM_NAMES[index];
    if (name !== undefined) tally[name] += Number(columns[index] ?? 0);
  }
  const bytes = columns[SUM_NAMES.length];
  if (histograms > 0 && bytes instanceof Uint8Array) addWritten(tally.histograms.slice(0, histograms), bytes);
}
