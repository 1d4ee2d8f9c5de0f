import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell, IconBrandSlack, IconDots, IconMail, IconWebhook } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlertChannel } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure, showUndoable } from '../../notices.tsx';
import { Tag, type Tone } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { ChannelForm } from './ChannelForm.tsx';

const icons = { desktop: IconBell, email: IconMail, slack: IconBrandSlack, webhook: IconWebhook } as const;
const tones: Record<AlertChannel['status'], Tone> = {
  untried: 'calm',
  works: 'good',
  failing: 'warn',
  dead: 'bad',
  unreadable: 'bad',
};

export function ChannelRow({ channel }: { channel: AlertChannel }) {
  const { id, name, kind, target, status, lastError } = channel;
  const queries = useQueryClient();
  const [editing, form] = useDisclosure(false);
  const refresh = () => queries.invalidateQueries({ queryKey: gateway.alerts.key() });
  const testing = useMutation(
    gateway.alerts.testChannel.mutationOptions({
      onSuccess: (tested) => {
        void refresh();
        if (tested.status === 'works') showDone(t('alerts.testArrived', { name }));
      },
      onError: showFailure,
    }),
  );
  const restoring = useMutation(
    gateway.alerts.restoreChannel.mutationOptions({ onSettled: refresh, onError: showFailure }),
  );
  const removing = useMutation(
    gateway.alerts.removeChannel.mutationOptions({
      onSuccess: () => {
        void refresh();
        showUndoable(t('alerts.removed', { name }), () => restoring.mutate({ id }));
      },
      onError: showFailure,
    }),
  );
  const Drawn = icons[kind];
  return (
    <Group justify="space-between" wrap="nowrap" gap="md" className="row">
      <Group gap="sm" wrap="nowrap">
        <Drawn size={18} stroke={1.6} aria-hidden />
        <div>
          <Group gap="xs">
            <Text fw={600} size="sm">
              {name}
            </Text>
            <Tag tone={tones[status]}>{t(`channel.${status}`)}</Tag>
          </Group>
          <Text size="sm" c="dimmed">
            {kind === 'desktop' ? t('channel.desktopAbout') : target}
            {lastError !== null && ` · ${lastError}`}
          </Text>
        </div>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <Button
          size="compact-sm"
          variant="default"
          loading={testing.isPending}
          aria-label={t('alerts.testOf', { name })}
          onClick={() => testing.mutate({ id })}
        >
          {t('alerts.test')}
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('action.more', { name })}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={form.open}>{t('alerts.setUpAnew')}</Menu.Item>
            <Menu.Item color="red" onClick={() => removing.mutate({ id })}>
              {t('action.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {editing && <ChannelForm channel={channel} onClose={form.close} />}
    </Group>
  );
}
