import type { Model } from '../../models/schema.ts';
import type { Provider } from '../catalog.ts';
import type { Caller } from '../http.ts';
import { openUpstream } from '../upstream.ts';
import { LISTS, type List } from './listing.ts';

/** A local provider as it was last seen. */
export interface Seen {
  running: boolean;
  models: readonly Model[];
  /** Null: not yet looked for. */
  checkedAtMs: number | null;
}

interface DiscoveryOptions {
  caller: Caller;
  /** The row of a local provider, as it holds now. */
  rowOf(id: string): Provider | undefined;
  /** What proves who is calling, where its owner has given it a key. */
  credentials(provider: Provider): Promise<Record<string, string>>;
  isOn(): boolean;
  /** Told when a server or a model came or went. */
  onChange(): void;
}

export interface Discovery {
  seen(id: string): Seen | undefined;
  models(): Model[];
  /** Looks for all of them now, or for one. */
  look(id?: string): Promise<void>;
  /** From now on as the settings say. */
  restart(): void;
  close(): void;
}

/** While a server runs, and while it does not: a refused connection to this machine costs some 0.2 ms. */
const RUNNING_EVERY_MS = 20_000;
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;
const TIMEOUTS = { connectMs: 1_000, firstByteMs: 2_000, silenceMs: 2_000 };
const NOTHING: Seen = { running: false, models: [], checkedAtMs: null };

/** Looks for servers on this machine at the start and from time to time, less often while they are not there. */
export function createDiscovery({ caller, rowOf, credentials, isOn, onChange }: DiscoveryOptions): Discovery {
  let closed = false;
  const servers = Object.entries(LISTS).map(([id, createList]) => createServer(id, createList()));

  function createServer(id: string, list: List) {
    let seen = NOTHING;
    let waitMs = FIRST_RETRY_MS;
    let timer: NodeJS.Timeout | undefined;
    let looking: Promise<void> | undefined;

    async function lookOnce(): Promise<void> {
      clearTimeout(timer);
      const row = rowOf(id);
      const models = row === undefined || !isOn() ? undefined : await listAt(row, list);
      if (closed) return;
      const before = seen;
      const running = models !== undefined && isOn();
      seen = { running, models: running ? models : [], checkedAtMs: Date.now() };
      waitMs = running ? FIRST_RETRY_MS : Math.min(waitMs * 2, LAST_RETRY_MS);
      if (isOn()) timer = setTimeout(look, running ? RUNNING_EVERY_MS : waitMs).unref();
      const isSame = before.running === running && JSON.stringify(before.models) === JSON.stringify(seen.models);
      if (!isSame) onChange();
    }

    /** One look at a time; who asks meanwhile waits for it. */
    function look(): Promise<void> {
      looking ??= lookOnce().finally(() => {
        looking = undefined;
      });
      return looking;
    }

    return { id, look, seen: () => seen, stop: () => clearTimeout(timer) };
  }

  async function listAt(row: Provider, list: List): Promise<Model[] | undefined> {
    try {
      const headers = { accept: 'application/json', ...(await credentials(row)) };
      return await list(async (path, body) => {
        const call = {
          provider: row.id,
          origin: row.origin,
          path,
          method: body === undefined ? 'GET' : 'POST',
          headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
          body: body === undefined ? null : [Buffer.from(JSON.stringify(body))],
        } as const;
        const upstream = await openUpstream(caller, { call, timeouts: TIMEOUTS }, () => {});
        if (upstream.kind === 'stream') upstream.abort();
        return upstream.kind === 'whole' && upstream.status === 200 ? JSON.parse(upstream.body.toString()) : undefined;
      });
    } catch {
      // Nobody there, or nobody that speaks of models.
      return undefined;
    }
  }

  async function look(id?: string): Promise<void> {
    await Promise.all(servers.filter((server) => id === undefined || server.id === id).map((server) => server.look()));
  }

  return {
    seen: (id) => servers.find((server) => server.id === id)?.seen(),
    models: () => servers.flatMap((server) => server.seen().models),
    look,
    restart: () => void look(),
    close() {
      closed = true;
      for (const server of servers) server.stop();
    },
  };
}
