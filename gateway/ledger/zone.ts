import type { Database } from '../db/open.ts';
import { type Calendar, createCalendar } from './calendar.ts';
import { type Dimension, HISTOGRAMS } from './dimension.ts';
import { writeHistograms } from './histogram.ts';
import { addColumns } from './rollup.ts';
import { emptyTally, SUM_NAMES, SUMS, type Tally } from './tally.ts';

/** Whose days the sums by day are of. While they are made anew, no zone is said and readers use the hours. */
export interface Zone {
  calendar(): Calendar;
  /** Makes the sums by day anew for another zone, a series a turn of the event loop. */
  change(timeZone: string): Promise<void>;
}

const COLUMNS = Object.values(SUMS).join(', ');

interface Series {
  dimension: Dimension;
  value: string;
  hours: number;
  days: number;
}

/** `onRebuilt` is told of each series that was made anew, so that nobody keeps old sums of it. */
export function createZone({ client }: Database, timeZone: string, onRebuilt: () => void): Zone {
  const read = client.prepare<[], string>("SELECT value FROM ledger_state WHERE name = 'timeZone'").pluck();
  const write = client.prepare("INSERT OR REPLACE INTO ledger_state (name, value) VALUES ('timeZone', ?)");
  const clear = client.prepare("DELETE FROM ledger_state WHERE name = 'timeZone'");
  const hasSums = client.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM rollups)').pluck();
  let calendar = createCalendar(timeZone);
  let changes = Promise.resolve();

  /** Hours belong to the day in which they begin: in zones that lie half an hour aside, the hour of midnight is not divided. */
  const rebuild = client.transaction(({ dimension, value, hours, days: known }: Series) => {
    const kept = HISTOGRAMS[dimension] ?? 0;
    const all = client
      .prepare<[number], unknown[]>(
        `SELECT ${COLUMNS}, histograms, start_ms FROM rollups WHERE series = ? ORDER BY start_ms`,
      )
      .raw();
    const days = known === 0 ? addSeries(dimension, value) : known;
    const sums = new Map<number, Tally>();
    for (const columns of all.iterate(hours)) {
      const startMs = calendar.dayAt(Number(columns[SUM_NAMES.length + 1])).fromMs;
      const tally = sums.get(startMs) ?? emptyTally(kept);
      addColumns(tally, columns, kept);
      sums.set(startMs, tally);
    }
    client.prepare('DELETE FROM rollups WHERE series = ?').run(days);
    const insert = client.prepare(
      `INSERT INTO rollups (series, start_ms, ${COLUMNS}, histograms) VALUES (?, ?, ${SUM_NAMES.map(() => '?').join(', ')}, ?)`,
    );
    for (const [startMs, tally] of sums) {
      const bytes = kept === 0 ? null : writeHistograms(tally.histograms.slice(0, kept));
      insert.run(days, startMs, ...SUM_NAMES.map((name) => tally[name]), bytes);
    }
  }).immediate;

  function addSeries(dimension: Dimension, value: string): number {
    const sql = "INSERT INTO rollup_series (span, dimension, value) VALUES ('day', ?, ?)";
    return Number(client.prepare(sql).run(dimension, value).lastInsertRowid);
  }

  function allSeries(): Series[] {
    return client
      .prepare<[], Series>(
        `SELECT h.dimension, h.value, h.id AS hours, coalesce(d.id, 0) AS days FROM rollup_series h
         LEFT JOIN rollup_series d ON d.span = 'day' AND d.dimension = h.dimension AND d.value = h.value
         WHERE h.span = 'hour'`,
      )
      .all();
  }

  async function adopt(): Promise<void> {
    const wanted = calendar.timeZone;
    if (read.get() === wanted) return;
    clear.run();
    for (const series of hasSums.get() === 0 ? [] : allSeries()) {
      await new Promise(setImmediate);
      if (!client.open) return;
      rebuild(series);
      onRebuilt();
    }
    // Another change may have come meanwhile: it then has its own turn.
    if (calendar.timeZone === wanted) write.run(wanted);
  }

  if (read.get() === undefined && hasSums.get() === 0) write.run(timeZone);
  else changes = adopt();

  return {
    calendar: () => calendar,
    change(next) {
      if (next === calendar.timeZone) return changes;
      calendar = createCalendar(next);
      changes = changes.then(adopt);
      return changes;
    },
  };
}
