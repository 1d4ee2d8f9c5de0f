import { Button, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell, IconBrandSlack, IconMail, IconWebhook } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlertChannel } from '../../../contract/index.ts';
import { inBrowser } from '../../client.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure, showProblem, showUndoable } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { MoreMenu } from '../../parts/MoreMenu.tsx';
import { Row } from '../../parts/Row.tsx';
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
  const { id, name, kind, target, status, lastError, lastDeliveredAtMs } = channel;
  const queries = useQueryClient();
  const [editing, form] = useDisclosure(false);
  const refresh = () => queries.invalidateQueries({ queryKey: gateway.alerts.key() });
  const testing = useMutation(
    gateway.alerts.testChannel.mutationOptions({
      onSuccess: (tested) => {
        void refresh();
        if (tested.status === 'works') showDone(t('alerts.testArrived', { name }));
        else showProblem(t('alerts.testLost', { name }), tested.lastError ?? t('alerts.anew'));
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
    <Row
      name={name}
      icon={<Drawn size={18} stroke={1.6} aria-hidden />}
      tag={<Tag tone={tones[status]}>{t(`channel.${status}`)}</Tag>}
      about={
        <>
          {kind === 'desktop' ? t(inBrowser ? 'channel.desktopLog' : 'channel.desktopAbout') : target}
          {lastError !== null && ` · ${lastError}`}
          {lastDeliveredAtMs !== null && (
            <>
              {' '}
              · {t('channel.lastDelivered')} <Ago atMs={lastDeliveredAtMs} />
            </>
          )}
        </>
      }
      actions={
        <>
          <Button
            size="compact-sm"
            variant="default"
            loading={testing.isPending}
            aria-label={t('alerts.testOf', { name })}
            onClick={() => testing.mutate({ id })}
          >
            {t('alerts.test')}
          </Button>
          <MoreMenu name={name}>
            <Menu.Item onClick={form.open}>{t('alerts.setUpAnew')}</Menu.Item>
            <Menu.Item color="red" onClick={() => removing.mutate({ id })}>
              {t('action.remove')}
            </Menu.Item>
          </MoreMenu>
        </>
      }
    >
      {editing && <ChannelForm channel={channel} onClose={form.close} />}
    </Row>
  );
}
