import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { axisMoney, money } from '../../format.ts';
import type { CostChart } from './series.ts';

/** Drawn apart from the page, so that the library for charts is fetched only when there is something to draw. */
export function CostBars({ chart, label }: { chart: CostChart; label(fromMs: number): string }) {
  const most = Math.max(...chart.rows.map((row) => chart.series.reduce((sum, { name }) => sum + Number(row[name]), 0)));
  return (
    <BarChart
      h={260}
      barChartProps={{ margin: { top: 12, right: 0, bottom: 0, left: 0 } }}
      data={chart.rows}
      dataKey="fromMs"
      type="stacked"
      series={chart.series}
      tickLine="none"
      gridAxis="x"
      maxBarWidth={36}
      valueFormatter={money}
      withLegend={false}
      tooltipProps={{ labelFormatter: (fromMs) => label(Number(fromMs)) }}
      xAxisProps={{ tickFormatter: label, minTickGap: 24 }}
      yAxisProps={{ width: widthOf(most), tickFormatter: (usd) => axisMoney(usd, most) }}
      tooltipAnimationDuration={0}
      barProps={{ isAnimationActive: false }}
    />
  );
}

const LETTER_WIDTH = 6.7;
const LEAST_WIDTH = 64;

/** Room for the longest mark: an odd share of the most has all the digits that any of them may have. */
function widthOf(mostUsd: number): number {
  return Math.max(LEAST_WIDTH, Math.ceil(axisMoney(mostUsd * 0.777777777, mostUsd).length * LETTER_WIDTH) + 16);
}
