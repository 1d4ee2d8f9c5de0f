import type { Database as SqliteDatabase, Statement } from 'better-sqlite3';
import { type Calendar, createCalendar } from './calendar.ts';
import { type Dimension, HISTOGRAMS, valueIn } from './dimension.ts';
import { addWritten } from './histogram.ts';
import { DAY_MS } from './insert.ts';
import { type Kind, readKinds } from './kinds.ts';
import { addColumns, HOUR_MS, type Span } from './rollup.ts';
import { addRequest, emptyTally, type Facts, SUMS, type Sums, type Tally } from './tally.ts';

/** From (inclusive) until (exclusive), milliseconds since the epoch. */
export interface Range {
  fromMs: number;
  toMs: number;
}

/** A piece of a range, and where its sums are found. */
interface Piece extends Range {
  from: Span | 'rows';
}

/** A range of the rows of some clients; `clients` undefined: of all, which is answered from sums. */
export interface Scope extends Range {
  clients?: readonly string[] | undefined;
}

type Groups = Map<string, Tally>;

const TOTALS = Object.values(SUMS)
  .map((column) => `sum(${column})`)
  .join(', ');
const FACTS = `kind, cost_nano AS costNano, latency_ms AS latencyMs, first_byte_ms AS firstByteMs,
  input_tokens AS inputTokens, output_tokens AS outputTokens, cache_read_tokens AS cacheReadTokens,
  cache_write_5m_tokens AS cacheWrite5mTokens, cache_write_1h_tokens AS cacheWrite1hTokens,
  reasoning_tokens AS reasoningTokens, retries, switch_loss_nano AS switchLossNano`;

interface Each {
  names: readonly (keyof Sums)[];
  clients: Scope['clients'];
}

/** Sums of any range by any dimension: whole days and hours from the rollups, what a range cuts from the rows themselves. */
export function createSums(client: SqliteDatabase) {
  const readZone = client.prepare<[], string>("SELECT value FROM ledger_state WHERE name = 'timeZone'").pluck();
  const seriesOf = client.prepare<[string, string], { id: number; value: string }>(
    'SELECT id, value FROM rollup_series WHERE span = ? AND dimension = ?',
  );
  const total = client
    .prepare<[number, number, number], (number | null)[]>(
      `SELECT ${TOTALS} FROM rollups WHERE series = ? AND start_ms >= ? AND start_ms < ?`,
    )
    .raw();
  const histograms = client
    .prepare<[number, number, number], Buffer>(
      'SELECT histograms FROM rollups WHERE series = ? AND start_ms >= ? AND start_ms < ?',
    )
    .pluck();
  const statements = new Map<string, Statement<[number, number, number], number[]>>();

  /** Some sums of each hour or day, in the order of their names, and its start. */
  function each(names: readonly (keyof Sums)[]): Statement<[number, number, number], number[]> {
    const columns = names.map((name) => SUMS[name]).join(', ');
    let statement = statements.get(columns);
    if (statement === undefined) {
      const sql = `SELECT ${columns}, start_ms FROM rollups WHERE series = ? AND start_ms >= ? AND start_ms < ?`;
      statement = client.prepare<[number, number, number], number[]>(sql).raw();
      statements.set(columns, statement);
    }
    return statement;
  }

  const rows = client.prepare<[number, number], Facts & { kind: number }>(
    `SELECT ${FACTS} FROM request_rows WHERE started_at_ms >= ? AND started_at_ms < ?`,
  );
  const rowsOf = client.prepare<[number, number, number], Facts & { startedAtMs: number }>(
    `SELECT started_at_ms AS startedAtMs, ${FACTS} FROM request_rows INDEXED BY request_rows_by_kind
     WHERE kind = ? AND started_at_ms >= ? AND started_at_ms < ?`,
  );
  let kinds = new Map<number, Kind>();
  let calendar: Calendar | undefined;

  /** Undefined while the sums by day are made anew: there are none then. */
  function days(): Calendar | undefined {
    const zone = readZone.get();
    if (zone === undefined) return undefined;
    if (calendar?.timeZone !== zone) calendar = createCalendar(zone);
    return calendar;
  }

  function kindOf(id: number): Kind | undefined {
    if (!kinds.has(id)) kinds = new Map(readKinds(client).map((kind) => [kind.id, kind]));
    return kinds.get(id);
  }

  function addRows(dimension: Dimension, { fromMs, toMs }: Range, groups: Groups, kept: number): void {
    for (const facts of rows.all(fromMs, toMs)) {
      const kind = kindOf(facts.kind);
      if (kind === undefined) continue;
      addRequest(tallyOf(groups, valueIn(dimension, kind, facts), kept), kind, facts, kept);
    }
  }

  /** Sums are kept of single dimensions alone: those of some clients are made from the rows that are kept of them. */
  function addRowsOf(clients: readonly string[], range: Range, add: (kind: Kind, facts: Facts, atMs: number) => void) {
    for (const kind of readKinds(client)) {
      if (!clients.includes(kind.clientId)) continue;
      for (const facts of rowsOf.iterate(kind.id, range.fromMs, range.toMs)) add(kind, facts, facts.startedAtMs);
    }
  }

  /** Sums of a range, by value of the dimension. */
  function gather(dimension: Dimension, range: Scope): Groups {
    const groups: Groups = new Map();
    const kept = HISTOGRAMS[dimension] ?? 0;
    if (range.clients !== undefined) {
      addRowsOf(range.clients, range, (kind, facts) =>
        addRequest(tallyOf(groups, valueIn(dimension, kind, facts), kept), kind, facts, kept),
      );
      return groups;
    }
    for (const { from, fromMs, toMs } of piecesOf(range, days())) {
      if (from === 'rows') {
        addRows(dimension, { fromMs, toMs }, groups, kept);
        continue;
      }
      for (const { id, value } of seriesOf.all(from, dimension)) {
        const sums = total.get(id, fromMs, toMs);
        if (sums === undefined || sums[0] === null) continue;
        const tally = tallyOf(groups, value, kept);
        addColumns(tally, sums, 0);
        if (kept === 0) continue;
        const own = tally.histograms.slice(0, kept);
        for (const bytes of histograms.all(id, fromMs, toMs)) addWritten(own, bytes);
      }
    }
    return groups;
  }

  /** Only the named sums, for each of many ranges that follow one another. */
  function gatherEach(dimension: Dimension, ranges: readonly Range[], { names, clients }: Each): Groups[] {
    const found = ranges.map((): Groups => new Map());
    if (clients !== undefined) {
      const whole = { fromMs: ranges[0]?.fromMs ?? 0, toMs: ranges.at(-1)?.toMs ?? 0 };
      addRowsOf(clients, whole, (kind, facts, atMs) => {
        const groups = found[indexAt(ranges, atMs)];
        if (groups !== undefined) addRequest(tallyOf(groups, valueIn(dimension, kind, facts), 0), kind, facts, 0);
      });
      return found;
    }
    const starts: Record<Span, Map<number, Groups>> = { hour: new Map(), day: new Map() };
    const calendar = days();
    const read = each(names);
    for (const [index, range] of ranges.entries()) {
      const groups = found[index] ?? new Map();
      for (const { from, fromMs, toMs } of piecesOf(range, calendar)) {
        if (from === 'rows') addRows(dimension, { fromMs, toMs }, groups, 0);
        else if (from === 'day' && calendar !== undefined)
          for (let at = fromMs; at < toMs; at = calendar.dayAt(at).toMs) starts.day.set(at, groups);
        else for (let at = fromMs; at < toMs; at += HOUR_MS) starts.hour.set(at, groups);
      }
    }
    for (const span of ['hour', 'day'] as const) {
      const wanted = starts[span];
      const windows = windowsOf([...wanted.keys()]);
      for (const { id, value } of windows.length === 0 ? [] : seriesOf.all(span, dimension)) {
        for (const { fromMs, toMs } of windows) {
          for (const columns of read.all(id, fromMs, toMs)) {
            const groups = wanted.get(columns[names.length] ?? 0);
            if (groups === undefined) continue;
            const tally = tallyOf(groups, value, 0);
            for (let index = 0; index < names.length; index++) {
              const name = names[index];
              if (name !== undefined) tally[name] += columns[index] ?? 0;
            }
          }
        }
      }
    }
    return found;
  }

  return { gather, gatherEach, days };
}

