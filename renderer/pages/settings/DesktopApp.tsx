import { Alert, Button, Group, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DesktopState } from '../../../contract/desktop.ts';
import { usePreferences } from '../../desktop.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';

const kinds = ['prices', 'budget', 'provider', 'key', 'alert'] as const;

/** What only the desktop app has; nothing in a browser. */
export function DesktopApp() {
  const state = useQuery(gateway.desktop.get.queryOptions());
  return state.data?.desktop ? <Body desktop={state.data.desktop} /> : null;
}

function Body({ desktop: { preferences, dataDirectory, update, keyProtection } }: { desktop: DesktopState }) {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: gateway.desktop.key() });
  const changing = usePreferences();
  const opening = useMutation(gateway.desktop.openDataDirectory.mutationOptions({ onError: showFailure }));
  const checking = useMutation(
    gateway.desktop.checkForUpdate.mutationOptions({ onSettled: refresh, onError: showFailure }),
  );
  const installing = useMutation(gateway.desktop.installUpdate.mutationOptions({ onError: showFailure }));
  const exporting = useMutation(
    gateway.desktop.exportDiagnostics.mutationOptions({
      onSuccess: ({ path }) => path !== null && showDone(t('desktop.exported', { path })),
      onError: showFailure,
    }),
  );
  const flags = ['launchAtLogin', 'startHidden', 'checkForUpdates'] as const;
  return (
    <Panel title={t('desktop.title')}>
      <Stack gap="sm">
        {flags.map((flag) => (
          <Switch
            key={flag}
            label={t(`desktop.${flag}`)}
            checked={preferences[flag]}
            onChange={(event) => changing.mutate({ [flag]: event.currentTarget.checked })}
          />
        ))}
        <Switch.Group
          label={t('desktop.notify')}
          value={kinds.filter((kind) => preferences.notifications[kind])}
          onChange={(on) =>
            changing.mutate({ notifications: Object.fromEntries(kinds.map((kind) => [kind, on.includes(kind)])) })
          }
        >
          <Stack gap="xs" mt="xs">
            {kinds.map((kind) => (
              <Switch key={kind} value={kind} label={t(`desktop.notify.${kind}`)} />
            ))}
          </Stack>
        </Switch.Group>
        {keyProtection?.strong === false && (
          <Alert color="yellow" variant="outline">
            {t('desktop.keysWeak')}
          </Alert>
        )}
        <NumberInput
          w={200}
          label={t('desktop.port')}
          description={t('desktop.portAbout')}
          min={1}
          max={65_535}
          hideControls
          defaultValue={preferences.port}
          onBlur={(event) => {
            const port = Number(event.currentTarget.value);
            if (port > 0 && port !== preferences.port) changing.mutate({ port });
          }}
        />
        <Group gap="xs">
          {update.state === 'ready' ? (
            <Button size="xs" loading={installing.isPending} onClick={() => installing.mutate({})}>
              {t('desktop.install', { version: update.version ?? '' })}
            </Button>
          ) : (
            <Button
              size="xs"
              variant="default"
              loading={checking.isPending || update.state === 'checking' || update.state === 'downloading'}
              onClick={() => checking.mutate({})}
            >
              {t('desktop.check')}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => opening.mutate({})}>
            {t('desktop.openData')}
          </Button>
          <Button size="xs" variant="default" loading={exporting.isPending} onClick={() => exporting.mutate({})}>
            {t('desktop.export')}
          </Button>
        </Group>
        <Text size="xs" c="dimmed">
          {update.why ?? dataDirectory}
        </Text>
      </Stack>
    </Panel>
  );
}
