import type { QueryClient } from '@tanstack/react-query';
import type { GatewayEvent } from '../contract/index.ts';
import { client } from './client.ts';
import { gateway, noticeSignOut } from './queries.ts';
import { refresh } from './refresh.ts';
import { session } from './session.ts';
import { createStore } from './store.ts';

/** Whether what the page shows follows what happens. */
export const connection = createStore<'connecting' | 'live' | 'lost'>('connecting');

/** Figures are asked for again at most this often, however many requests end. */
const PAUSE_MS = 300;
const LONGEST_WAIT_MS = 10_000;
/** By then a new page has been drawn. */
const STANDS_MS = 1000;

/** Follows the gateway until the signal aborts: each event makes what it touches be asked for again. */
export async function follow(queries: QueryClient, signal: AbortSignal): Promise<void> {
  const refreshFigures = throttle(() => {
    void refresh(queries, gateway.requests.key());
    void refresh(queries, gateway.analytics.key());
    void refresh(queries, gateway.limits.key());
    // When each was last used.
    void refresh(queries, gateway.gatewayKeys.key());
    // How each has been answering.
    void refresh(queries, gateway.providers.key());
  });
  let failures = 0;
  while (!signal.aborted) {
    await untilSeen(signal);
    const unseen = new AbortController();
    const stop = onceHidden(() => unseen.abort());
    try {
      const events = await client.events(undefined, { signal: AbortSignal.any([signal, unseen.signal]) });
      // Nobody kept what happened before. A page that is new asked just now, and does so again once it stands.
      if (connection.get() === 'connecting') setTimeout(() => void askAgain(queries), STANDS_MS);
      else void queries.invalidateQueries();
      connection.set('live');
      failures = 0;
      for await (const event of events) take(event, queries, refreshFigures);
    } catch (error) {
      if (!unseen.signal.aborted) noticeSignOut(error);
    } finally {
      stop();
    }
    if (signal.aborted || session.get() === 'out') return;
    if (unseen.signal.aborted) continue;
    connection.set('lost');
    failures += 1;
    await sleep(Math.min(LONGEST_WAIT_MS, 250 * 2 ** failures), signal);
  }
}

/**
 * Browsers let all tabs of a gateway have six connections together: a tab that nobody has looked at for so long gives its own back, and
 * asks for everything anew when it is seen again.
 */
const HIDDEN_MS = 5_000;

function onceHidden(act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = setTimeout(act, HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}

function untilSeen(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.visibilityState === 'hidden' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
  });
}

/** What failed just now is left to whoever reads that it did. */
function askAgain(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ predicate: (query) => query.state.data !== undefined });
}

/** What may have changed when an event of a type arrives. */
const touched = {
  settings: ['settings', 'models', 'providers'],
  keys: ['providerKeys', 'gatewayKeys', 'limits', 'providers', 'models', 'connections'],
  providers: ['providers', 'providerKeys', 'models'],
  aliases: ['aliases'],
  users: ['users', 'account', 'gatewayKeys'],
  alerts: ['alerts'],
  connections: ['connections'],
  models: ['models', 'registry'],
  registryCheck: ['registry'],
  desktop: ['desktop'],
  limit: ['limits'],
  routing: ['routing'],
} as const;

function take(event: GatewayEvent, queries: QueryClient, refreshFigures: () => void): void {
  if (event.type === 'requests') refreshFigures();
  else for (const area of touched[event.type]) void refresh(queries, gateway[area].key());
}

/** At once, then at most once a pause; the last call is never lost. */
function throttle(act: () => void): () => void {
  let waiting = false;
  let again = false;
  const run = () => {
    if (waiting) {
      again = true;
      return;
    }
    waiting = true;
    act();
    setTimeout(() => {
      waiting = false;
      if (again) {
        again = false;
        run();
      }
    }, PAUSE_MS);
  };
  return run;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
