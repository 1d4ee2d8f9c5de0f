import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** One prompt with what was measured of it. */
export interface Row {
  id: string;
  src: string;
  prompt: string;
  /** Quality of the source's weak and strong model, 0..1; absent where nothing was measured. */
  weak?: number;
  strong?: number;
  /** Mean quality over all models measured, 0..1. */
  ease?: number;
  difficulty?: number;
}

/** Sources whose labels may be trained on: absolute correctness, the strong model is better, and the licence allows shipped weights. */
export const TRAINED = [
  'rb-arc',
  'rb-winogrande',
  'rb-mbpp',
  'ze-math5',
  'ze-crux',
  'mmlupro',
  'lr-obqa',
  'lr-csqa',
  'lr-humaneval',
  'lr-logicgrid',
  'lr-commongen',
] as const;

/** Sources that may only be looked at: to place thresholds, and to see what the score does with them. */
export const TUNED = ['alpaca', 'flask', 'wizardlm'] as const;

/** Whether a row may be trained on. */
export function isTrained({ src, ease }: Row): boolean {
  return (TRAINED as readonly string[]).includes(src) && typeof ease === 'number';
}

const FILES = ['mcq', 'math-code', 'open', 'labels'];

/** All rows of a folder with the four files, sorted by id, so that nothing depends on the order of files. */
export function readRows(directory: string): Row[] {
  const rows = FILES.flatMap((name) =>
    gunzipSync(readFileSync(join(directory, `${name}.jsonl.gz`)))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row),
  );
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}
