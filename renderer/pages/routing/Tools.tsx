import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { showFailure } from '../../notices.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';

/** Tools that ask for models by name: obeyed, or routed like `auto`. */
export function Tools() {
  const queries = useQueryClient();
  const list = useQuery(gateway.routing.tools.list.queryOptions());
  const setting = useMutation(
    gateway.routing.tools.set.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: gateway.routing.key() }),
      onError: showFailure,
    }),
  );
  return (
    <Panel title={t('tools.title')}>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t('tools.about')}
        </Text>
        {list.data?.tools.map((tool) => (
          <Group key={tool.id} justify="space-between" className="line">
            <Text size="sm" fw={500}>
              {tool.name}
            </Text>
            <SegmentedControl
              size="xs"
              aria-label={tool.name}
              value={tool.mode}
              onChange={(mode) => setting.mutate({ id: tool.id, mode })}
              data={[
                { value: 'keep' as const, label: t('tools.keep') },
                { value: 'auto' as const, label: t('tools.auto') },
              ]}
            />
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
