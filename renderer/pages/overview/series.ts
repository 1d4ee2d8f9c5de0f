import type { Daily } from '../../../contract/index.ts';
import { restColor, seriesColors } from '../../theme.ts';

type Day = Daily['days'][number];
export type Grouping = 'model' | 'provider';

interface Series {
  name: string;
  color: string;
}

export interface CostChart {
  series: Series[];
  /** One a day: `date` and the dollars of each series by its name. */
  rows: ({ date: string } & Record<string, string | number>)[];
}

const SHOWN = 7;

/** Cost by day, stacked: the dearest first, what is small in sum as the rest. */
export function stack(days: readonly Day[], grouping: Grouping, restName: string, nobody: string): CostChart {
  const totals = new Map<string, number>();
  const nameOf = (model: Day['models'][number]) => (grouping === 'model' ? model.model : model.provider) ?? nobody;
  for (const day of days) {
    for (const model of day.models) totals.set(nameOf(model), (totals.get(nameOf(model)) ?? 0) + model.costUsd);
  }
  const named = [...totals].filter(([, cost]) => cost > 0).sort((one, other) => other[1] - one[1]);
  const shown = new Map(named.slice(0, SHOWN).map(([name], index) => [name, seriesColors[index] ?? restColor]));
  const series = [...shown].map(([name, color]) => ({ name, color }));
  if (named.length > SHOWN) series.push({ name: restName, color: restColor });
  const rows = days.map((day) => {
    const row: CostChart['rows'][number] = { date: day.date };
    for (const { name } of series) row[name] = 0;
    for (const model of day.models) {
      const name = shown.has(nameOf(model)) ? nameOf(model) : restName;
      if (name in row) row[name] = Number(row[name]) + model.costUsd;
    }
    return row;
  });
  return { series, rows };
}
