import { Alert, Skeleton, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SettingsPatch } from '../../../contract/settings.ts';
import { inBrowser } from '../../client.ts';
import { t } from '../../i18n/index.ts';
import { showFailure, showUndoable } from '../../notices.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Page } from '../../parts/Page.tsx';
import { gateway } from '../../queries.ts';
import { useRole } from '../../role.ts';
import { About } from './About.tsx';
import { Account } from './Account.tsx';
import { Appearance } from './Appearance.tsx';
import { CacheAndData } from './CacheAndData.tsx';
import { Capture } from './Capture.tsx';
import { Data } from './Data.tsx';
import { DesktopApp } from './DesktopApp.tsx';
import { Network } from './Network.tsx';
import { Users } from './Users.tsx';

/** What one can set, each change at work at once. */
export function Settings() {
  const isOwner = useRole() === 'owner';
  return (
    <Page title={t('settings.title')}>
      <Stack gap="md" maw={760}>
        <Appearance />
        {isOwner && !inBrowser && <DesktopApp />}
        {inBrowser && <Account />}
        {isOwner && inBrowser && <Users />}
        {isOwner && <OfGateway />}
        {isOwner && <About />}
      </Stack>
    </Page>
  );
}

/** What holds for everybody who uses the gateway. */
function OfGateway() {
  const queries = useQueryClient();
  const settings = useQuery(gateway.settings.get.queryOptions());
  const refresh = () => queries.invalidateQueries({ queryKey: gateway.settings.key() });
  const undoing = useMutation(gateway.settings.update.mutationOptions({ onSettled: refresh, onError: showFailure }));
  const changing = useMutation(gateway.settings.update.mutationOptions({ onSettled: refresh, onError: showFailure }));
  const onChange = (patch: SettingsPatch, back: SettingsPatch) =>
    changing.mutate(patch, { onSuccess: () => showUndoable(t('settings.saved'), () => undoing.mutate(back)) });
  return (
    <>
      {settings.isError && <Failure error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.isPending && <Skeleton h={400} />}
      {settings.data && (
        <>
          {settings.data.routingPaused && (
            <Alert color="yellow" variant="outline">
              {t('settings.paused')}
            </Alert>
          )}
          <CacheAndData key={JSON.stringify(settings.data)} settings={settings.data} onChange={onChange} />
          <Capture key={JSON.stringify(settings.data.capture)} settings={settings.data} onChange={onChange} />
          <Network settings={settings.data} onChange={onChange} />
        </>
      )}
      <Data />
    </>
  );
}
