import type { Icon } from '@tabler/icons-react';
import {
  IconArrowsSplit2,
  IconBell,
  IconChartAreaLine,
  IconKey,
  IconListDetails,
  IconMessageCircle,
  IconPlugConnected,
  IconSettings,
  IconStack2,
  IconTerminal2,
} from '@tabler/icons-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { MessageKey } from '../i18n/index.ts';
import { useRole } from '../role.ts';

export interface PageEntry {
  path: string;
  title: MessageKey;
  icon: Icon;
  group: 'watch' | 'use' | 'setUp';
  /** Whether users whom the owner invited have it too. */
  forMembers?: boolean;
  Body: LazyExoticComponent<ComponentType>;
  /** Fetches the code of the page, so that it is there when it is asked for. */
  load(): Promise<unknown>;
}

type Loader = () => Promise<Record<string, ComponentType>>;

function page(entry: Omit<PageEntry, 'Body' | 'load'>, name: string, load: Loader): PageEntry {
  const Body = lazy(async () => {
    const { [name]: body } = await load();
    if (body === undefined) throw new Error(`There is no page ${name}.`);
    return { default: body };
  });
  return { ...entry, load, Body };
}

/** Every page, in the order of the sidebar. */
const pages: readonly PageEntry[] = [
  page(
    { path: '/', title: 'overview.title', icon: IconChartAreaLine, group: 'watch', forMembers: true },
    'Overview',
    () => import('../pages/overview/Overview.tsx'),
  ),
  page(
    { path: '/requests', title: 'requests.title', icon: IconListDetails, group: 'watch', forMembers: true },
    'Requests',
    () => import('../pages/requests/Requests.tsx'),
  ),
  page(
    { path: '/playground', title: 'playground.title', icon: IconMessageCircle, group: 'use', forMembers: true },
    'Playground',
    () => import('../pages/playground/Playground.tsx'),
  ),
  page(
    { path: '/connect', title: 'connect.title', icon: IconTerminal2, group: 'use', forMembers: true },
    'Connect',
    () => import('../pages/connect/Connect.tsx'),
  ),
  page(
    { path: '/keys', title: 'keys.title', icon: IconKey, group: 'use', forMembers: true },
    'Keys',
    () => import('../pages/keys/Keys.tsx'),
  ),
  page(
    { path: '/providers', title: 'providers.title', icon: IconPlugConnected, group: 'setUp' },
    'Providers',
    () => import('../pages/providers/Providers.tsx'),
  ),
  page(
    { path: '/alerts', title: 'alerts.title', icon: IconBell, group: 'watch' },
    'Alerts',
    () => import('../pages/alerts/Alerts.tsx'),
  ),
  page(
    { path: '/models', title: 'models.title', icon: IconStack2, group: 'setUp' },
    'Models',
    () => import('../pages/models/Models.tsx'),
  ),
  page(
    { path: '/routing', title: 'routing.title', icon: IconArrowsSplit2, group: 'setUp' },
    'Routing',
    () => import('../pages/routing/Routing.tsx'),
  ),
  page(
    { path: '/settings', title: 'settings.title', icon: IconSettings, group: 'setUp', forMembers: true },
    'Settings',
    () => import('../pages/settings/Settings.tsx'),
  ),
];

/** The pages of who is signed in. */
export function usePages(): readonly PageEntry[] {
  const role = useRole();
  return pages.filter((one) => role === 'owner' || one.forMembers);
}