/** Which of the ranges, which follow one another, a moment is in. */
function indexAt(ranges: readonly Range[], atMs: number): number {
  let [low, high] = [0, ranges.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.toMs ?? 0) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function tallyOf(groups: Groups, value: string, histograms: number): Tally {
  let tally = groups.get(value);
  if (tally === undefined) {
    tally = emptyTally(histograms);
    groups.set(value, tally);
  }
  return tally;
}

/** Moments in their order as few ranges: between the hours at both ends of a year lies what nobody asks for. */
function windowsOf(times: readonly number[]): Range[] {
  const windows: Range[] = [];
  for (const at of times) {
    const last = windows.at(-1);
    if (last !== undefined && at < last.toMs + 2 * DAY_MS) last.toMs = at + 1;
    else windows.push({ fromMs: at, toMs: at + 1 });
  }
  return windows;
}

/** Whole days in the middle, whole hours around them, rows at the edges. */
function piecesOf({ fromMs, toMs }: Range, calendar: Calendar | undefined): Piece[] {
  if (calendar === undefined) return hoursOf({ fromMs, toMs });
  const first = calendar.dayAt(fromMs);
  const firstDayMs = first.fromMs === fromMs ? fromMs : first.toMs;
  const endDayMs = calendar.dayAt(toMs).fromMs;
  if (firstDayMs >= endDayMs) return hoursOf({ fromMs, toMs });
  return [
    ...hoursOf({ fromMs, toMs: firstDayMs }),
    { from: 'day', fromMs: firstDayMs, toMs: endDayMs },
    ...hoursOf({ fromMs: endDayMs, toMs }),
  ];
}

function hoursOf({ fromMs, toMs }: Range): Piece[] {
  if (fromMs >= toMs) return [];
  const firstHourMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
  const endHourMs = Math.floor(toMs / HOUR_MS) * HOUR_MS;
  if (firstHourMs >= endHourMs) return [{ from: 'rows', fromMs, toMs }];
  const pieces: Piece[] = [
    { from: 'rows', fromMs, toMs: firstHourMs },
    { from: 'hour', fromMs: firstHourMs, toMs: endHourMs },
    { from: 'rows', fromMs: endHourMs, toMs },
  ];
  return pieces.filter((piece) => piece.fromMs < piece.toMs);
}
