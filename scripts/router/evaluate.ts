import { classify } from '../../gateway/routing/classifier.ts';
import { readFeatures } from '../../gateway/routing/features.ts';
import { createScorer, type Scorer } from '../../gateway/routing/learned.ts';
import type { Row } from './data.ts';
import { type Example, learn } from './learn.ts';
import { type Interval, intervalOf, type Judged, regionOf, savings } from './measure.ts';
import { pack } from './pack.ts';

/** A row that has what the evaluation needs. */
export type Measured = Row & { weak: number; strong: number; ease: number };

export function isMeasured(row: Row): row is Measured {
  return typeof row.weak === 'number' && typeof row.strong === 'number' && typeof row.ease === 'number';
}

/** Score of a prompt alone, as `auto` would see it. */
export function scoreOf(prompt: string, scorer?: Scorer): number {
  const messages = [{ role: 'user' as const, parts: [{ type: 'text' as const, text: prompt }] }];
  const request = {
    dialect: 'openai-chat',
    model: '',
    messages,
    tools: [],
    stream: false,
    streamUsage: false,
  } as const;
  return classify(readFeatures({ ...request, tools: [] }, scorer === undefined ? {} : { scorer })).score;
}

/**
 * The score of each row by a model that never saw its source: trained anew for each source on all others. What comes out is how well
 * it does on traffic of a kind that it does not know, which is what it meets.
 */
export function scoreHeldOut(examples: readonly Example[], tuning: readonly Row[]): Map<string, number> {
  const scores = new Map<string, number>();
  for (const source of new Set(examples.map(({ row }) => row.src))) {
    const weights = learn(examples.filter(({ row }) => row.src !== source));
    const scorer = createScorer(pack(weights, { examples, tuning, without: source }));
    for (const { row } of examples) if (row.src === source) scores.set(row.id, scoreOf(row.prompt, scorer));
  }
  return scores;
}

/** Words that rival gateways take for a sign of a hard request (the usual list), to be compared with. */
const KEYWORDS =
  /\b(analy[sz]e|architect\w*|algorithm|code|debug|derive|design|evaluate|explain|function|implement|optimi[sz]e|prove|reason\w*|refactor|step by step|complex|compare|calculate)\b/gi;

export interface Contest {
  name: string;
  pooled: Interval;
  /** By source, without intervals. */
  sources: Map<string, number>;
}

/** APGR of four ways to order the rows, hardest first. */
export function contest(rows: readonly Measured[], heldOut: ReadonlyMap<string, number>): Contest[] {
  const ways: Record<string, (row: Measured) => number> = {
    'this router': (row) => heldOut.get(row.id) ?? 0,
    'its rules alone': (row) => scoreOf(row.prompt, () => ({ odds: 0, familiarity: 1 })),
    'prompt length': (row) => row.prompt.length,
    'keyword rule': (row) => (row.prompt.match(KEYWORDS) ?? []).length,
    random: (row) => hashOf(row.id),
  };
  return Object.entries(ways).map(([name, way]) => {
    const judged = rows.map((row) => ({ ...row, score: way(row) }));
    const sources = new Map<string, number>();
    for (const source of new Set(rows.map((row) => row.src)))
      sources.set(source, regionOf(judged.filter((row) => row.src === source)));
    return { name, pooled: intervalOf(judged, regionOf), sources };
  });
}

/** A number in [0, 1) from a text, the same each time. */
function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296;
}

export interface Saving {
  pair: string;
  quality: number;
  /** Share of what the strong model alone would have cost. */
  saved: Interval;
}

/** What is saved while this share of the strong model's quality is kept, for pairs of prices. */
export function savingsOf(
  rows: readonly Measured[],
  heldOut: ReadonlyMap<string, number>,
  pairs: readonly { name: string; priceRatio: number }[],
): Saving[] {
  const judged: Judged[] = rows.map((row) => ({ ...row, score: heldOut.get(row.id) ?? 0 }));
  return pairs.flatMap(({ name, priceRatio }) =>
    [0.95, 0.98].map((quality) => ({
      pair: name,
      quality,
      saved: intervalOf(judged, (sample) => savings(sample, quality) * (1 - priceRatio)),
    })),
  );
}
