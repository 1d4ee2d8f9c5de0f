import type { RequestInfo } from '../contract/index.ts';
import type { Client } from './client.ts';

/** What the tray shows of today. */
export interface Stats {
  requests: number;
  costUsd: number;
  /** Requests whose cost is unknown; `costUsd` is without them. */
  unknownCosts: number;
  /** Against one model for everything; negative where that would have been cheaper. Null: no price to reckon with. */
  savedUsd: number | null;
  /** 0..1; null while no request has looked in the cache. */
  cacheHitRate: number | null;
  /** Newest first. */
  latest: RequestInfo[];
}

/** Since midnight where the person is. */
export async function readStats(client: Client): Promise<Stats> {
  const today = { fromMs: new Date().setHours(0, 0, 0, 0) };
  const [sums, savings, page] = await Promise.all([
    client.analytics.overview(today),
    client.analytics.savings(today),
    client.requests.page({ limit: 3 }),
  ]);
  const { requests, costUsd, unknownCosts, cacheHitRate } = sums;
  const savedUsd = savings.baseline === null ? null : savings.savedUsd;
  return { requests, costUsd, unknownCosts, savedUsd, cacheHitRate, latest: page.requests };
}

/** Calls back when figures may have changed: after requests, at most once a second, and every minute, as days end. Until the signal aborts. */
export async function followChanges(client: Client, changed: () => void, signal: AbortSignal): Promise<void> {
  let waiting: NodeJS.Timeout | undefined;
  const soon = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      changed();
    }, 1_000);
  };
  const everyMinute = setInterval(changed, 60_000);
  signal.addEventListener('abort', () => {
    clearInterval(everyMinute);
    clearTimeout(waiting);
  });
  for await (const event of await client.events(undefined, { signal })) {
    if (event.type === 'requests') soon();
    else if (event.type === 'desktop' || event.type === 'settings') changed();
  }
}
