import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { axisMoney, money } from '../../format.ts';
import { type CostChart, marksOf } from './series.ts';

interface CostBarsProps {
  chart: CostChart;
  label(fromMs: number): string;
  /** When the bucket begins that is not over yet. */
  running: number | undefined;
  /** A click on a bucket; the table has links for whoever has no mouse. */
  onOpen: ((fromMs: number) => void) | undefined;
}

/** Drawn apart from the page, so that the library for charts is fetched only when there is something to draw. */
export function CostBars({ chart, label, running, onOpen }: CostBarsProps) {
  const most = Math.max(...chart.rows.map((row) => chart.series.reduce((sum, { name }) => sum + Number(row[name]), 0)));
  const marks = marksOf(most);
  const [, step = most] = marks;
  return (
    <BarChart
      h={260}
      barChartProps={{ margin: { top: 12, right: 0, bottom: 0, left: 0 } }}
      // What a row says of its bars goes before what is said of all.
      data={chart.rows.map((row) => (row.fromMs === running ? { ...row, fillOpacity: RUNNING } : row))}
      dataKey="fromMs"
      type="stacked"
      series={chart.series}
      tickLine="none"
      gridAxis="x"
      maxBarWidth={36}
      valueFormatter={money}
      withLegend={false}
      tooltipProps={{ labelFormatter: (fromMs) => label(Number(fromMs)) }}
      xAxisProps={{ tickFormatter: label, minTickGap: 24, interval: 'equidistantPreserveStart' }}
      yAxisProps={{
        width: widthOf(marks.map((usd) => axisMoney(usd, step))),
        ticks: marks,
        domain: [0, marks.at(-1) ?? most],
        tickFormatter: (usd) => axisMoney(usd, step),
      }}
      tooltipAnimationDuration={0}
      barProps={{
        isAnimationActive: false,
        ...(onOpen && { cursor: 'pointer', onClick: ({ payload }) => onOpen(Number(payload?.fromMs)) }),
      }}
    />
  );
}

const RUNNING = 0.55;
const LETTER_WIDTH = 6.7;
const LEAST_WIDTH = 64;

/** Room for the longest mark. */
function widthOf(marks: readonly string[]): number {
  return Math.max(LEAST_WIDTH, Math.ceil(Math.max(...marks.map((mark) => mark.length)) * LETTER_WIDTH) + 16);
}
