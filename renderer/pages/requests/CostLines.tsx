import { Table, Text } from '@mantine/core';
import type { RequestDetail } from '../../../contract/index.ts';
import { count, money } from '../../format.ts';
import { isMessage, t } from '../../i18n/index.ts';

/** What was charged, kind by kind, with the rate and where it is from. */
export function CostLines({ request }: { request: RequestDetail }) {
  const lines = request.costLines;
  if (lines === null || lines.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {lines === null || request.costUsd === null ? t('detail.noLines') : t('detail.noCharge')}
      </Text>
    );
  }
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('detail.kind')}</Table.Th>
          <Table.Th ta="right">{t('detail.amount')}</Table.Th>
          <Table.Th ta="right">{t('detail.rate')}</Table.Th>
          <Table.Th ta="right">{t('word.cost')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <Table.Tr key={line.kind}>
            <Table.Td>
              {nameOf(line.kind)}
              <Text size="xs" c="dimmed">
                {line.source}
              </Text>
            </Table.Td>
            <Table.Td ta="right">{count(line.tokens ?? line.calls)}</Table.Td>
            <Table.Td ta="right">
              {line.usdPerMillion !== null
                ? t('detail.perMillion', { price: money(line.usdPerMillion) })
                : money(line.usdPerCall)}
            </Table.Td>
            <Table.Td ta="right">{money(line.amountUsd)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th colSpan={3}>{t('detail.total')}</Table.Th>
          <Table.Th ta="right">{money(request.costUsd)}</Table.Th>
        </Table.Tr>
      </Table.Tfoot>
    </Table>
  );
}

function nameOf(kind: string): string {
  const key = `tokens.${kind}`;
  return isMessage(key) ? t(key) : kind;
}
