import { Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import type { Breakdown } from '../../../contract/analytics.ts';
import { count, money, percent } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { Panel } from '../../parts/Panel.tsx';
import { seriesColors } from '../../theme.ts';
import { useRequestsLink } from './link.ts';

const complexities = ['simple', 'medium', 'complex'] as const;

/** How hard the requests were, and which models each kind went to. `groups`: by complexity and model together. */
export function RoutingMix({ groups }: { groups: Breakdown['groups'] | undefined }) {
  const linkTo = useRequestsLink();
  const all = (groups ?? []).reduce((sum, group) => sum + (group.complexity ? group.requests : 0), 0);
  const kinds = complexities.map((complexity, index) => {
    const own = (groups ?? []).filter((group) => group.complexity === complexity);
    const requests = own.reduce((sum, group) => sum + group.requests, 0);
    const costUsd = own.reduce((sum, group) => sum + group.costUsd, 0);
    const models = own.toSorted((one, other) => other.requests - one.requests).slice(0, 3);
    return { complexity, requests, costUsd, models, color: seriesColors[index] ?? 'gray' };
  });
  return (
    <Panel title={t('overview.mix')}>
      {groups === undefined ? (
        <Skeleton h={150} />
      ) : (
        <Stack gap="sm">
          <Progress.Root size={12} aria-hidden>
            {kinds.map((kind) => (
              <Progress.Section
                key={kind.complexity}
                value={all === 0 ? 0 : (kind.requests / all) * 100}
                color={kind.color}
              />
            ))}
          </Progress.Root>
          {kinds.map((kind) => (
            <Group key={kind.complexity} justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
              <div style={{ minWidth: 0 }}>
                <Group gap={6}>
                  <span aria-hidden style={{ width: 10, height: 10, borderRadius: 3, background: kind.color }} />
                  <a className="plain" href={linkTo({ complexity: kind.complexity })}>
                    <Text size="sm" fw={500} span>
                      {t(`complexity.${kind.complexity}`)}
                    </Text>
                  </a>
                </Group>
                <Text size="xs" c="dimmed" className="clip">
                  {kind.models
                    .map((group) => `${group.model ?? t('overview.nobody')} ${percent(group.requests / kind.requests)}`)
                    .join(' · ')}
                </Text>
              </div>
              <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
                {count(kind.requests)} · {money(kind.costUsd)}
              </Text>
            </Group>
          ))}
        </Stack>
      )}
    </Panel>
  );
}
