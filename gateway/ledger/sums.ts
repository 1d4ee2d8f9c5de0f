import type { Database as SqliteDatabase, Statement } from 'better-sqlite3';
import { type Calendar, createCalendar } from './calendar.ts';
import { clientIn, type Dimension, HISTOGRAMS, project, valueIn } from './dimension.ts';
import { addHistogram, addWritten, type Histogram } from './histogram.ts';
import { type Kind, readKinds } from './kinds.ts';
import { indexAt, piecesOf, type Range, type Scope, windowsOf } from './pieces.ts';
import { addColumns, HOUR_MS, type Span } from './rollup.ts';
import { addRequest, emptyTally, type Facts, SUM_NAMES, SUMS, type Sums, type Tally } from './tally.ts';

type Groups = Map<string, Tally>;

/** Told of named sums, in the order of their names: of which range, and of which value of the dimension; and of histograms, where asked for. */
type Told = (range: number, value: string, sums: readonly number[], histograms: readonly Histogram[]) => void;

interface Asked {
  dimension: Dimension;
  /** One after the other. */
  ranges: readonly Range[];
  names: readonly (keyof Sums)[];
  clients: Scope['clients'];
  /** How many histograms are told with them; none where nothing is said. */
  kept?: number;
  /** Absent: all values. */
  only?: ReadonlySet<string> | undefined;
}

const FACTS = `kind, cost_nano AS costNano, latency_ms AS latencyMs, first_byte_ms AS firstByteMs,
  input_tokens AS inputTokens, output_tokens AS outputTokens, cache_read_tokens AS cacheReadTokens,
  cache_write_5m_tokens AS cacheWrite5mTokens, cache_write_1h_tokens AS cacheWrite1hTokens,
  reasoning_tokens AS reasoningTokens, retries, switch_loss_nano AS switchLossNano, given_up_nano AS givenUpNano`;

