/*
 * The rating: from 1 to 5 in steps of 0.1, our own and coarse, of one variant (effort) of a model.
 *
 *   1. An index of many tasks (reasoning, knowledge, coding, agents) is laid on the scale through the points of `ANCHORS`.
 *   2. Every other benchmark (LiveBench, tau2-bench, BFCL, Aider polyglot, human preference) is laid on the same scale by
 *      the straight line that fits best over all models that have both.
 *   3. The rating is 0.75 × the first + 0.25 × the mean of the others. The others alone rate a model only where the index
 *      knows none of its variants.
 *   4. A variant without figures lies on the line between its rated neighbours on the ladder of efforts. Below the lowest
 *      rated one, it loses 0.05 a step, and 0.3 once where it does not reason.
 *
 * Figures of the benchmarks are not part of the result; only the rating and the names of what it rests on.
 */

import type { Quality } from '../../gateway/models/schema.ts';
import { asObject, asText, type Json } from '../../gateway/models/sources/source.ts';

const ANCHORS: [index: number, rating: number][] = [
  [0, 1],
  [8, 2],
  [16, 2.6],
  [26, 3.3],
  [36, 3.9],
  [46, 4.5],
  [53, 4.8],
  [60, 5],
];

const LADDER = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

const OTHERS: Record<string, string> = {
  livebench_global: 'LiveBench',
  bfcl_v4_overall: 'BFCL',
  pass_rate_2: 'Aider polyglot',
  arena_text_score: 'human preference',
  tau_retail_pass_1: 'tau2-bench',
  tau_airline_pass_1: 'tau2-bench',
  tau_telecom_pass_1: 'tau2-bench',
  tau_banking_knowledge_pass_1: 'tau2-bench',
};

interface Score {
  /** Benchmark, one scale each: two editions of one are two. */
  scale: string;
  label: string;
  variant: string;
  value: number;
}

/** By key of `quality.json`, then by variant. */
export type Ratings = (
  key: string,
  hint: { effort: string | undefined; index: number | undefined; efforts: string[] },
) => Quality[];

function variantOf(text: string | undefined): string {
  if (text === undefined || text === '-') return 'default';
  const word = text.toLowerCase();
  if (/^(non-reasoning|none)|no-?think|, none/.test(word)) return 'none';
  if (LADDER.includes(word)) return word;
  if (/max effort/.test(word)) return 'max';
  if (/high effort|thinking high/.test(word)) return 'high';
  if (/reasoning|thinking|enabled/.test(word)) return 'thinking';
  return 'default';
}

function onScale(index: number): number {
  for (let step = 1; step < ANCHORS.length; step++) {
    const [x1, y1] = ANCHORS[step] ?? [0, 0];
    const [x0, y0] = ANCHORS[step - 1] ?? [0, 0];
    if (index <= x1) return y0 + ((index - x0) / (x1 - x0)) * (y1 - y0);
  }
  return 5;
}

function readScores(entry: Json): Score[] {
  return (Array.isArray(entry.scores) ? entry.scores : []).map(asObject).flatMap((item) => {
    const metric = asText(item.metric) ?? '';
    const variant = variantOf(asText(item.variant));
    if (typeof item.value !== 'number') return [];
    if (metric === 'intelligence_index') {
      // The listing says no effort; it is read as the figure of the highest one, and only where there is no other.
      const listed = item.source === 'openrouter-listing';
      return [
        {
          scale: listed ? 'listed' : 'index',
          label: 'general index',
          variant: listed ? 'highest' : variant,
          value: item.value,
        },
      ];
    }
    const label = OTHERS[metric];
    return label === undefined ? [] : [{ scale: `${item.source} ${metric}`, label, variant, value: item.value }];
  });
}

type Line = (value: number) => number;

/** Least squares of the index's rating over each other scale; a scale with fewer than eight common points is not used. */
function fitLines(models: Score[][]): Map<string, Line> {
  const points = new Map<string, [number, number][]>();
  for (const scores of models) {
    const index = new Map(
      scores.filter(({ scale }) => scale === 'index').map(({ variant, value }) => [variant, onScale(value)]),
    );
    for (const { scale, variant, value } of scores) {
      const rating = index.get(variant);
      if (scale === 'index' || scale === 'listed' || rating === undefined) continue;
      points.set(scale, [...(points.get(scale) ?? []), [value, rating]]);
    }
  }
  const lines = new Map<string, Line>();
  for (const [scale, list] of points) {
    if (list.length < 8) continue;
    const meanX = list.reduce((sum, [x]) => sum + x, 0) / list.length;
    const meanY = list.reduce((sum, [, y]) => sum + y, 0) / list.length;
    const spread = list.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
    const slope = list.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
    if (slope > 0) lines.set(scale, (value) => Math.min(5, Math.max(1, meanY + slope * (value - meanX))));
  }
  return lines;
}

