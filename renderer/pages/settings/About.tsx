import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { duration } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';

export function About() {
  const status = useQuery(gateway.status.queryOptions());
  return (
    <Panel title={t('about.title')} mih={84}>
      {status.data && (
        <Group gap="md">
          <Text size="sm">{t('about.version', { version: status.data.version })}</Text>
          <Text size="sm" c="dimmed">
            {t('about.uptime', { time: duration(status.data.uptimeMs) })}
          </Text>
          <Anchor size="sm" href="#/models">
            {t('models.title')}
          </Anchor>
        </Group>
      )}
    </Panel>
  );
}
