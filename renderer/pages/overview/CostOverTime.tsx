import { Button, Center, Group, ScrollArea, SegmentedControl, Skeleton, Stack, Table, Text } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { AnalyticsSeries } from '../../../contract/analytics.ts';
import { day, hour, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { changeParameters, navigate, useParameters } from '../../location.ts';
import { Panel } from '../../parts/Panel.tsx';
import { isoDay } from '../../period.ts';
import { useRole } from '../../role.ts';
import { useRequestsLink } from './link.ts';
import { type CostChart, type Grouping, stack } from './series.ts';

/** The library for charts is large: it is fetched while the page asks for its figures. */
export const loadChart = async () => ({ default: (await import('./CostBars.tsx')).CostBars });
const CostBars = lazy(loadChart);

interface CostOverTimeProps {
  buckets: AnalyticsSeries['buckets'] | undefined;
  byHour: boolean;
  /** The last of them is not over yet. */
  runs: boolean;
}

const HEIGHT = 260;
const LEGEND_HEIGHT = 32;

/** Cost by hour or day, stacked by model or provider; as a table too. */
export function CostOverTime({ buckets, byHour, runs }: CostOverTimeProps) {
  const grouping: Grouping = useParameters().get('by') === 'provider' ? 'provider' : 'model';
  const [shape, setShape] = useState('chart');
  const chart = useMemo(
    () => stack(buckets ?? [], grouping, t('overview.rest'), t('overview.nobody')),
    [buckets, grouping],
  );
  const running = runs ? buckets?.at(-1)?.fromMs : undefined;
  const linkTo = useRequestsLink();
  const dayLink = (fromMs: number) => {
    const date = isoDay(fromMs);
    return linkTo({ range: undefined, from: date, to: date });
  };
  const label = (fromMs: number) => {
    const time = (byHour ? hour : day)(fromMs);
    return fromMs === running ? t('overview.soFar', { time }) : time;
  };
  return (
    <Panel
      title={t('overview.costOverTime')}
      aside={
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={t('overview.stackBy')}
            value={grouping}
            onChange={(by) => changeParameters({ by: by === 'model' ? undefined : by })}
            data={[
              { value: 'model', label: t('word.model') },
              { value: 'provider', label: t('word.provider') },
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label={t('overview.shape')}
            value={shape}
            onChange={setShape}
            data={[
              { value: 'chart', label: t('overview.chart') },
              { value: 'table', label: t('overview.table') },
            ]}
          />
        </Group>
      }
    >
      {buckets !== undefined && chart.series.length === 0 ? (
        <NothingPaid buckets={buckets} />
      ) : shape === 'table' ? (
        <CostTable chart={chart} label={label} link={byHour ? undefined : dayLink} />
      ) : (
        <>
          <Suspense fallback={<Skeleton h={HEIGHT} />}>
            {buckets === undefined ? (
              <Skeleton h={HEIGHT} />
            ) : (
              <CostBars
                chart={chart}
                label={label}
                running={running}
                onOpen={byHour ? undefined : (fromMs) => navigate(dayLink(fromMs).slice(1))}
              />
            )}
          </Suspense>
          <Legend chart={chart} />
        </>
      )}
    </Panel>
  );
}

/** Why there is nothing to draw, and where to go from there. */
function NothingPaid({ buckets }: { buckets: AnalyticsSeries['buckets'] }) {
  const isOwner = useRole() === 'owner';
  const answered = new Set(buckets.flatMap(({ groups }) => groups.flatMap(({ provider }) => provider ?? [])));
  const isDemo = answered.size === 1 && answered.has('demo');
  const isQuiet = buckets.every(({ requests }) => requests === 0);
  return (
    <Center mih={HEIGHT + LEGEND_HEIGHT}>
      <Stack align="center" gap="sm" maw={460}>
        <Text size="sm" c="dimmed" ta="center">
          {t(isQuiet ? 'overview.noneInPeriod' : isDemo ? 'overview.onlyDemo' : 'overview.nothingPaid')}
        </Text>
        {isDemo && isOwner && (
          <Button component="a" href="#/providers" size="xs">
            {t('providers.addKey')}
          </Button>
        )}
      </Stack>
    </Center>
  );
}

function Legend({ chart }: { chart: CostChart }) {
  return (
    <Group gap="md" mt="xs" mih={22}>
      {chart.series.map(({ name, color }) => (
        <Group key={name} gap={6} wrap="nowrap">
          <span aria-hidden style={{ width: 10, height: 10, borderRadius: 3, background: color }} />
          <Text size="xs" className="clip" maw={240}>
            {name}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

interface CostTableProps {
  chart: CostChart;
  label(fromMs: number): string;
  /** Leads to the requests of a bucket. */
  link: ((fromMs: number) => string) | undefined;
}

function CostTable({ chart, label, link }: CostTableProps) {
  return (
    <ScrollArea h={290} viewportProps={{ tabIndex: 0, 'aria-label': t('overview.costOverTime'), role: 'region' }}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('word.time')}</Table.Th>
            {chart.series.map(({ name }) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {chart.rows.map((row) => (
            <Table.Tr key={row.fromMs}>
              <Table.Td>
                {link ? (
                  <a className="plain" href={link(row.fromMs)}>
                    {label(row.fromMs)}
                  </a>
                ) : (
                  label(row.fromMs)
                )}
              </Table.Td>
              {chart.series.map(({ name }) => (
                <Table.Td key={name} ta="right">
                  {money(Number(row[name]))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
