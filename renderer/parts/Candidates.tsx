import { ScrollArea, Table, Text } from '@mantine/core';
import type { RoutingExplanation } from '../../contract/index.ts';
import { decimal, duration, money } from '../format.ts';
import { t } from '../i18n/index.ts';
import { inWords } from '../said.ts';

interface CandidatesProps {
  candidates: RoutingExplanation['candidates'];
  /** The one that answered, where that was not the first: `provider/model`. */
  answered?: string;
}

/** Who could have answered, and why each was chosen or lost. */
export function Candidates({ candidates, answered }: CandidatesProps) {
  return (
    <ScrollArea.Autosize
      mah={360}
      type="auto"
      offsetScrollbars="present"
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('routing.candidates') }}
    >
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="30%">{t('word.model')}</Table.Th>
            <Table.Th>{t('routing.verdict')}</Table.Th>
            <Table.Th ta="right">{t('routing.quality')}</Table.Th>
            <Table.Th ta="right">{t('routing.expectedTime')}</Table.Th>
            <Table.Th ta="right">{t('routing.expectedCost')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {candidates.map((one, index) => (
            <Table.Tr key={one.id} fw={index === 0 ? 600 : undefined}>
              <Table.Td>{one.model}</Table.Td>
              <Table.Td>
                <Text size="xs" {...(index > 0 && { c: 'dimmed' })}>
                  {inWords(one.verdict)}
                  {index > 0 && one.id === answered && (
                    <>
                      {' · '}
                      <b>{t('attempt.answered')}</b>
                    </>
                  )}
                </Text>
              </Table.Td>
              <Table.Td ta="right">{decimal(one.rating, 1)}</Table.Td>
              <Table.Td ta="right">{duration(one.expectedMs)}</Table.Td>
              <Table.Td ta="right">{money(one.estimatedCostUsd)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
