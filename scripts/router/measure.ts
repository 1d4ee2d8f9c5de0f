import { createRandom } from './learn.ts';

/** One row with the score that some way of ordering gives it. */
export interface Judged {
  id: string;
  src: string;
  weak: number;
  strong: number;
  score: number;
}

export interface Interval {
  value: number;
  low: number;
  high: number;
}

function hardestFirst(rows: readonly Judged[]): Judged[] {
  return [...rows].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

/**
 * Average performance gap recovered (RouteLLM, arXiv 2406.18665): the share of the gap between weak and strong that is closed, averaged
 * over all shares of calls that go to the strong model, hardest first. 0.5 is what chance gives. NaN where the strong model is not better.
 */
export function regionOf(rows: readonly Judged[]): number {
  let gap = 0;
  for (const { weak, strong } of rows) gap += strong - weak;
  if (gap <= 0) return Number.NaN;
  let closed = 0;
  let area = 0;
  for (const { weak, strong } of hardestFirst(rows)) {
    area += closed + (strong - weak) / 2;
    closed += strong - weak;
  }
  return area / rows.length / gap;
}

/** Largest share of calls that can go to the weak model, easiest first, while `quality` of the strong model's quality is kept. */
export function savings(rows: readonly Judged[], quality: number): number {
  let strong = 0;
  for (const row of rows) strong += row.strong;
  let kept = strong;
  let best = 0;
  const easiest = hardestFirst(rows).reverse();
  for (const [index, row] of easiest.entries()) {
    kept += row.weak - row.strong;
    if (kept >= quality * strong) best = (index + 1) / rows.length;
  }
  return best;
}

const RESAMPLES = 200;

/** A figure with its 95 % interval by the bootstrap, rows drawn within their sources. */
export function intervalOf(rows: readonly Judged[], figure: (rows: readonly Judged[]) => number): Interval {
  const random = createRandom(7);
  const sources = new Map<string, Judged[]>();
  for (const row of rows) sources.set(row.src, [...(sources.get(row.src) ?? []), row]);
  const figures: number[] = [];
  for (let turn = 0; turn < RESAMPLES; turn++) {
    const drawn = [...sources.values()].flatMap((own) =>
      own.map(() => own[Math.floor(random() * own.length)] as Judged),
    );
    figures.push(figure(drawn));
  }
  figures.sort((a, b) => a - b);
  const at = (share: number) => figures[Math.round(share * (RESAMPLES - 1))] ?? Number.NaN;
  return { value: figure(rows), low: at(0.025), high: at(0.975) };
}

/** Mean score and mean gap of bins of the same size. */
export function binsOf(rows: readonly Judged[], count: number): { score: number; gap: number; rows: number }[] {
  const sorted = hardestFirst(rows).reverse();
  return Array.from({ length: count }, (_, bin) => {
    const part = sorted.slice(
      Math.floor((bin * sorted.length) / count),
      Math.floor(((bin + 1) * sorted.length) / count),
    );
    const mean = (of: (row: Judged) => number) => part.reduce((sum, row) => sum + of(row), 0) / part.length;
    return { score: mean((row) => row.score), gap: mean((row) => row.strong - row.weak), rows: part.length };
  });
}

/** Rising gaps by pooling neighbours that fall (isotonic regression), as points of score and gap. */
export function calibrate(rows: readonly Judged[], count = 12): [score: number, gap: number][] {
  const blocks = binsOf(rows, count).map((bin) => ({ ...bin, weight: bin.rows }));
  for (let index = 1; index < blocks.length; ) {
    const here = blocks[index];
    const before = blocks[index - 1];
    if (here === undefined || before === undefined || here.gap >= before.gap) {
      index++;
      continue;
    }
    const weight = here.weight + before.weight;
    const mix = (a: number, b: number) => (a * before.weight + b * here.weight) / weight;
    blocks.splice(index - 1, 2, {
      score: mix(before.score, here.score),
      gap: mix(before.gap, here.gap),
      rows: before.rows + here.rows,
      weight,
    });
    index = Math.max(1, index - 1);
  }
  const digits = (value: number) => Math.round(value * 1000) / 1000;
  return blocks.map(({ score, gap }) => [digits(score), digits(Math.max(0, gap))]);
}
