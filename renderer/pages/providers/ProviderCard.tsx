import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderInfo, ProviderKeyInfo } from '../../../contract/index.ts';
import { duration, percent } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure, showUndoable } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { MoreMenu } from '../../parts/MoreMenu.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tag, type Tone } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { ReplaceKey } from './ReplaceKey.tsx';
import { tellStatus } from './tell-status.ts';

interface ProviderCardProps {
  provider: ProviderInfo;
  keys: ProviderKeyInfo[];
  onAddKey(): void;
}

/** A provider with its keys and how it has been answering. */
export function ProviderCard({ provider, keys, onAddKey }: ProviderCardProps) {
  return (
    <Panel>
      <Group justify="space-between" align="flex-start" gap="md">
        <div style={{ minWidth: 200, flex: '1 1 280px' }}>
          <Group gap="xs">
            <Text fw={600}>{provider.name}</Text>
            {provider.kind !== 'builtIn' && <Tag tone="calm">{t(`providerKind.${provider.kind}`)}</Tag>}
          </Group>
          <Text size="xs" c="dimmed" className="clip">
            {provider.baseUrl}
          </Text>
        </div>
        <Health provider={provider} />
        <Group gap={4}>
          {provider.kind !== 'local' && (
            <Button size="compact-xs" variant="subtle" onClick={onAddKey}>
              {t('providers.addKey')}
            </Button>
          )}
          {provider.custom && !provider.custom.declared && <CustomMenu provider={provider} />}
        </Group>
      </Group>
      {keys.length > 0 && (
        <Stack gap={6} mt="sm">
          {keys.map((key) => (
            <KeyLine key={key.id} providerKey={key} />
          ))}
        </Stack>
      )}
      {provider.local && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('providers.localModels', { count: provider.local.models.length })}
        </Text>
      )}
    </Panel>
  );
}

const circuitTones = { closed: 'good', halfOpen: 'warn', open: 'bad' } as const;

function Health({ provider: { health } }: { provider: ProviderInfo }) {
  const facts = [
    [t('providers.success'), health.errorRate === null ? null : percent(1 - health.errorRate)],
    [t('column.firstByte'), health.firstByteMs === null ? null : duration(health.firstByteMs)],
  ] as const;
  return (
    <Group gap="lg" align="flex-start">
      {facts.map(([title, value]) => (
        <div key={title}>
          <Text size="xs" c="dimmed">
            {title}
          </Text>
          <Text size="sm" className="figures" {...(value === null && { c: 'dimmed' })}>
            {value ?? t('providers.notMeasured')}
          </Text>
        </div>
      ))}
      <div>
        <Text size="xs" c="dimmed">
          {t('providers.circuit')}
        </Text>
        <Tag tone={circuitTones[health.circuit]}>{t(`circuit.${health.circuit}`)}</Tag>
      </div>
    </Group>
  );
}

const statusTones: Record<ProviderKeyInfo['status'], Tone> = {
  works: 'good',
  refused: 'bad',
  unreadable: 'bad',
  unreachable: 'warn',
  rateLimited: 'warn',
  unchecked: 'calm',
};

function KeyLine({ providerKey }: { providerKey: ProviderKeyInfo }) {
  const { id, label, lastFour, status, source, checkedAtMs } = providerKey;
  const [replacing, setReplacing] = useState(false);
  const testing = useMutation(
    gateway.providerKeys.test.mutationOptions({
      onSuccess: ({ status }) => tellStatus(status),
      onError: showFailure,
    }),
  );
  const restoring = useMutation(gateway.providerKeys.restore.mutationOptions({ onError: showFailure }));
  const removing = useMutation(
    gateway.providerKeys.remove.mutationOptions({
      onSuccess: () => showUndoable(t('providers.keyRemoved', { name: label }), () => restoring.mutate({ id })),
      onError: showFailure,
    }),
  );
  return (
    <Group justify="space-between" gap="xs" className="line">
      <Group gap="sm">
        {source === 'stored' && (
          <Text size="sm" fw={500}>
            {label}
          </Text>
        )}
        <Text size="sm" ff="monospace" c="dimmed">
          ••••{lastFour}
        </Text>
        <Tag tone={statusTones[status]}>{t(`keyStatus.${status}`)}</Tag>
        {source === 'environment' && <Tag tone="calm">{t('providers.fromEnvironment')}</Tag>}
        {checkedAtMs !== null && (
          <Text size="xs" c="dimmed">
            {t('providers.checked')} <Ago atMs={checkedAtMs} />
          </Text>
        )}
      </Group>
      <Group gap={4}>
        <Button size="compact-xs" variant="subtle" loading={testing.isPending} onClick={() => testing.mutate({ id })}>
          {t('providers.test')}
        </Button>
        {source === 'stored' && (
          <>
            <Button size="compact-xs" variant="subtle" onClick={() => setReplacing(true)}>
              {t('providers.replace')}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="red"
              className="danger"
              onClick={() => removing.mutate({ id })}
            >
              {t('action.remove')}
            </Button>
          </>
        )}
      </Group>
      {(status === 'unreadable' || status === 'refused') && (
        <Text size="xs" c="dimmed" w="100%">
          {t(`keyAdvice.${status}`)}
        </Text>
      )}
      {replacing && <ReplaceKey id={id} name={label} onClose={() => setReplacing(false)} />}
    </Group>
  );
}

function CustomMenu({ provider: { id, name } }: { provider: ProviderInfo }) {
  const checking = useMutation(
    gateway.providers.check.mutationOptions({
      onSuccess: ({ check }) =>
        check.result === 'works' ? showDone(t('providers.answers', { name })) : tellStatus(check.result, check.detail),
      onError: showFailure,
    }),
  );
  const restoring = useMutation(gateway.providers.restore.mutationOptions({ onError: showFailure }));
  const removing = useMutation(
    gateway.providers.remove.mutationOptions({
      onSuccess: () => showUndoable(t('providers.removed', { name }), () => restoring.mutate({ id })),
      onError: showFailure,
    }),
  );
  return (
    <MoreMenu name={name}>
      <Menu.Item onClick={() => checking.mutate({ id })}>{t('providers.test')}</Menu.Item>
      <Menu.Item color="red" onClick={() => removing.mutate({ id })}>
        {t('action.remove')}
      </Menu.Item>
    </MoreMenu>
  );
}
