import { Group, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RoutingPolicyPatch } from '../../../contract/routing.ts';
import { decimal } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { Candidates } from '../../parts/Candidates.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { inWords } from '../../said.ts';
import { signalName } from '../../signals.ts';

/** The decision for a prompt, as one types it; under the changed policy where it was changed. Nobody is called. */
export function TryPrompt({ patch }: { patch: RoutingPolicyPatch | undefined }) {
  const [prompt, setPrompt] = useState('');
  const [settled] = useDebouncedValue(prompt.trim(), 250);
  const [settledPatch] = useDebouncedValue(patch, 250);
  const body = { model: 'auto', messages: [{ role: 'user', content: settled }] };
  const decision = useQuery(
    gateway.routing.try.queryOptions({
      input: { body, ...(settledPatch && { policy: settledPatch }) },
      enabled: settled !== '',
      placeholderData: keepPreviousData,
    }),
  );
  return (
    <Panel title={t('routing.try')} w="100%" aside={patch && <Tag tone="warn">{t('routing.withChanges')}</Tag>}>
      <Stack gap="sm">
        <Textarea
          autosize
          minRows={3}
          maxRows={10}
          aria-label={t('routing.prompt')}
          placeholder={t('routing.promptExample')}
          value={prompt}
          onChange={(event) => setPrompt(event.currentTarget.value)}
        />
        {decision.isError && <Failure error={decision.error} />}
        {settled === '' ? (
          <Text size="sm" c="dimmed">
            {t('routing.tryAbout')}
          </Text>
        ) : decision.data === undefined ? (
          decision.isPending && <Skeleton h={180} />
        ) : (
          <Stack gap="sm">
            <Group gap="xs">
              <Text fw={600}>{decision.data.model}</Text>
              <Tag tone="calm">{t(`complexity.${decision.data.complexity}`)}</Tag>
              <Text size="sm" c="dimmed">
                {t('detail.score', { score: decimal(decision.data.score, 2) })}
              </Text>
            </Group>
            <Text size="sm">{inWords(decision.data.why)}</Text>
            {decision.data.reasons.length > 0 && (
              <Group gap={6}>
                {decision.data.reasons.slice(0, 6).map((reason) => (
                  <Tag key={reason.signal} tone={reason.weight > 0 ? 'strong' : 'good'}>
                    {signalName(reason.signal)} {reason.weight > 0 ? '+' : '−'}
                    {decimal(Math.abs(reason.weight), 1)}
                  </Tag>
                ))}
              </Group>
            )}
            <Candidates candidates={decision.data.candidates} />
          </Stack>
        )}
      </Stack>
    </Panel>
  );
}
