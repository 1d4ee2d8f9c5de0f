import { Group, ScrollArea, Skeleton, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { count, decimal, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { AmountInput } from '../../parts/AmountInput.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Window } from '../../parts/Window.tsx';
import { gateway } from '../../queries.ts';

/** Models side by side, and what one request would cost with each. */
export function Compare({ ids, onClose }: { ids: readonly string[]; onClose(): void }) {
  const [inputTokens, setInput] = useState(10_000);
  const [outputTokens, setOutput] = useState(1000);
  const comparison = useQuery(
    gateway.models.compare.queryOptions({
      input: { ids: [...ids], inputTokens, outputTokens },
      placeholderData: keepPreviousData,
    }),
  );
  const models = comparison.data?.models;
  return (
    <Window onClose={onClose} size="xl" title={t('models.comparing')}>
      <Group mb="md">
        <AmountInput
          whole
          size="xs"
          label={t('models.inputTokens')}
          min={0}
          max={10_000_000}
          value={inputTokens}
          onChange={(value) => value !== null && setInput(value)}
        />
        <AmountInput
          whole
          size="xs"
          label={t('models.outputTokens')}
          min={0}
          max={10_000_000}
          value={outputTokens}
          onChange={(value) => value !== null && setOutput(value)}
        />
      </Group>
      {comparison.isError && <Failure error={comparison.error} onRetry={() => void comparison.refetch()} />}
      {comparison.isPending && <Skeleton h={240} />}
      {models && (
        <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('models.comparing') }}>
          <Table variant="vertical">
            <Table.Thead>
              <Table.Tr>
                <Table.Td />
                {models.map((model) => (
                  <Table.Th key={model.id} fz="sm" fw={600} c="var(--mantine-color-text)">
                    {model.title}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              <Line title={t('models.oneRequest')} values={models.map((model) => money(model.costUsd))} />
              <Line title={t('models.inputPrice')} values={models.map((model) => money(model.price?.input ?? null))} />
              <Line
                title={t('models.outputPrice')}
                values={models.map((model) => money(model.price?.output ?? null))}
              />
              <Line title={t('routing.quality')} values={models.map((model) => decimal(model.rating, 1))} />
              <Line title={t('models.window')} values={models.map((model) => count(model.contextTokens))} />
              <Line title={t('models.mostOutput')} values={models.map((model) => count(model.maxOutputTokens))} />
              <Line
                title={t('models.takes')}
                values={models.map((model) => model.input.map((one) => t(`modality.${one}`)).join(', '))}
              />
              <Line
                title={t('capability.tools')}
                values={models.map((model) => t(model.capabilities.tools ? 'word.yes' : 'word.no'))}
              />
              <Line
                title={t('capability.reasoning')}
                values={models.map((model) => t(model.capabilities.reasoning ? 'word.yes' : 'word.no'))}
              />
            </Table.Tbody>
          </Table>
        </ScrollArea>
      )}
    </Window>
  );
}

function Line({ title, values }: { title: string; values: string[] }) {
  return (
    <Table.Tr>
      <Table.Th fw={400}>{title}</Table.Th>
      {values.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
        <Table.Td key={index}>{value}</Table.Td>
      ))}
    </Table.Tr>
  );
}