/** Sums of any range by any dimension: whole days and hours from the rollups, what a range cuts from the rows themselves. */
export function createSums(client: SqliteDatabase) {
  const readZone = client.prepare<[], string>("SELECT value FROM ledger_state WHERE name = 'timeZone'").pluck();
  const seriesOf = client.prepare<[string, string], { id: number; value: string }>(
    'SELECT id, value FROM rollup_series WHERE span = ? AND dimension = ?',
  );
  const histograms = client
    .prepare<[number, number, number], Buffer>(
      'SELECT histograms FROM rollups WHERE series = ? AND start_ms >= ? AND start_ms < ?',
    )
    .pluck();
  const statements = new Map<string, Statement<[number, number, number], (number | null)[]>>();

  function prepared(columns: string): Statement<[number, number, number], (number | null)[]> {
    let statement = statements.get(columns);
    if (statement === undefined) {
      const sql = `SELECT ${columns} FROM rollups WHERE series = ? AND start_ms >= ? AND start_ms < ?`;
      statement = client.prepare<[number, number, number], (number | null)[]>(sql).raw();
      statements.set(columns, statement);
    }
    return statement;
  }

  /** Some sums of each hour or day, in the order of their names, then its start, then its histograms where they are wanted. */
  const eachOf = (names: readonly (keyof Sums)[], kept: number) =>
    prepared(`${names.map((name) => SUMS[name]).join(', ')}, start_ms${kept === 0 ? '' : ', histograms'}`) as Statement<
      [number, number, number],
      number[]
    >;

  /** The first so many of some hours or days, added up; without asking where none are wanted. */
  function spreadOf(series: number, fromMs: number, toMs: number, kept: number): readonly Histogram[] {
    if (kept === 0) return [];
    const added: Histogram[] = Array.from({ length: kept }, () => []);
    for (const bytes of histograms.all(series, fromMs, toMs)) addWritten(added, bytes);
    return added;
  }

  const totalOf = (names: readonly (keyof Sums)[]) => prepared(names.map((name) => `sum(${SUMS[name]})`).join(', '));

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

  function addRows(dimension: Dimension, range: Scope, groups: Groups, kept: number): void {
    const add = (kind: Kind, facts: Facts) =>
      addRequest(tallyOf(groups, valueIn(dimension, kind, facts), kept), kind, facts, kept);
    if (range.clients !== undefined) {
      addRowsOf(range.clients, range, add);
      return;
    }
    for (const facts of rows.all(range.fromMs, range.toMs)) {
      const kind = kindOf(facts.kind);
      if (kind !== undefined) add(kind, facts);
    }
  }

  /** Some clients, by whether sums are kept of each by itself. Of the others they are made from rows. */
  function divide(clients: readonly string[]): { summed: readonly string[]; others: readonly string[] } {
    const known = new Set(seriesOf.all('hour', 'detail').map(({ value }) => clientIn(value)));
    return { summed: clients.filter((id) => known.has(id)), others: clients.filter((id) => !known.has(id)) };
  }

  /** Series of a dimension; of some clients those of their details, each under its value in the dimension. */
  function seriesFor(span: Span, dimension: Dimension, clients: Scope['clients']): { id: number; value: string }[] {
    if (clients === undefined) return seriesOf.all(span, dimension);
    const own = new Set(clients);
    return seriesOf
      .all(span, 'detail')
      .flatMap(({ id, value }) => (own.has(clientIn(value)) ? { id, value: project(dimension, value) } : []));
  }

  function addRowsOf(clients: readonly string[], range: Range, add: (kind: Kind, facts: Facts, atMs: number) => void) {
    for (const kind of readKinds(client)) {
      if (!clients.includes(kind.clientId)) continue;
      for (const facts of rowsOf.iterate(kind.id, range.fromMs, range.toMs)) add(kind, facts, facts.startedAtMs);
    }
  }

  /** Sums of a range, by value of the dimension. `kept`: how many histograms with them. */
  function gather(dimension: Dimension, range: Scope, kept = HISTOGRAMS[dimension] ?? 0): Groups {
    const groups: Groups = new Map();
    let { clients } = range;
    if (clients !== undefined) {
      const { summed, others } = divide(clients);
      addRows(dimension, { ...range, clients: others }, groups, kept);
      clients = summed;
    }
    const total = totalOf(SUM_NAMES);
    for (const { from, fromMs, toMs } of piecesOf(range, days())) {
      if (from === 'rows') {
        addRows(dimension, { fromMs, toMs, clients }, groups, kept);
        continue;
      }
      for (const { id, value } of seriesFor(from, dimension, clients)) {
        const sums = total.get(id, fromMs, toMs);
        if (sums === undefined || sums[0] === null) continue;
        const tally = tallyOf(groups, value, kept);
        addColumns(tally, sums, 0);
        addSpread(tally, spreadOf(id, fromMs, toMs, kept));
      }
    }
    return groups;
  }

  /** Only the named sums, for each of many ranges that follow one another. What a range holds may be told in several parts. */
  function tellEach({ dimension, ranges, names, clients: asked, kept = 0, only }: Asked, tell: Told): void {
    let clients = asked;
    if (clients !== undefined) {
      const { summed, others } = divide(clients);
      const whole = { fromMs: ranges[0]?.fromMs ?? 0, toMs: ranges.at(-1)?.toMs ?? 0 };
      addRowsOf(others, whole, (kind, facts, atMs) => {
        const tally = emptyTally(kept);
        addRequest(tally, kind, facts, kept);
        tell(indexAt(ranges, atMs), valueIn(dimension, kind, facts), pick(tally, names), tally.histograms);
      });
      clients = summed;
    }
    const starts: Record<Span, Map<number, number>> = { hour: new Map(), day: new Map() };
    const calendar = days();
    const series: Record<Span, { id: number; value: string }[]> = { hour: [], day: [] };
    for (const span of ['hour', 'day'] as const)
      series[span] = seriesFor(span, dimension, clients).filter(({ value }) => only?.has(value) !== false);
    const total = totalOf(names);
    for (const [index, range] of ranges.entries()) {
      for (const { from, fromMs, toMs } of piecesOf(range, calendar)) {
        if (from === 'rows')
          for (const [value, tally] of rowsIn(dimension, { fromMs, toMs, clients }, kept))
            tell(index, value, pick(tally, names), tally.histograms);
        else if (from === 'day' && calendar !== undefined)
          for (let at = fromMs; at < toMs; at = calendar.dayAt(at).toMs) starts.day.set(at, index);
        else if (toMs - fromMs === HOUR_MS) starts.hour.set(fromMs, index);
        else
          for (const { id, value } of series.hour) {
            const sums = total.get(id, fromMs, toMs);
            if (isSum(sums)) tell(index, value, sums, spreadOf(id, fromMs, toMs, kept));
          }
      }
    }
    const read = eachOf(names, kept);
    for (const span of ['hour', 'day'] as const) {
      for (const { fromMs, toMs } of windowsOf([...starts[span].keys()])) {
        for (const { id, value } of series[span]) {
          for (const sums of read.all(id, fromMs, toMs)) {
            const index = starts[span].get(sums[names.length] ?? 0);
            if (index !== undefined)
              tell(index, value, sums, kept === 0 ? [] : readSpread(sums[names.length + 1], kept));
          }
        }
      }
    }
  }

  function rowsIn(dimension: Dimension, range: Scope, kept: number): Groups {
    const groups: Groups = new Map();
    addRows(dimension, range, groups, kept);
    return groups;
  }

  function gatherEach(asked: Asked): Groups[] {
    const found = asked.ranges.map((): Groups => new Map());
    tellEach(asked, (index, value, sums, spread) => {
      const groups = found[index];
      if (groups === undefined) return;
      const tally = tallyOf(groups, value, asked.kept ?? 0);
      addSpread(tally, spread);
      for (let at = 0; at < asked.names.length; at++) {
        const name = asked.names[at];
        if (name !== undefined) tally[name] += sums[at] ?? 0;
      }
    });
    return found;
  }

  return { gather, gatherEach, tellEach, days };
}

function tallyOf(groups: Groups, value: string, histograms: number): Tally {
  let tally = groups.get(value);
  if (tally === undefined) {
    tally = emptyTally(histograms);
    groups.set(value, tally);
  }
  return tally;
}

/** The first so many of what is kept as bytes. */
function readSpread(bytes: unknown, kept: number): readonly Histogram[] {
  const read: Histogram[] = Array.from({ length: kept }, () => []);
  if (bytes instanceof Uint8Array) addWritten(read, bytes);
  return read;
}

function addSpread({ histograms }: Tally, more: readonly Histogram[]): void {
  for (const [at, histogram] of histograms.entries()) addHistogram(histogram, more[at] ?? []);
}

/** Of no rows at all every sum is null. */
function isSum(sums: readonly (number | null)[] | undefined): sums is number[] {
  return sums !== undefined && sums[0] !== null;
}

function pick(tally: Tally, names: readonly (keyof Sums)[]): number[] {
  return names.map((name) => tally[name]);
}
