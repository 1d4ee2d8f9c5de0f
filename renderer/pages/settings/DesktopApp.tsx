import { Alert, Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DesktopState } from '../../../contract/desktop.ts';
import { useDesktop, usePreferences } from '../../desktop.ts';
import { percent } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { NumberField } from './NumberField.tsx';

const kinds = ['prices', 'budget', 'provider', 'key', 'alert'] as const;

/** What only the desktop app has; nothing in a browser. */
export function DesktopApp() {
  const desktop = useDesktop();
  return desktop && <Body desktop={desktop} />;
}

function Body({ desktop: { preferences, update, keyProtection } }: { desktop: DesktopState }) {
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
        <NumberField
          w={200}
          label={t('desktop.port')}
          description={t('desktop.portAbout')}
          thousandSeparator=""
          min={1}
          max={65_535}
          value={preferences.port}
          onSet={(port) => changing.mutate({ port })}
        />
        <Group gap="xs">
          {update.state === 'ready' ? (
            <Button size="xs" loading={installing.isPending} onClick={() => installing.mutate({})}>
              {t('desktop.install', { version: update.version ?? '' })}
            </Button>
          ) : (
            update.state !== 'off' && (
              <Button
                size="xs"
                variant="default"
                loading={checking.isPending || update.state === 'checking' || update.state === 'downloading'}
                onClick={() => checking.mutate({})}
              >
                {t('desktop.check')}
              </Button>
            )
          )}
          <Button size="xs" variant="default" onClick={() => opening.mutate({})}>
            {t('desktop.openData')}
          </Button>
          <Button size="xs" variant="default" loading={exporting.isPending} onClick={() => exporting.mutate({})}>
            {t('desktop.export')}
          </Button>
        </Group>
        <Text size="xs" c="dimmed" role="status">
          <Found update={update} />
        </Text>
      </Stack>
    </Panel>
  );
}

/** What looking for a new version has come to. */
function Found({ update: { state, version, percent: done, why, checkedAtMs } }: Pick<DesktopState, 'update'>) {
  if (why !== null) return why;
  if (state === 'ready') return t('desktop.ready', { version: version ?? '' });
  if (state === 'downloading')
    return t('desktop.downloading', { version: version ?? '', percent: percent((done ?? 0) / 100) });
  if (checkedAtMs === null) return t('desktop.notChecked');
  return (
    <>
      {t('desktop.newest')} <Ago atMs={checkedAtMs} />
    </>
  );
}
