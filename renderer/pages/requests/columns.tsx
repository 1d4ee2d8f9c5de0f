import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RequestInfo } from '../../../contract/index.ts';
import { count, duration, money } from '../../format.ts';
import { type MessageKey, t } from '../../i18n/index.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Status } from '../../parts/Status.tsx';
import { Tag } from '../../parts/Tag.tsx';

export interface Column {
  id: string;
  title: MessageKey;
  /** Track of the grid. */
  width: string;
  right?: boolean;
  /** The order that a click on the title asks for. */
  sort?: 'newest' | 'dearest' | 'slowest';
  /** Shown until the reader says otherwise: always, or where there is room for all of them. */
  usual?: 'always' | 'wide';
  cell(request: RequestInfo): ReactNode;
}

export const columns: readonly Column[] = [
  {
    id: 'time',
    title: 'word.time',
    width: '88px',
    sort: 'newest',
    usual: 'always',
    cell: (request) => <Ago atMs={request.startedAtMs} />,
  },
  { id: 'model', title: 'word.model', width: 'minmax(120px, 1.5fr)', usual: 'always', cell: writeModel },
  { id: 'provider', title: 'word.provider', width: 'minmax(90px, 1fr)', cell: (request) => request.provider ?? '—' },
  { id: 'asked', title: 'column.asked', width: 'minmax(100px, 1fr)', cell: (request) => request.requestedModel },
  {
    id: 'client',
    title: 'word.client',
    width: 'minmax(72px, 1.2fr)',
    usual: 'always',
    cell: (request) => request.clientName ?? '—',
  },
  {
    id: 'complexity',
    title: 'word.complexity',
    width: '104px',
    usual: 'wide',
    cell: (request) => request.complexity && <Complexity name={request.complexity} />,
  },
  {
    id: 'status',
    title: 'word.status',
    width: 'minmax(88px, 1.2fr)',
    usual: 'always',
    cell: (request) => <Status request={request} />,
  },
  {
    id: 'input',
    title: 'column.input',
    width: '84px',
    right: true,
    usual: 'wide',
    cell: ({ inputTokens }) => count(inputTokens),
  },
  {
    id: 'output',
    title: 'column.output',
    width: '84px',
    right: true,
    usual: 'wide',
    cell: ({ outputTokens }) => count(outputTokens),
  },
  {
    id: 'cached',
    title: 'column.cached',
    width: '84px',
    right: true,
    cell: ({ cacheReadTokens }) => count(cacheReadTokens),
  },
  {
    id: 'firstByte',
    title: 'column.firstByte',
    width: '92px',
    right: true,
    cell: ({ firstByteMs }) => duration(firstByteMs),
  },
  {
    id: 'latency',
    title: 'word.latency',
    width: '72px',
    right: true,
    sort: 'slowest',
    usual: 'always',
    cell: ({ latencyMs }) => duration(latencyMs),
  },
  {
    id: 'cost',
    title: 'word.cost',
    width: '88px',
    right: true,
    sort: 'dearest',
    usual: 'always',
    cell: ({ costUsd }) => (
      <Text fz="sm" fw={500} span>
        {money(costUsd)}
      </Text>
    ),
  },
];

function writeModel({ model, requestedModel }: RequestInfo): string {
  return model ?? requestedModel;
}

const tones = { simple: 'good', medium: 'warn', complex: 'strong' } as const;

export function Complexity({ name }: { name: keyof typeof tones }) {
  return <Tag tone={tones[name]}>{t(`complexity.${name}`)}</Tag>;
}
