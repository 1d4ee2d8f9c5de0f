import { Menu, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import type { AlertChannel, AlertRule } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showFailure, showUndoable } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { MoreMenu } from '../../parts/MoreMenu.tsx';
import { Row } from '../../parts/Row.tsx';
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
    <Row
      name={name}
      tag={firing && enabled && <Tag tone="bad">{t('alerts.firing')}</Tag>}
      about={
        <>
          {sentenceOf(condition)} · {told.length === 0 ? t('alerts.historyOnly') : told.join(', ')}
          {lastFiredAtMs !== null && (
            <>
              {' '}
              · {t('alerts.lastFired')} <Ago atMs={lastFiredAtMs} />
            </>
          )}
        </>
      }
      actions={
        <>
          <Switch
            size="sm"
            checked={enabled}
            aria-label={t('alerts.watch', { name })}
            onChange={(event) => updating.mutate({ id, enabled: event.currentTarget.checked })}
          />
          <MoreMenu name={name}>
            <Menu.Item onClick={form.open}>{t('alerts.edit')}</Menu.Item>
            <Menu.Item color="red" onClick={() => removing.mutate({ id })}>
              {t('action.remove')}
            </Menu.Item>
          </MoreMenu>
        </>
      }
    >
      {editing && <RuleForm rule={rule} channels={channels} onClose={form.close} />}
    </Row>
  );
}
