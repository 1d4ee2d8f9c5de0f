import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';

/** Calls of which nobody saw the end: what is held back for them, and a way to let it go. */
export function Unsettled() {
  const queries = useQueryClient();
  const unsettled = useQuery(gateway.limits.unsettled.queryOptions());
  const release = useMutation(
    gateway.limits.release.mutationOptions({
      onSuccess: ({ heldUsd }) => showDone(t('keys.unsettledReleased', { held: money(heldUsd) })),
      onError: showFailure,
      onSettled: () => queries.invalidateQueries({ queryKey: gateway.limits.key() }),
    }),
  );
  const { calls = [], heldUsd = 0 } = unsettled.data ?? {};
  if (calls.length === 0) return null;
  return (
    <Panel title={t('keys.unsettled', { count: calls.length })}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" maw={720}>
          {t('keys.unsettledAbout', { held: money(heldUsd) })}
        </Text>
        <Button size="xs" variant="default" loading={release.isPending} onClick={() => release.mutate({})}>
          {t('keys.unsettledRelease', { held: money(heldUsd) })}
        </Button>
      </Group>
    </Panel>
  );
}