interface Rated {
  rating: number;
  basis: string[];
}

function rateVariants(scores: Score[], lines: Map<string, Line>): Map<string, Rated> {
  const rated = new Map<string, Rated>();
  const indexed = scores.some(({ scale }) => scale === 'index' || scale === 'listed');
  for (const variant of new Set(scores.map((score) => score.variant))) {
    const own = scores.filter((score) => score.variant === variant);
    const index = own.filter(({ scale }) => scale === 'index' || scale === 'listed').map(({ value }) => onScale(value));
    const others = own.flatMap(({ scale, value }) => lines.get(scale)?.(value) ?? []);
    const mean = (list: number[]) => list.reduce((sum, item) => sum + item, 0) / list.length;
    const first = index[0];
    if (first === undefined && (indexed || others.length === 0)) continue;
    const rating =
      first === undefined ? mean(others) : others.length === 0 ? first : 0.75 * first + 0.25 * mean(others);
    const basis = [
      ...new Set(
        own
          .filter(({ scale }) => lines.has(scale) || scale === 'index' || scale === 'listed')
          .map(({ label }) => label),
      ),
    ];
    rated.set(variant, { rating, basis });
  }
  return rated;
}

/** Rule 4. A variant off the ladder (`default`, `thinking`) stands where `high` does. */
function ratingOf(effort: string, rated: Map<string, Rated>): Rated | undefined {
  const exact = rated.get(effort);
  if (exact !== undefined) return exact;
  const position = (variant: string) => (LADDER.includes(variant) ? LADDER.indexOf(variant) : LADDER.indexOf('high'));
  const known = [...rated].map(([variant, value]) => ({ at: position(variant), ...value })).sort((a, b) => a.at - b.at);
  const wanted = position(effort);
  const below = known.findLast(({ at }) => at <= wanted);
  const above = known.find(({ at }) => at >= wanted);
  if (below !== undefined && above !== undefined) {
    const share = above.at === below.at ? 0 : (wanted - below.at) / (above.at - below.at);
    return { rating: below.rating + share * (above.rating - below.rating), basis: above.basis };
  }
  if (above === undefined) return below;
  return { rating: above.rating - 0.05 * (above.at - wanted) - (wanted <= 1 ? 0.3 : 0), basis: above.basis };
}

/** Reads `quality.json`; what comes out gives the qualities of a model, the one without any asked effort first. */
export function readQuality(file: unknown, date: string): Ratings {
  const models = new Map(
    Object.entries(asObject(asObject(file).models)).map(([key, entry]) => [key, readScores(asObject(entry))]),
  );
  const lines = fitLines([...models.values()]);
  return (key, { effort, index, efforts }) => {
    const scores = [...(models.get(key) ?? [])];
    if (scores.length === 0 && index !== undefined)
      scores.push({ scale: 'listed', label: 'general index', variant: 'highest', value: index });
    const indexed = scores.some(({ scale }) => scale === 'index');
    const highest = LADDER.findLast((word) => efforts.includes(word)) ?? 'default';
    const usable = scores
      .filter(({ scale }) => scale !== 'listed' || !indexed)
      .map((score) => (score.variant === 'highest' ? { ...score, variant: highest } : score));
    const rated = rateVariants(usable, lines);
    if (rated.size === 0) return [];
    const asked = effort ?? (rated.has('default') ? 'default' : ([...rated.keys()][0] ?? 'default'));
    const wanted = [asked, ...LADDER.filter((word) => word !== asked && rated.has(word) && efforts.includes(word))];
    return wanted.flatMap((variant) => {
      const found = ratingOf(variant, rated);
      if (found === undefined) return [];
      const rating = Math.round(Math.min(5, Math.max(1, found.rating)) * 10) / 10;
      return [{ rating, variant, basis: found.basis.join(', '), date }];
    });
  };
}

/** Tokens a second in steps of about two fifths: the median over the variants, too coarse to stand for anybody's figure. */
export function readSpeed(file: unknown): (key: string) => number | undefined {
  const models = asObject(asObject(file).models);
  const steps = [10, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480];
  return (key) => {
    const speed = asObject(models[key]).speed;
    const values = (Array.isArray(speed) ? speed : [])
      .map(asObject)
      .flatMap((item) =>
        item.metric === 'output_tokens_per_second' && typeof item.value === 'number' ? [item.value] : [],
      )
      .sort((a, b) => a - b);
    const median = values[Math.floor(values.length / 2)];
    if (median === undefined || median <= 0) return undefined;
    return steps.reduce((best, step) =>
      Math.abs(Math.log(step / median)) < Math.abs(Math.log(best / median)) ? step : best,
    );
  };
}
