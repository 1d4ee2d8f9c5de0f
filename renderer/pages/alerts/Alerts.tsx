import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { IconBell, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useAsked } from '../../asked.ts';
import { t } from '../../i18n/index.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { ChannelForm } from './ChannelForm.tsx';
import { ChannelRow } from './ChannelRow.tsx';
import { History } from './History.tsx';
import { RuleForm } from './RuleForm.tsx';
import { RuleRow } from './RuleRow.tsx';

/** What is watched, where it is told, and what was told. */
export function Alerts() {
  const rules = useQuery(gateway.alerts.rules.queryOptions());
  const channels = useQuery(gateway.alerts.channels.queryOptions());
  const addingRule = useAsked('rule');
  const addingChannel = useAsked('channel');
  const failed = rules.error ?? channels.error;
  const known = channels.data?.channels ?? [];
  const addRule = (
    <Button size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={addingRule.open}>
      {t('alerts.addRule')}
    </Button>
  );
  return (
    <Page title={t('alerts.title')} about={t('alerts.about')} actions={addRule}>
      {failed && <Failure error={failed} onRetry={() => void Promise.all([rules.refetch(), channels.refetch()])} />}
      {rules.isPending || channels.isPending ? (
        <Stack>
          <Skeleton h={140} />
          <Skeleton h={140} />
        </Stack>
      ) : (
        <>
          <Panel title={t('alerts.rules')}>
            {rules.data?.rules.length === 0 ? (
              <Empty icon={IconBell} title={t('alerts.noRules')} actions={addRule}>
                {t('alerts.noRulesAbout')}
              </Empty>
            ) : (
              <Stack gap={0}>
                {rules.data?.rules.map((rule) => (
                  <RuleRow key={rule.id} rule={rule} channels={known} />
                ))}
              </Stack>
            )}
          </Panel>
          <Panel
            title={t('alerts.channels')}
            aside={
              <Button size="compact-sm" variant="default" onClick={addingChannel.open}>
                {t('alerts.addChannel')}
              </Button>
            }
          >
            {channels.data?.channels.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t('alerts.noChannels')} {t('alerts.noChannelsAbout')}
              </Text>
            ) : (
              <Stack gap={0}>
                {known.map((channel) => (
                  <ChannelRow key={channel.id} channel={channel} />
                ))}
              </Stack>
            )}
          </Panel>
          <History />
        </>
      )}
      {addingRule.isOpen && channels.isSuccess && <RuleForm channels={known} onClose={addingRule.close} />}
      {addingChannel.isOpen && <ChannelForm onClose={addingChannel.close} />}
    </Page>
  );
}
