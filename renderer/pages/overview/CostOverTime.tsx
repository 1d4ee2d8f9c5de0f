import { Group, ScrollArea, SegmentedControl, Skeleton, Table, Text } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { Daily } from '../../../contract/index.ts';
import { day, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { changeParameters, useParameters } from '../../location.ts';
import { Panel } from '../../parts/Panel.tsx';
import { type CostChart, type Grouping, stack } from './series.ts';

const CostBars = lazy(async () => ({ default: (await import('./CostBars.tsx')).CostBars }));

/** Cost by day, stacked by model or provider; as a table too. */
export function CostOverTime({ days }: { days: Daily['days'] | undefined }) {
  const grouping: Grouping = useParameters().get('by') === 'provider' ? 'provider' : 'model';
  const [shape, setShape] = useState('chart');
  const chart = useMemo(() => stack(days ?? [], grouping, t('overview.rest'), t('overview.nobody')), [days, grouping]);
  const label = (date: string) => day(new Date(`${date}T12:00:00`).getTime());
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
      {shape === 'table' ? (
        <CostTable chart={chart} label={label} />
      ) : (
        <>
          <Suspense fallback={<Skeleton h={260} />}>
            {days === undefined ? <Skeleton h={260} /> : <CostBars chart={chart} label={label} />}
          </Suspense>
          <Legend chart={chart} />
        </>
      )}
    </Panel>
  );
}

function Legend({ chart }: { chart: CostChart }) {
  return (
    <Group gap="md" mt="xs" mih={22}>
      {chart.series.map(({ name, color }) => (
        <Group key={name} gap={6} wrap="nowrap">
          <span aria-hidden style={{ width: 10, height: 10, borderRadius: 3, background: color }} />
          <Text size="xs">{name}</Text>
        </Group>
      ))}
    </Group>
  );
}

function CostTable({ chart, label }: { chart: CostChart; label(date: string): string }) {
  return (
    <ScrollArea h={290} viewportProps={{ tabIndex: 0, 'aria-label': t('overview.costOverTime'), role: 'region' }}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('word.day')}</Table.Th>
            {chart.series.map(({ name }) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {chart.rows.map((row) => (
            <Table.Tr key={row.date}>
              <Table.Td>{label(row.date)}</Table.Td>
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
