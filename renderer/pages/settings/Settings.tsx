import { Alert, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ComponentType, ReactNode } from 'react';
import type { SettingsPatch } from '../../../contract/settings.ts';
import { inBrowser } from '../../client.ts';
import { type MessageKey, t } from '../../i18n/index.ts';
import { showFailure, showUndoable } from '../../notices.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Page } from '../../parts/Page.tsx';
import { gateway } from '../../queries.ts';
import { useRole } from '../../role.ts';
import { About } from './About.tsx';
import { Account } from './Account.tsx';
import { Appearance } from './Appearance.tsx';
import { Budgets } from './Budgets.tsx';
import { Cache } from './Cache.tsx';
import { Capture } from './Capture.tsx';
import { Data } from './Data.tsx';
import { DesktopApp } from './DesktopApp.tsx';
import { Network } from './Network.tsx';
import type { SettingsPart } from './part.ts';
import { type Section, Sections } from './Sections.tsx';
import { Updates } from './Updates.tsx';
import { Users } from './Users.tsx';

const ofEverybody: Section[] = [
  { id: 'appearance', title: 'settings.appearance', body: <Appearance /> },
  ...(inBrowser ? [{ id: 'account', title: 'account.title', body: <Account /> } as const] : []),
];
const ofGateway = [
  ['cache', 'settings.cache', Cache],
  ['budgets', 'settings.budgets', Budgets],
  ['capture', 'capture.title', Capture],
  ['network', 'settings.network', Network],
  ['updates', 'settings.updates', Updates],
] satisfies [string, MessageKey, ComponentType<SettingsPart>][];
const ofOwner: Section[] = [
  { id: 'data', title: 'data.title', body: <Data /> },
  { id: 'about', title: 'about.title', body: <About /> },
];

/** What one can set, each change at work at once. */
export function Settings() {
  return useRole() === 'owner' ? <OfOwner /> : <Sectioned sections={ofEverybody} />;
}

function OfOwner() {
  const queries = useQueryClient();
  const settings = useQuery(gateway.settings.get.queryOptions());
  const refresh = () => queries.invalidateQueries({ queryKey: gateway.settings.key() });
  const undoing = useMutation(gateway.settings.update.mutationOptions({ onSettled: refresh, onError: showFailure }));
  const changing = useMutation(gateway.settings.update.mutationOptions({ onSettled: refresh, onError: showFailure }));
  const onChange = (patch: SettingsPatch, back: SettingsPatch) =>
    changing.mutate(patch, { onSuccess: () => showUndoable(t('settings.saved'), () => undoing.mutate(back)) });
  const host: Section = inBrowser
    ? { id: 'users', title: 'users.title', body: <Users /> }
    : { id: 'desktop', title: 'desktop.title', body: <DesktopApp /> };
  const draw = (Part: ComponentType<SettingsPart>) =>
    settings.data ? <Part settings={settings.data} onChange={onChange} /> : <Skeleton h={160} />;
  const parts = ofGateway.map(([id, title, Part]): Section => ({ id, title, body: draw(Part) }));
  return (
    <Sectioned sections={[...ofEverybody, host, ...(settings.isError && !settings.data ? [] : parts), ...ofOwner]}>
      {settings.isError && <Failure error={settings.error} onRetry={() => settings.refetch()} />}
      {settings.data?.routingPaused && (
        <Alert color="yellow" variant="outline">
          {t('settings.paused')}
        </Alert>
      )}
    </Sectioned>
  );
}

function Sectioned({ sections, children }: { sections: Section[]; children?: ReactNode }) {
  return (
    <Page title={t('settings.title')}>
      <Sections sections={sections}>{children}</Sections>
    </Page>
  );
}
