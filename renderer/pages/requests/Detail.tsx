import { Alert, Code, Drawer, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { RequestDetail } from '../../../contract/index.ts';
import { count, decimal, duration, exactTime, money } from '../../format.ts';
import { isMessage, t } from '../../i18n/index.ts';
import { Candidates } from '../../parts/Candidates.tsx';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Status } from '../../parts/Status.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { signalName } from '../../signals.ts';
import { Captured } from './Captured.tsx';
import { Complexity } from './columns.tsx';
import { Timeline } from './Timeline.tsx';

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
        <Alert color="red" variant="light" title={request.errorCode}>
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

/** The decision in a sentence, and the numbers that it was made from. */
function Why({ request }: { request: RequestDetail }) {
  const { signals, ...shape } = request.features ?? {};
  const features = Object.entries<unknown>({ ...shape, ...noted(signals) }).flatMap(([name, value]) =>
    isTelling(value) ? [{ name, value }] : [],
  );
  return (
    <Stack gap="xs">
      <Text size="sm">{request.why ?? t('detail.noWhy')}</Text>
      <Group gap="md">
        {request.complexity && <Complexity name={request.complexity} />}
        {request.score !== null && <Text size="sm">{t('detail.score', { score: decimal(request.score, 2) })}</Text>}
      </Group>
      {features.length > 0 && (
        <Group gap={6}>
          {features.map(({ name, value }) => (
            <Tag key={name} tone="calm">
              {signalName(name)} {amountOf(value)}
            </Tag>
          ))}
        </Group>
      )}
      {request.provider !== null && <Lost id={request.id} />}
    </Stack>
  );
}

/** The other candidates, decided over again from what was kept; where that is gone, the sentence above is all there is. */
function Lost({ id }: { id: string }) {
  const decision = useQuery(gateway.routing.decision.queryOptions({ input: { id }, retry: false }));
  if (decision.isPending) return <Skeleton h={120} />;
  return decision.data ? <Candidates candidates={decision.data.candidates} /> : null;
}

const counted = new Set([
  'words',
  'mathMarks',
  'codeFences',
  'codeLines',
  'diffLines',
  'listItems',
  'questions',
  'options',
  'steps',
  'toolResults',
]);

/** How strong a cue was is a number that says nothing to a person: that it was there does. */
function noted(signals: unknown): Record<string, unknown> {
  const found = typeof signals === 'object' && signals !== null ? Object.entries(signals) : [];
  return Object.fromEntries(found.map(([name, value]) => [name, counted.has(name) ? value : true]));
}

function amountOf(value: number | string | true): string {
  if (value === true) return '';
  return typeof value === 'number' ? count(value) : value;
}

/** What is none, no or empty says nothing about a choice. */
function isTelling(value: unknown): value is number | string | true {
  return (typeof value === 'number' && value !== 0) || value === true || (typeof value === 'string' && value !== '');
}

function CostLines({ request }: { request: RequestDetail }) {
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

/** What the gateway said of the request in the headers of its reply, and the provider in those of its own. */
function Headers({ request }: { request: RequestDetail }) {
  const { id, cache, model, provider, complexity, why, losses, errorCode } = request;
  const own = {
    'x-gateway-request-id': id,
    'x-gateway-cache': cache,
    'x-gateway-model': model,
    'x-gateway-provider': provider,
    'x-gateway-complexity': model && complexity,
    'x-gateway-why': why,
    'x-gateway-losses': losses.map(({ field, why: reason }) => `${field}: ${reason}`).join('; ') || null,
    'x-gateway-error': errorCode,
  };
  const headers = Object.entries(own).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  return (
    <Stack gap="xs">
      <HeaderLines headers={headers} />
      {request.answerHeaders.length > 0 && (
        <>
          <Text size="sm">{t('detail.providerHeaders', { provider: provider ?? t('word.provider') })}</Text>
          <HeaderLines headers={request.answerHeaders} />
        </>
      )}
    </Stack>
  );
}

function HeaderLines({ headers }: { headers: RequestDetail['answerHeaders'] }) {
  return (
    <Stack gap={2}>
      {headers.map(({ name, value }) => (
        <Text key={name} size="xs" style={{ overflowWrap: 'anywhere' }}>
          <Code>{name}</Code> {value}
        </Text>
      ))}
    </Stack>
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
