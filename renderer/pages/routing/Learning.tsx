import { Button, ScrollArea, Skeleton, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { count, decimal } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { NameToConfirm } from '../../parts/NameToConfirm.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';

/** What was learned from use, and a way to forget it. */
export function Learning() {
  const queries = useQueryClient();
  const learned = useQuery(gateway.routing.learning.get.queryOptions());
  const [asking, setAsking] = useState(false);
  const forgetting = useMutation(
    gateway.routing.learning.reset.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: gateway.routing.key() });
        setAsking(false);
        showDone(t('learning.forgotten'));
      },
      onError: showFailure,
    }),
  );
  const evidence = learned.data?.evidence ?? [];
  return (
    <Panel
      title={t('learning.title')}
      aside={
        evidence.length > 0 && (
          <Button size="compact-xs" variant="subtle" className="danger" onClick={() => setAsking(true)}>
            {t('learning.forget')}
          </Button>
        )
      }
    >
      {learned.isError && <Failure error={learned.error} onRetry={() => void learned.refetch()} />}
      {learned.isPending && <Skeleton h={60} />}
      {learned.data && evidence.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('learning.none')}
        </Text>
      )}
      {evidence.length > 0 && (
        <ScrollArea.Autosize mah={280} viewportProps={{ tabIndex: 0 }}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('word.model')}</Table.Th>
                <Table.Th>{t('word.complexity')}</Table.Th>
                <Table.Th ta="right">{t('learning.answers')}</Table.Th>
                <Table.Th ta="right">{t('learning.correction')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {evidence.map((one) => (
                <Table.Tr key={`${one.model} ${one.complexity}`}>
                  <Table.Td>{one.model}</Table.Td>
                  <Table.Td>{t(`complexity.${one.complexity}`)}</Table.Td>
                  <Table.Td ta="right">{count(one.answers)}</Table.Td>
                  <Table.Td ta="right">{decimal(one.correction, 2)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
      {asking && (
        <NameToConfirm
          title={t('learning.forget')}
          about={t('learning.forgetAbout')}
          name={t('learning.word')}
          action={t('learning.forget')}
          busy={forgetting.isPending}
          onConfirm={() => forgetting.mutate({})}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}
