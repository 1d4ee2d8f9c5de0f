import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RegistryCheck } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { inWords } from '../../said.ts';

const tones = { updated: 'good', unchanged: 'calm', restored: 'calm', failed: 'bad', refused: 'warn' } as const;

/** How fresh prices are, and what changed lately. */
export function Updates() {
  const queries = useQueryClient();
  const status = useQuery(gateway.registry.status.queryOptions());
  const [open, changes] = useDisclosure(false);
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: gateway.registry.key() }),
      queries.invalidateQueries({ queryKey: gateway.models.key() }),
    ]);
  const checking = useMutation(
    gateway.registry.check.mutationOptions({
      onSuccess: (check) => showDone(inWords(check.message)),
      onSettled: refresh,
      onError: showFailure,
    }),
  );
  const data = status.data;
  return (
    <Panel mih={62}>
      {status.isError && <Failure error={status.error} onRetry={() => status.refetch()} />}
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Text size="sm">{data ? t('updates.models', { count: data.models }) : '…'}</Text>
          {data?.lastCheck && <Tag tone={tones[data.lastCheck.result]}>{t(`updates.${data.lastCheck.result}`)}</Tag>}
          {data && (
            <Text size="sm" c="dimmed">
              {data.lastCheckAtMs === null ? (
                t('updates.never')
              ) : (
                <>
                  {t('updates.checked')} <Ago atMs={data.lastCheckAtMs} />
                </>
              )}
            </Text>
          )}
        </Group>
        <Group gap="xs">
          <Button size="xs" variant="subtle" onClick={changes.toggle} aria-expanded={open}>
            {t('updates.changes')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            loading={checking.isPending}
            onClick={() => checking.mutate({})}
          >
            {t('updates.check')}
          </Button>
        </Group>
      </Group>
      {open && <Checks />}
    </Panel>
  );
}

function Checks() {
  const history = useQuery(gateway.registry.history.queryOptions());
  const checks = history.data?.checks ?? [];
  return (
    <Stack gap="xs" mt="sm">
      {history.isSuccess && checks.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('updates.never')}
        </Text>
      )}
      {checks.slice(0, 12).map((check) => (
        <Check key={check.id} check={check} />
      ))}
    </Stack>
  );
}

function Check({ check }: { check: RegistryCheck }) {
  const queries = useQueryClient();
  const restoring = useMutation(
    gateway.registry.restore.mutationOptions({
      onSuccess: ({ message }) => showDone(inWords(message)),
      onSettled: () => queries.invalidateQueries({ queryKey: gateway.registry.key() }),
      onError: showFailure,
    }),
  );
  const { id } = check;
  return (
    <Group justify="space-between" align="flex-start" className="line" gap="xs">
      <Stack gap={2} style={{ flex: 1 }}>
        <Group gap="xs">
          <Tag tone={tones[check.result]}>{t(`updates.${check.result}`)}</Tag>
          <Text size="xs" c="dimmed">
            <Ago atMs={check.atMs} />
          </Text>
        </Group>
        <Text size="sm">{inWords(check.message)}</Text>
        {check.notices.map((notice) => (
          <Text key={notice} size="xs" c="dimmed">
            {notice}
          </Text>
        ))}
      </Stack>
      {check.restorable && id !== null && (
        <Button
          size="compact-xs"
          variant="subtle"
          loading={restoring.isPending}
          onClick={() => restoring.mutate({ id })}
        >
          {t('action.undo')}
        </Button>
      )}
    </Group>
  );
}
