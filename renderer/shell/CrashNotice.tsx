import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DesktopState } from '../../contract/desktop.ts';
import { t } from '../i18n/index.ts';
import { showDone, showFailure } from '../notices.tsx';
import { Ago } from '../parts/Ago.tsx';
import { gateway } from '../queries.ts';

type Crash = NonNullable<DesktopState['lastCrash']>;

/** What ended the app the last time, until it is dismissed. */
export function CrashNotice({ crash }: { crash: Crash }) {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: gateway.desktop.key() });
  const dismissing = useMutation(gateway.desktop.dismissCrash.mutationOptions({ onSettled, onError: showFailure }));
  const exporting = useMutation(
    gateway.desktop.exportDiagnostics.mutationOptions({
      onSuccess: ({ path }) => path !== null && showDone(t('desktop.exported', { path })),
      onError: showFailure,
    }),
  );
  const title = (
    <>
      {t('crash.title')} · <Ago atMs={crash.atMs} />
    </>
  );
  return (
    <Alert color="yellow" variant="outline" title={title} mb="lg">
      <Stack gap="xs">
        <Text size="sm">{t('crash.about')}</Text>
        <Code block style={{ maxHeight: 120, overflow: 'auto' }}>
          {crash.message}
        </Code>
        <Group gap="xs">
          <Button size="xs" variant="default" loading={exporting.isPending} onClick={() => exporting.mutate({})}>
            {t('desktop.export')}
          </Button>
          <Button size="xs" loading={dismissing.isPending} onClick={() => dismissing.mutate({})}>
            {t('action.dismiss')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
