import type { RegistryCheck } from '../../contract/index.ts';
import type { Database } from '../db/open.ts';
import type { Seen } from './digest.ts';
import type { Marks } from './fetch.ts';
import type { Download } from './layers.ts';

/** Checks that are kept, with the state before each that changed something. */
const KEPT = 50;

interface SourceState {
  marks: Marks;
  seen: Seen;
}

interface Pace {
  lastAtMs: number;
  nextAtMs: number;
  /** The last check came to nothing: that it goes on so is no news. */
  failing: boolean;
}

/** What the updater remembers between checks. */
export interface Checks {
  source(url: string): SourceState | undefined;
  saveSource(url: string, state: SourceState): void;
  pace(): Pace | undefined;
  savePace(pace: Pace): void;
  /** Keys of what the owner was told. */
  told(): Set<string>;
  saveTold(keys: Iterable<string>): void;
  /** `before`: what had been downloaded until then, where the check changed it. */
  add(report: RegistryCheck, before: Download | undefined): RegistryCheck;
  /** Newest first. */
  list(): RegistryCheck[];
  before(id: number): Download | undefined;
}

export function createChecks({ client }: Database): Checks {
  const get = client.prepare<[string], string>('SELECT value FROM registry_state WHERE name = ?').pluck();
  const set = client.prepare<[string, string]>('INSERT OR REPLACE INTO registry_state (name, value) VALUES (?, ?)');
  const insert = client.prepare<[number, string, string, string | null]>(
    'INSERT INTO registry_checks (at_ms, result, report, before) VALUES (?, ?, ?, ?)',
  );
  const trim = client.prepare<[number]>(
    'DELETE FROM registry_checks WHERE id <= (SELECT max(id) FROM registry_checks) - ?',
  );
  const all = client.prepare<[], { id: number; report: string; restorable: number }>(
    'SELECT id, report, before IS NOT NULL AS restorable FROM registry_checks ORDER BY id DESC',
  );
  const beforeOf = client.prepare<[number], string | null>('SELECT before FROM registry_checks WHERE id = ?').pluck();
  const read = <Value>(name: string): Value | undefined => {
    const text = get.get(name);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  };
  const save = (name: string, value: unknown) => void set.run(name, JSON.stringify(value));

  return {
    source: (url) => read(`source ${url}`),
    saveSource: (url, state) => save(`source ${url}`, state),
    pace: () => read('pace'),
    savePace: (pace) => save('pace', pace),
    told: () => new Set(read<string[]>('told') ?? []),
    saveTold: (keys) => save('told', [...keys].slice(-500)),
    add(report, before) {
      const kept = before === undefined ? null : JSON.stringify(before);
      const { lastInsertRowid } = insert.run(report.atMs, report.result, JSON.stringify(report), kept);
      trim.run(KEPT);
      return { ...report, id: Number(lastInsertRowid), restorable: before !== undefined };
    },
    list: () =>
      all.all().map(({ id, report, restorable }) => ({
        ...(JSON.parse(report) as RegistryCheck),
        id,
        restorable: restorable === 1,
      })),
    before(id) {
      const text = beforeOf.get(id);
      return text == null ? undefined : (JSON.parse(text) as Download);
    },
  };
}
