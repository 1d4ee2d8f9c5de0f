import { restColor, seriesColors } from '../../theme.ts';

export type Grouping = 'model' | 'provider';

/** A stretch of time with what it cost, by model or provider. */
interface Bucket {
  fromMs: number;
  groups: {
    model?: string | null | undefined;
    provider?: string | null | undefined;
    /** All that are not named. */
    isRest?: true | undefined;
    costUsd: number;
  }[];
}

interface Series {
  name: string;
  color: string;
}

export interface CostChart {
  series: Series[];
  /** One a bucket: when it begins, and the dollars of each series by its name. */
  rows: ({ fromMs: number } & Record<string, string | number>)[];
}

const SHOWN = 7;

/** Cost over time, stacked: the dearest first, what is small in sum as the rest. */
export function stack(buckets: readonly Bucket[], grouping: Grouping, restName: string, nobody: string): CostChart {
  const totals = new Map<string, number>();
  const nameOf = (group: Bucket['groups'][number]) => (group.isRest ? restName : (group[grouping] ?? nobody));
  for (const { groups } of buckets) {
    for (const group of groups) totals.set(nameOf(group), (totals.get(nameOf(group)) ?? 0) + group.costUsd);
  }
  const named = [...totals]
    .filter(([name, cost]) => cost > 0 && name !== restName)
    .sort((one, other) => other[1] - one[1]);
  const shown = new Map(named.slice(0, SHOWN).map(([name], index) => [name, seriesColors[index] ?? restColor]));
  const series = [...shown].map(([name, color]) => ({ name, color }));
  if (named.length > SHOWN || totals.has(restName)) series.push({ name: restName, color: restColor });
  const rows = buckets.map(({ fromMs, groups }) => {
    const row: CostChart['rows'][number] = { fromMs };
    for (const { name } of series) row[name] = 0;
    for (const group of groups) {
      const name = shown.has(nameOf(group)) ? nameOf(group) : restName;
      if (name in row) row[name] = Number(row[name]) + group.costUsd;
    }
    return row;
  });
  return { series, rows };
}

/** Marks of an axis from zero to just beyond the most: three to six, by steps that people count in. */
export function marksOf(most: number): number[] {
  const least = most / 5;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * power >= least) ?? 10) * power;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}
