import type { Database } from '../db/open.ts';
import type { Complexity, Corrections } from './route.ts';

/** What tells that an answer was not good enough, or that it was, and how much each counts. */
const SIGNALS = {
  /** The owner said so. */
  thumbsDown: { bad: 2, good: 0 },
  thumbsUp: { bad: 0, good: 1 },
  /** The same question was then asked of a better model by its name. */
  askedBetter: { bad: 1, good: 0 },
  /** The same question was asked again. */
  askedAgain: { bad: 0.5, good: 0 },
  /** The input of a tool was no JSON. */
  brokenToolCall: { bad: 1, good: 0 },
  /** The answer ran into its limit. */
  truncated: { bad: 0.25, good: 0 },
} as const;

export type Signal = keyof typeof SIGNALS;

/** What is known of a model's answers to requests of a complexity. */
interface Evidence {
  model: string;
  complexity: Complexity;
  answers: number;
  good: number;
  bad: number;
  /** What is added to the model's rating, -0.6 to 0.2. */
  correction: number;
}

/** What was learned from use, on this machine alone. */
export interface Learning {
  answered(model: string, complexity: Complexity): void;
  /** `times`: -1 takes one back. */
  noticed(signal: Signal, of: { model: string; complexity: Complexity; times?: 1 | -1 }): void;
  /** The same object for as long as nothing changes that a decision would see; undefined: nothing was learned. */
  corrections(): Corrections | undefined;
  list(): Evidence[];
  /** Forgets everything. */
  reset(): void;
  /** Writes down what is not yet. */
  save(): void;
}

/** An answer in twenty disappoints somebody, whoever gave it: what is worse than that counts, once there is enough of it. */
const USUAL = 0.05;
const PRIOR_ANSWERS = 50;
const WEIGHT = 4;
const GOOD_WEIGHT = 0.02;
const LEAST = -0.6;
const MOST = 0.2;
const SAVE_MS = 10_000;

type Counts = Pick<Evidence, 'answers' | 'good' | 'bad'>;

/** What counts say of a rating, in tenths. */
export function correctionOf({ answers, good, bad }: Counts): number {
  const rate = (bad + PRIOR_ANSWERS * USUAL) / (answers + PRIOR_ANSWERS);
  // Fewer complaints than usual are no praise: silence is what most answers get.
  const worse = Math.max(0, rate - USUAL) * WEIGHT;
  const correction = Math.min(MOST, Math.max(LEAST, good * GOOD_WEIGHT - worse));
  return Math.round(correction * 10) / 10 + 0;
}

export function createLearning({ client }: Database): Learning {
  const write = client.prepare(
    `INSERT INTO routing_evidence (model, complexity, answers, good, bad) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (model, complexity) DO UPDATE SET answers = excluded.answers, good = excluded.good, bad = excluded.bad`,
  );
  const all = new Map<string, Evidence>();
  const unsaved = new Set<Evidence>();
  let timer: NodeJS.Timeout | undefined;
  let corrections: Corrections | undefined;

  const sql = 'SELECT model, complexity, answers, good, bad FROM routing_evidence';
  for (const row of client.prepare<[], Omit<Evidence, 'correction'>>(sql).all())
    all.set(`${row.complexity} ${row.model}`, { ...row, correction: correctionOf(row) });
  rebuild();

  function find(model: string, complexity: Complexity): Evidence {
    const key = `${complexity} ${model}`;
    let evidence = all.get(key);
    if (evidence === undefined) {
      evidence = { model, complexity, answers: 0, good: 0, bad: 0, correction: 0 };
      all.set(key, evidence);
    }
    return evidence;
  }

  function changed(evidence: Evidence): void {
    unsaved.add(evidence);
    timer ??= setTimeout(save, SAVE_MS).unref();
    const correction = correctionOf(evidence);
    if (correction === evidence.correction) return;
    evidence.correction = correction;
    rebuild();
  }

  function rebuild(): void {
    const made = new Map<string, Record<Complexity, number>>();
    for (const { model, complexity, correction } of all.values()) {
      if (correction === 0) continue;
      const known = made.get(model) ?? { simple: 0, medium: 0, complex: 0 };
      made.set(model, { ...known, [complexity]: correction });
    }
    corrections = made.size === 0 ? undefined : made;
  }

  function save(): void {
    clearTimeout(timer);
    timer = undefined;
    const rows = [...unsaved];
    unsaved.clear();
    try {
      client.transaction(() => {
        for (const { model, complexity, answers, good, bad } of rows) write.run(model, complexity, answers, good, bad);
      })();
    } catch {
      // A disk that is full or locked for now: what was learned since is kept in memory and written with what comes next.
      for (const row of rows) unsaved.add(row);
    }
  }

  return {
    answered(model, complexity) {
      const evidence = find(model, complexity);
      evidence.answers += 1;
      changed(evidence);
    },
    noticed(signal, { model, complexity, times = 1 }) {
      const evidence = find(model, complexity);
      const { good, bad } = SIGNALS[signal];
      evidence.good = Math.max(0, evidence.good + good * times);
      evidence.bad = Math.max(0, evidence.bad + bad * times);
      changed(evidence);
    },
    corrections: () => corrections,
    list: () =>
      [...all.values()].map((one) => ({ ...one })).sort((a, b) => b.bad - a.bad || (a.model < b.model ? -1 : 1)),
    reset() {
      all.clear();
      unsaved.clear();
      client.prepare('DELETE FROM routing_evidence').run();
      rebuild();
    },
    save,
  };
}
