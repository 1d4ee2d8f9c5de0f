import { Anchor, Skeleton, Stack, Table } from '@mantine/core';
import type { RequestInfo } from '../../../contract/index.ts';
import { duration, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { withParameters } from '../../location.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Status } from '../../parts/Status.tsx';

/** The requests that ended last, as they end. */
export function Latest({ requests }: { requests: RequestInfo[] | undefined }) {
  return (
    <Panel
      title={t('overview.latest')}
      aside={
        <Anchor href="#/requests" size="xs">
          {t('overview.allRequests')}
        </Anchor>
      }
    >
      {requests === undefined ? (
        <Stack gap="sm">
          {[1, 2, 3, 4].map((line) => (
            <Skeleton key={line} h={28} />
          ))}
        </Stack>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('word.time')}</Table.Th>
              <Table.Th>{t('word.model')}</Table.Th>
              <Table.Th>{t('word.status')}</Table.Th>
              <Table.Th ta="right">{t('word.latency')}</Table.Th>
              <Table.Th ta="right">{t('word.cost')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {requests.map((request) => (
              <Table.Tr key={request.id}>
                <Table.Td c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                  <Ago atMs={request.startedAtMs} />
                </Table.Td>
                <Table.Td className="clip" maw={0} w="100%">
                  <a className="plain" href={`#${withParameters('/requests', { open: request.id })}`}>
                    {request.model ?? request.requestedModel}
                  </a>
                </Table.Td>
                <Table.Td maw={132}>
                  <Status request={request} brief />
                </Table.Td>
                <Table.Td className="clip" ta="right">
                  {duration(request.latencyMs)}
                </Table.Td>
                <Table.Td className="clip" ta="right">
                  {money(request.costUsd)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}
