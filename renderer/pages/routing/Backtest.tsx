import { Alert, Button, Group, Progress, ScrollArea, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { BacktestInfo, RoutingPolicyPatch } from '../../../contract/routing.ts';
import { client } from '../../client.ts';
import { count, money, percent } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { withParameters } from '../../location.ts';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';

const DAY_MS = 24 * 3_600_000;

/** What a policy would have made of the past, before it is applied. */
export function Backtest({ patch }: { patch: RoutingPolicyPatch }) {
  const [done, setDone] = useState(0);
  const ending = useRef<AbortController>(undefined);
  const testing = useMutation({
    mutationFn: async ({ days, policy }: { days: number; policy: RoutingPolicyPatch }) => {
      ending.current = new AbortController();
      setDone(0);
      const input = { policy, fromMs: Date.now() - days * DAY_MS };
      for await (const event of await client.routing.backtest(input, { signal: ending.current.signal })) {
        if (event.type === 'result') return event.result;
        setDone(event.total === 0 ? 1 : event.done / event.total);
      }
      return undefined;
    },
  });
  const tested = testing.variables;
  const isOld = JSON.stringify(tested?.policy) !== JSON.stringify(patch);
  return (
    <Panel title={t('backtest.title')} w="100%">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('backtest.about')}
        </Text>
        <Group gap="xs">
          {[7, 30].map((days) => (
            <Button
              key={days}
              size="xs"
              variant={tested?.days === days && !isOld ? 'light' : 'default'}
              disabled={testing.isPending}
              onClick={() => testing.mutate({ days, policy: patch })}
            >
              {t('backtest.days', { days })}
            </Button>
          ))}
          {testing.isPending && (
            <Button size="xs" variant="subtle" onClick={() => ending.current?.abort()}>
              {t('playground.stop')}
            </Button>
          )}
        </Group>
        {testing.isPending && <Progress value={done * 100} aria-label={t('backtest.title')} />}
        {testing.isError && !ending.current?.signal.aborted && <Failure error={testing.error} />}
        {testing.data && isOld && (
          <Text size="sm" c="var(--warn)">
            {t('backtest.old')}
          </Text>
        )}
        {testing.data && <Result result={testing.data} />}
      </Stack>
    </Panel>
  );
}

function Result({ result }: { result: BacktestInfo }) {
  const { actual, tested, decided, same, refused, differences } = result;
  if (decided === 0)
    return (
      <Alert variant="outline" color="gray">
        {t('backtest.nothing')}
      </Alert>
    );
  const change = actual.costUsd === 0 ? null : tested.costUsd / actual.costUsd - 1;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={3}>
        <Figure title={t('backtest.actual')} value={money(actual.costUsd)} />
        <Figure
          title={t('backtest.tested')}
          value={`${money(tested.costUsd)}${change === null ? '' : ` (${change > 0 ? '+' : ''}${percent(change)})`}`}
        />
        <Figure
          title={t('backtest.same')}
          value={percent(same / decided)}
          note={t('backtest.sameOf', { count: decided })}
        />
      </SimpleGrid>
      {refused > 0 && (
        <Text size="sm" c="var(--bad)">
          {t('backtest.refused', { count: refused })}
        </Text>
      )}
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('word.model')}</Table.Th>
            <Table.Th ta="right">{t('backtest.was')}</Table.Th>
            <Table.Th ta="right">{t('backtest.wouldBe')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...new Set([...actual.models, ...tested.models].map((model) => model.id))].slice(0, 10).map((id) => (
            <Table.Tr key={id}>
              <Table.Td>{id}</Table.Td>
              <Table.Td ta="right">{count(actual.models.find((model) => model.id === id)?.requests ?? 0)}</Table.Td>
              <Table.Td ta="right">{count(tested.models.find((model) => model.id === id)?.requests ?? 0)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {differences.length > 0 && (
        <ScrollArea.Autosize
          mah={240}
          viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('backtest.differences') }}
        >
          <Stack gap={4}>
            {differences.slice(0, 50).map((one) => (
              <Text key={one.id} size="xs">
                <a className="plain" href={`#${withParameters('/requests', { open: one.id })}`}>
                  {t(`complexity.${one.complexity}`)}: {one.from} → {one.to ?? '—'}
                </a>{' '}
                ({money(one.fromCostUsd)} → {money(one.toCostUsd)})
              </Text>
            ))}
          </Stack>
        </ScrollArea.Autosize>
      )}
    </Stack>
  );
}

function Figure({ title, value, note }: { title: string; value: string; note?: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text fw={600}>{value}</Text>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </div>
  );
}
