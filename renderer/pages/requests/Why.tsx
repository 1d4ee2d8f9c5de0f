import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RequestDetail } from '../../../contract/index.ts';
import { count, decimal } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { Candidates } from '../../parts/Candidates.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { inWords } from '../../said.ts';
import { signalName } from '../../signals.ts';
import { Complexity } from './columns.tsx';

/** The decision in a sentence, and the numbers that it was made from. */
export function Why({ request }: { request: RequestDetail }) {
  const { signals, ...shape } = request.features ?? {};
  const features = Object.entries<unknown>({ ...shape, ...noted(signals) }).flatMap(([name, value]) =>
    isTelling(value) ? [{ name, value }] : [],
  );
  return (
    <Stack gap="xs">
      <Text size="sm">{request.why === null ? t('detail.noWhy') : inWords(request.why)}</Text>
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
      {request.provider !== null && <Lost request={request} />}
    </Stack>
  );
}

/** The other candidates, decided over again from what was kept; where that is gone, the sentence above is all there is. */
function Lost({ request: { id, provider, model } }: { request: RequestDetail }) {
  const decision = useQuery(gateway.routing.decision.queryOptions({ input: { id }, retry: false }));
  const answered = `${provider}/${model}`;
  if (decision.isPending) return <Skeleton h={120} />;
  return decision.data ? <Candidates candidates={decision.data.candidates} answered={answered} /> : null;
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
