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
  load(): Promise<PageCode>;
}

interface PageCode {
  Body: ComponentType;
  /** Asks the gateway for what the page will show, before it is drawn. */
  prepare?(): void;
}

function page(entry: Omit<PageEntry, 'Body' | 'load'>, load: () => Promise<PageCode>): PageEntry {
  return { ...entry, load, Body: lazy(async () => ({ default: (await load()).Body })) };
}

/** Every page, in the order of the sidebar. */
const pages: readonly PageEntry[] = [
  page({ path: '/', title: 'overview.title', icon: IconChartAreaLine, group: 'watch', forMembers: true }, async () => {
    const { Overview: Body, prepare } = await import('../pages/overview/Overview.tsx');
    return { Body, prepare };
  }),
  page(
    { path: '/requests', title: 'requests.title', icon: IconListDetails, group: 'watch', forMembers: true },
    async () => {
      const { Requests: Body, prepare } = await import('../pages/requests/Requests.tsx');
      return { Body, prepare };
    },
  ),
  page(
    { path: '/playground', title: 'playground.title', icon: IconMessageCircle, group: 'use', forMembers: true },
    async () => ({ Body: (await import('../pages/playground/Playground.tsx')).Playground }),
  ),
  page({ path: '/connect', title: 'connect.title', icon: IconTerminal2, group: 'use', forMembers: true }, async () => ({
    Body: (await import('../pages/connect/Connect.tsx')).Connect,
  })),
  page({ path: '/keys', title: 'keys.title', icon: IconKey, group: 'use', forMembers: true }, async () => ({
    Body: (await import('../pages/keys/Keys.tsx')).Keys,
  })),
  page({ path: '/providers', title: 'providers.title', icon: IconPlugConnected, group: 'setUp' }, async () => ({
    Body: (await import('../pages/providers/Providers.tsx')).Providers,
  })),
  page({ path: '/alerts', title: 'alerts.title', icon: IconBell, group: 'watch' }, async () => ({
    Body: (await import('../pages/alerts/Alerts.tsx')).Alerts,
  })),
  page({ path: '/models', title: 'models.title', icon: IconStack2, group: 'setUp' }, async () => ({
    Body: (await import('../pages/models/Models.tsx')).Models,
  })),
  page({ path: '/routing', title: 'routing.title', icon: IconArrowsSplit2, group: 'setUp' }, async () => ({
    Body: (await import('../pages/routing/Routing.tsx')).Routing,
  })),
  page(
    { path: '/settings', title: 'settings.title', icon: IconSettings, group: 'setUp', forMembers: true },
    async () => ({ Body: (await import('../pages/settings/Settings.tsx')).Settings }),
  ),
];

/** Begins with what the page of a path needs, its code and its data, before anything is drawn. */
export async function startPage(path: string): Promise<void> {
  const code = await pages.find((one) => one.path === path)?.load();
  code?.prepare?.();
}

/** The pages of who is signed in. */
export function usePages(): readonly PageEntry[] {
  const role = useRole();
  return pages.filter((one) => role === 'owner' || one.forMembers);
}
