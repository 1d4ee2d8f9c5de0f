import { Progress, Skeleton, Stack, Table, Text } from '@mantine/core';
import type { ByModel as Sums } from '../../../contract/index.ts';
import { count, duration, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { Panel } from '../../parts/Panel.tsx';
import { useRequestsLink } from './link.ts';

const SHOWN = 8;
/** Of a bar, in percent: what cost anything has a mark that can be seen. */
const LEAST = 2;
const lengthOf = (share: number) => (share > 0 ? Math.max(LEAST, share * 100) : 0);

/** Which models the money went to, dearest first. */
export function ByModel({ models }: { models: Sums['models'] | undefined }) {
  const linkTo = useRequestsLink();
  const most = Math.max(...(models ?? []).map((one) => one.costUsd), Number.MIN_VALUE);
  return (
    <Panel title={t('overview.byModel')}>
      {models === undefined ? (
        <Stack gap="sm">
          {[1, 2, 3, 4].map((line) => (
            <Skeleton key={line} h={28} />
          ))}
        </Stack>
      ) : models.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('overview.noneInPeriod')}
        </Text>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('word.model')}</Table.Th>
              <Table.Th ta="right">{t('figure.requests')}</Table.Th>
              <Table.Th ta="right">{t('figure.averageLatency')}</Table.Th>
              <Table.Th ta="right">{t('word.cost')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {models.slice(0, SHOWN).map((one) => (
              <Table.Tr key={`${one.provider}/${one.model}`}>
                <Table.Td>
                  <a className="plain" href={linkTo({ model: one.model ?? undefined })}>
                    {one.model ?? t('overview.nobody')}
                  </a>
                  <Text size="xs" c="dimmed">
                    {one.provider}
                  </Text>
                  <Progress value={lengthOf(one.costUsd / most)} size={4} mt={4} aria-hidden />
                </Table.Td>
                <Table.Td ta="right">{count(one.requests)}</Table.Td>
                <Table.Td ta="right">{duration(one.averageLatencyMs)}</Table.Td>
                <Table.Td ta="right" fw={500}>
                  {money(one.costUsd)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}
