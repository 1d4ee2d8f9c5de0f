import { Anchor, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AlertInfo } from '../../../contract/index.ts';
import { exactTime } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';

/** The latest alerts, and whether they arrived. */
export function History() {
  const history = useQuery(gateway.alerts.history.queryOptions({ input: { limit: 50 } }));
  return (
    <Panel title={t('alerts.history')}>
      {history.isError && <Failure error={history.error} onRetry={() => void history.refetch()} />}
      {history.isPending && <Skeleton h={80} />}
      {history.data?.alerts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('alerts.noHistory')}
        </Text>
      )}
      <Stack gap={0}>
        {history.data?.alerts.map((alert) => (
          <Told key={alert.id} alert={alert} />
        ))}
      </Stack>
    </Panel>
  );
}

function Told({ alert: { title, body, page, firedAtMs, deliveries } }: { alert: AlertInfo }) {
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start" className="row">
      <div>
        <Text size="sm" fw={600}>
          {page === null ? title : <Anchor href={`#${page}`}>{title}</Anchor>}
        </Text>
        <Text size="sm" c="dimmed">
          {body}
        </Text>
        {deliveries.map(({ channelId, channelName, attempts, nextAtMs, error }) =>
          error === null ? null : (
            <Text key={channelId} size="xs" c="dimmed">
              {channelName}: {error} {t('delivery.tried', { count: attempts })}
              {nextAtMs !== null && ` ${t('delivery.next', { at: exactTime(nextAtMs) })}`}
            </Text>
          ),
        )}
      </div>
      <Stack gap={4} align="flex-end">
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          <Ago atMs={firedAtMs} />
        </Text>
        <Group gap={4} justify="flex-end">
          {deliveries.map(({ channelId, channelName, status }) => (
            <Tag key={channelId} tone={status === 'delivered' ? 'good' : status === 'failed' ? 'bad' : 'calm'}>
              {t(`delivery.${status}`, { name: channelName })}
            </Tag>
          ))}
        </Group>
      </Stack>
    </Group>
  );
}
