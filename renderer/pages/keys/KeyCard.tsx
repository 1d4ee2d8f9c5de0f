import { Anchor, Group, Menu, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { GatewayKeyInfo, LimitInfo } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { withParameters } from '../../location.ts';
import { showDone, showFailure, showUndoable } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { MoreMenu } from '../../parts/MoreMenu.tsx';
import { NameToConfirm } from '../../parts/NameToConfirm.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Rename } from '../../parts/Rename.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { useRole } from '../../role.ts';
import { LimitBars } from './LimitBars.tsx';
import { SetLimits } from './SetLimits.tsx';

interface KeyCardProps {
  gatewayKey: GatewayKeyInfo;
  limit: LimitInfo | undefined;
}

/** A key of a tool: when it was used, what it spent, what it may. */
export function KeyCard({ gatewayKey, limit }: KeyCardProps) {
  const { id, name, lastFour, userName, lastUsedAtMs, cache, metadata } = gatewayKey;
  const isOwner = useRole() === 'owner';
  const [revoking, setRevoking] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const undoing = useMutation(gateway.gatewayKeys.update.mutationOptions({ onError: showFailure }));
  const updating = useMutation(
    gateway.gatewayKeys.update.mutationOptions({
      onSuccess: () => showUndoable(t('keys.isChanged', { name }), () => undoing.mutate({ id, cache, metadata })),
      onError: showFailure,
    }),
  );
  const revoke = useMutation(
    gateway.gatewayKeys.revoke.mutationOptions({
      onSuccess: () => {
        showDone(t('keys.isRevoked', { name }));
        setRevoking(false);
      },
      onError: showFailure,
    }),
  );
  return (
    <Panel>
      <Group justify="space-between" gap="xs" mb="sm">
        <Group gap="sm">
          <Text fw={600}>{name}</Text>
          <Text size="sm" ff="monospace" c="dimmed">
            ••••{lastFour}
          </Text>
          {userName !== null && isOwner && <Tag tone="strong">{userName}</Tag>}
          {!cache && <Tag tone="calm">{t('cache.off')}</Tag>}
          <Text size="xs" c="dimmed">
            {lastUsedAtMs === null ? (
              t('keys.neverUsed')
            ) : (
              <>
                {t('keys.lastUsed')} <Ago atMs={lastUsedAtMs} />
              </>
            )}
          </Text>
        </Group>
        <Group gap="xs">
          {limit && <SetLimits limit={limit} name={name} />}
          <Anchor size="xs" href={`#${withParameters('/requests', { client: id })}`}>
            {t('requests.title')}
          </Anchor>
          <MoreMenu name={name}>
            <Menu.Item onClick={() => setRenaming(true)}>{t('action.rename')}</Menu.Item>
            <Menu.Item onClick={() => updating.mutate({ id, cache: !cache })}>
              {t(cache ? 'keys.cacheTurnOff' : 'keys.cacheTurnOn')}
            </Menu.Item>
            <Menu.Item onClick={() => updating.mutate({ id, metadata: !metadata })}>
              {t(metadata ? 'keys.metadataTurnOff' : 'keys.metadataTurnOn')}
            </Menu.Item>
            <Menu.Item color="red" onClick={() => setRevoking(true)}>
              {t('keys.revoke')}
            </Menu.Item>
          </MoreMenu>
        </Group>
      </Group>
      {limit && <LimitBars limit={limit} />}
      {renaming && (
        <Rename
          name={name}
          rename={(next) => gateway.gatewayKeys.update.call({ id, name: next })}
          onClose={() => setRenaming(false)}
        />
      )}
      {revoking && (
        <NameToConfirm
          title={t('keys.revokeTitle', { name })}
          about={t('keys.revokeAbout')}
          name={name}
          action={t('keys.revoke')}
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate({ id })}
          onClose={() => setRevoking(false)}
        />
      )}
    </Panel>
  );
}
