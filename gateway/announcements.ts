import type { Alerts } from './alerts/index.ts';
import type { Events } from './api/index.ts';
import type { Host, Notice } from './host.ts';
import type { Words } from './hosting/words.ts';
import type { RequestRow } from './ledger/index.ts';
import type { Reached } from './limits/index.ts';
import { noticeOf } from './limits/sentences.ts';

interface AnnouncementsOptions {
  events: Events;
  notify: Host['notify'];
  words(): Words;
  alerts(): Alerts;
}

/** Tells of what happened whoever is there to hear it: open dashboards, the host, and where the owner wants alerts to go. */
export function createAnnouncements({ events, notify, words, alerts }: AnnouncementsOptions) {
  return {
    /** Rows that are in the ledger now. What shows them to people is loaded on first use: it is not needed to answer. */
    async rows(rows: readonly RequestRow[]): Promise<void> {
      if (!events.hasSubscribers()) return;
      const { showRequest } = await import('./api/shown.ts');
      const show = (shown: readonly RequestRow[]) => ({
        type: 'requests' as const,
        count: shown.length,
        latest: shown.slice(-20).reverse().map(showRequest),
      });
      events.publish(show(rows), (sees) => {
        const own = rows.filter(({ clientId }) => sees(clientId));
        return own.length === 0 ? undefined : show(own);
      });
    },
    prices(notice: Notice): void {
      const { title, body, page = '/models' } = notice;
      notify(notice);
      alerts().happened({ kind: 'priceChange', title, body, page });
    },
    reached(reached: Reached): void {
      const { title, body, page = '/keys' } = noticeOf(reached, words());
      notify({ kind: 'budget', title, body, page });
      alerts().happened({ kind: 'budget', percent: reached.percent, title, body, page });
      if (!events.hasSubscribers()) return;
      void import('./api/limit.ts').then(({ showReached }) => {
        const event = showReached(reached);
        events.publish(event, (sees) => (sees(event.id) ? event : undefined));
      });
    },
  };
}

interface Changing {
  onChange(listener: () => void): void;
}

/** Open dashboards read anew what has changed. */
export function announceChanges(events: Events, { gatewayKeys, registry, ...owners }: ChangingParts): void {
  const { providers, policies, accounts, aliases, vault, settings, desktop } = owners;
  providers.onChange(() => events.publish({ type: 'providers' }));
  policies.onChange(() => events.publish({ type: 'routing' }));
  accounts.onChange(() => events.publish({ type: 'users' }));
  aliases.onChange(() => events.publish({ type: 'aliases' }));
  vault.onChange(() => events.publish({ type: 'keys' }));
  settings.onChange(() => events.publish({ type: 'settings' }));
  desktop?.onChange(() => events.publish({ type: 'desktop' }));
  gatewayKeys.onChange(() => events.publish({ type: 'keys' }, () => ({ type: 'keys' })));
  registry.onChange(() => {
    const event = { type: 'models' as const, version: registry.version };
    events.publish(event, () => event);
  });
}

interface ChangingParts {
  providers: Changing;
  policies: Changing;
  accounts: Changing;
  aliases: Changing;
  vault: Changing;
  settings: Changing;
  desktop: Changing | undefined;
  gatewayKeys: Changing;
  registry: Changing & { readonly version: string };
}
