import { Alert, Code, Drawer, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { RequestDetail } from '../../../contract/index.ts';
import { errorName } from '../../failure.ts';
import { count, duration, exactTime, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Status } from '../../parts/Status.tsx';
import { gateway } from '../../queries.ts';
import { Captured } from './Captured.tsx';
import { CostLines } from './CostLines.tsx';
import { Headers } from './Headers.tsx';
import { Timeline } from './Timeline.tsx';
import { Why } from './Why.tsx';

interface DetailProps {
  id: string | null;
  onClose(): void;
}

/** One request in full: when, why this model, what it cost, what was lost. */
export function Detail({ id, onClose }: DetailProps) {
  const one = useQuery(gateway.requests.one.queryOptions({ input: { id: id ?? '' }, enabled: id !== null }));
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      size={560}
      title={<Text fw={600}>{t('detail.title')}</Text>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {one.isError && <Failure error={one.error} onRetry={() => void one.refetch()} />}
      {one.isPending && <Loading />}
      {one.data && <Body request={one.data} />}
    </Drawer>
  );
}

function Loading() {
  return (
    <Stack>
      <Skeleton h={60} />
      <Skeleton h={90} />
      <Skeleton h={160} />
    </Stack>
  );
}

function Body({ request }: { request: RequestDetail }) {
  return (
    <Stack gap="lg" pb="xl">
      <Group gap="xl">
        <Fact title={t('word.cost')} value={money(request.costUsd)} note={t(`costKind.${request.costKind}`)} />
        <Fact title={t('word.latency')} value={duration(request.latencyMs)} />
        <Fact title={t('detail.tokens')} value={`${count(request.inputTokens)} → ${count(request.outputTokens)}`} />
        <div>
          <Text size="xs" c="dimmed">
            {t('word.status')}
          </Text>
          <Status request={request} />
        </div>
      </Group>
      {request.errorMessage && (
        <Alert color="red" variant="light" title={errorName(request.errorCode)}>
          {request.errorMessage}
        </Alert>
      )}
      <Section title={t('detail.timeline')}>
        <Timeline request={request} />
      </Section>
      <Section title={t('detail.why')}>
        <Why request={request} />
      </Section>
      <Section title={t('detail.costLines')}>
        <CostLines request={request} />
      </Section>
      {request.losses.length > 0 && (
        <Section title={t('detail.losses')}>
          <Stack gap={4}>
            {request.losses.map((loss) => (
              <Text size="sm" key={`${loss.field} ${loss.why}`}>
                <Code>{loss.field}</Code> {loss.why}
              </Text>
            ))}
          </Stack>
        </Section>
      )}
      <Section title={t('captured.title')}>
        <Captured request={request} />
      </Section>
      <Section title={t('detail.headers')}>
        <Headers request={request} />
      </Section>
      <Section title={t('detail.facts')}>
        <Facts request={request} />
      </Section>
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="sm" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

function Fact({ title, value, note }: { title: string; value: string; note?: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text fw={600} fz="lg">
        {value}
      </Text>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </div>
  );
}

function Facts({ request }: { request: RequestDetail }) {
  const rows: [string, ReactNode][] = [
    [t('word.time'), exactTime(request.startedAtMs)],
    [t('word.client'), request.clientName ?? '—'],
    [t('column.asked'), request.requestedModel],
    [t('detail.answeredBy'), request.model === null ? '—' : `${request.provider}/${request.model}`],
    [t('detail.format'), `${request.dialect}${request.stream ? ` · ${t('detail.stream')}` : ''}`],
    [t('word.cache'), t(`cache.${request.cache}`)],
    [t('detail.httpStatus'), String(request.httpStatus)],
    [t('detail.priceVersion'), request.priceVersion ?? '—'],
    [
      t('detail.id'),
      <Group key="id" gap={4} wrap="nowrap">
        <Code>{request.id}</Code>
        <CopyButton value={request.id} />
      </Group>,
    ],
  ];
  return (
    <Table variant="vertical" withRowBorders={false} verticalSpacing={3}>
      <Table.Tbody>
        {rows.map(([title, value]) => (
          <Table.Tr key={title}>
            <Table.Th w={170} fw={400} c="dimmed" bg="transparent" ps={0}>
              {title}
            </Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
