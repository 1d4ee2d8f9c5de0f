import { Button, Group, Skeleton, Stack, Switch, Text, Tooltip } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConnectedTool } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tag, type Tone } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { ToolChange } from './ToolChange.tsx';

const tones: Record<ConnectedTool['state'], Tone> = {
  connected: 'good',
  changed: 'good',
  wrongPort: 'bad',
  elsewhere: 'warn',
  keyRevoked: 'bad',
  restored: 'calm',
  byHand: 'good',
  unreadable: 'bad',
  available: 'calm',
  notInstalled: 'calm',
};

/** Tools on this machine: how they stand, and one button that points each here or puts it back. */
export function Tools() {
  const tools = useQuery(gateway.connections.list.queryOptions());
  const settings = useQuery(gateway.settings.get.queryOptions());
  const [change, setChange] = useState<{ tool: ConnectedTool; action: 'connect' | 'disconnect' }>();
  const repoint = useMutation(
    gateway.connections.repoint.mutationOptions({
      onSuccess: () => showDone(t('tools.repointed')),
      onError: showFailure,
    }),
  );
  const update = useMutation(gateway.settings.update.mutationOptions({ onError: showFailure }));
  // Those that can be connected at once come first.
  const list = [...(tools.data?.tools ?? [])].sort((a, b) => rank(a) - rank(b));
  const isStranded = list.some(({ state }) => state === 'wrongPort');
  return (
    <Panel
      title={t('tools.title')}
      aside={
        isStranded && (
          <Button size="compact-sm" loading={repoint.isPending} onClick={() => repoint.mutate({})}>
            {t('tools.repoint')}
          </Button>
        )
      }
    >
      {tools.isPending && <Skeleton h={220} />}
      {tools.isError && <Failure error={tools.error} onRetry={() => tools.refetch()} />}
      <Stack gap="sm">
        {list.map((tool) => (
          <ToolRow
            key={tool.id}
            tool={tool}
            home={tools.data?.home ?? ''}
            onChange={(action) => setChange({ tool, action })}
          />
        ))}
        {settings.data !== undefined && (
          <Switch
            mt="xs"
            label={t('tools.onQuit')}
            description={t('tools.onQuitAbout')}
            checked={settings.data.connections.onQuit === 'restore'}
            onChange={({ currentTarget }) =>
              update.mutate({ connections: { onQuit: currentTarget.checked ? 'restore' : 'leave' } })
            }
          />
        )}
      </Stack>
      {change !== undefined && <ToolChange {...change} onClose={() => setChange(undefined)} />}
    </Panel>
  );
}

interface ToolRowProps {
  tool: ConnectedTool;
  home: string;
  onChange(action: 'connect' | 'disconnect'): void;
}

function ToolRow({ tool, home, onChange }: ToolRowProps) {
  const { name, state, files, connection, sentence } = tool;
  const isConnected = connection !== null;
  const again = isConnected && (state === 'elsewhere' || state === 'keyRevoked' || state === 'wrongPort');
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <div>
        <Group gap="xs">
          <Text fw={600} size="sm">
            {name}
          </Text>
          <Tag tone={tones[state]}>{t(`tools.state.${state}`)}</Tag>
          {connection !== null && (
            <Text size="xs" c="dimmed">
              {connection.lastUsedAtMs === null ? (
                t('tools.neverCalled')
              ) : (
                <>
                  {t('tools.called')} <Ago atMs={connection.lastUsedAtMs} />
                </>
              )}
            </Text>
          )}
        </Group>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {state === 'unreadable' ? (
            sentence
          ) : files.length === 0 ? (
            t('tools.linesOnly')
          ) : (
            <Tooltip
              label={files.join(' · ')}
              position="bottom-start"
              multiline
              maw={520}
              style={{ overflowWrap: 'anywhere' }}
            >
              <span>{files.map((path) => fromHome(path, home)).join(' · ')}</span>
            </Tooltip>
          )}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap">
        {(!isConnected || again) && (
          <Button
            size="compact-sm"
            variant={state === 'notInstalled' ? 'default' : 'filled'}
            aria-label={t('tools.connectOne', { name })}
            onClick={() => onChange('connect')}
          >
            {t(again ? 'tools.again' : 'tools.connect')}
          </Button>
        )}
        {isConnected && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t('tools.disconnectOne', { name })}
            onClick={() => onChange('disconnect')}
          >
            {t('tools.disconnect')}
          </Button>
        )}
      </Group>
    </Group>
  );
}

/** `~/.codex/config.toml`: what comes before is the same for all. */
function fromHome(path: string, home: string): string {
  const [separator] = path.slice(home.length);
  return path.startsWith(home) && (separator === '/' || separator === '\\') ? `~${path.slice(home.length)}` : path;
}

function rank({ state }: ConnectedTool): number {
  if (state === 'notInstalled') return 2;
  return state === 'available' ? 1 : 0;
}
