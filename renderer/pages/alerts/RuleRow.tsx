import { ActionIcon, Group, Menu, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { AlertChannel, AlertRule } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showFailure, showUndoable } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { sentenceOf } from './conditions.ts';
import { RuleForm } from './RuleForm.tsx';

export function RuleRow({ rule, channels }: { rule: AlertRule; channels: readonly AlertChannel[] }) {
  const { id, name, enabled, condition, firing, lastFiredAtMs } = rule;
  const [editing, form] = useDisclosure(false);
  const updating = useMutation(gateway.alerts.updateRule.mutationOptions({ onError: showFailure }));
  const restoring = useMutation(gateway.alerts.restoreRule.mutationOptions({ onError: showFailure }));
  const removing = useMutation(
    gateway.alerts.removeRule.mutationOptions({
      onSuccess: () => showUndoable(t('alerts.removed', { name }), () => restoring.mutate({ id })),
      onError: showFailure,
    }),
  );
  const told = channels.filter((channel) => rule.channels.includes(channel.id)).map((channel) => channel.name);
  return (
    <Group justify="space-between" wrap="nowrap" gap="md" className="row">
      <div>
        <Group gap="xs">
          <Text fw={600} size="sm">
            {name}
          </Text>
          {firing && enabled && <Tag tone="bad">{t('alerts.firing')}</Tag>}
        </Group>
        <Text size="sm" c="dimmed">
          {sentenceOf(condition)} · {told.length === 0 ? t('alerts.historyOnly') : told.join(', ')}
          {lastFiredAtMs !== null && (
            <>
              {' '}
              · {t('alerts.lastFired')} <Ago atMs={lastFiredAtMs} />
            </>
          )}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap">
        <Switch
          size="sm"
          checked={enabled}
          aria-label={t('alerts.watch', { name })}
          onChange={(event) => updating.mutate({ id, enabled: event.currentTarget.checked })}
        />
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('action.more', { name })}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={form.open}>{t('alerts.edit')}</Menu.Item>
            <Menu.Item color="red" onClick={() => removing.mutate({ id })}>
              {t('action.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {editing && <RuleForm rule={rule} channels={channels} onClose={form.close} />}
    </Group>
  );
}
