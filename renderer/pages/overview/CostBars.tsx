import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { money } from '../../format.ts';
import type { CostChart } from './series.ts';

/** Drawn apart from the page, so that the library for charts is fetched only when there is something to draw. */
export function CostBars({ chart, label }: { chart: CostChart; label(fromMs: number): string }) {
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
      yAxisProps={{ width: 64, tickFormatter: money }}
      tooltipAnimationDuration={0}
      barProps={{ isAnimationActive: false }}
    />
  );
}
