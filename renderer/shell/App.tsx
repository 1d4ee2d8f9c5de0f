import { AppShell } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useDesktop } from '../desktop.ts';
import { language, t } from '../i18n/index.ts';
import { follow } from '../live.ts';
import { usePath } from '../location.ts';
import { useDesktopLook } from '../look.ts';
import { session } from '../session.ts';
import { useStore } from '../store.ts';
import { CrashNotice } from './CrashNotice.tsx';
import { Header } from './Header.tsx';
import { Invitation } from './Invitation.tsx';
import { keepFocus } from './keep-focus.ts';
import { Outlet } from './Outlet.tsx';
import { Palette } from './Palette.tsx';
import { Sidebar } from './Sidebar.tsx';
import { SignIn } from './SignIn.tsx';

const Welcome = lazy(() => import('../pages/welcome/Welcome.tsx').then((module) => ({ default: module.Welcome })));

/** As wide as what lies in the lower left corner of any page: the free end of the sidebar. There a notice covers nothing that one was about to press. */
const NOTICE_PX = 224;

/** The whole page. A change of language draws all of it anew, so that parts can simply call `t`. */
export function App() {
  const spoken = useStore(language);
  const signedIn = useStore(session) === 'in';
  const [, code] = /^\/invitation\/([\w-]+)$/.exec(usePath()) ?? [];
  return (
    <div key={spoken}>
      <Notifications position="bottom-left" containerWidth={NOTICE_PX} limit={3} />
      {code !== undefined ? <Invitation code={code} /> : signedIn ? <Shell /> : <SignIn />}
    </div>
  );
}

function Shell() {
  useDesktopLook();
  const desktop = useDesktop();
  const queries = useQueryClient();
  const path = usePath();
  const [open, { toggle, close }] = useDisclosure(false);
  useEffect(() => {
    const ending = new AbortController();
    void follow(queries, ending.signal);
    return () => ending.abort();
  }, [queries]);
  const main = useRef<HTMLElement>(null);
  useEffect(() => (main.current ? keepFocus(main.current) : undefined), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu that led to it.
  useEffect(close, [path]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={{ base: 'md', lg: 'lg' }}
    >
      <button type="button" className="skip" onClick={focusMain}>
        {t('shell.skip')}
      </button>
      <AppShell.Header>
        <Header menuOpen={open} onMenu={toggle} />
      </AppShell.Header>
      <AppShell.Navbar aria-label={t('shell.pages')}>
        <Sidebar path={path} />
      </AppShell.Navbar>
      <AppShell.Main ref={main} id="main" tabIndex={-1} style={{ outline: 'none' }}>
        {desktop?.lastCrash && <CrashNotice crash={desktop.lastCrash} />}
        {desktop?.preferences.welcomed === false && path === '/' ? (
          <Suspense>
            <Welcome desktop={desktop} />
          </Suspense>
        ) : (
          <Outlet path={path} />
        )}
      </AppShell.Main>
      <Palette />
    </AppShell>
  );
}

function focusMain(): void {
  document.getElementById('main')?.focus();
}
