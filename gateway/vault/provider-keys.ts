import { randomUUID } from 'node:crypto';
import type { Database } from '../db/open.ts';
import { GatewayError } from '../errors.ts';
import type { Cipher, Logger } from '../host.ts';
import { openKeyStore, type StoredKey } from './key-store.ts';

/** What a check of a key with its provider can say. */
export type CheckResult = 'works' | 'refused' | 'unreachable' | 'rateLimited';

/** A provider key as it may be shown. `unreadable`: sealed, but this run's cipher cannot open it. */
interface ProviderKey {
  id: string;
  provider: string;
  label: string;
  /** `environment`: given for this run, stored nowhere. */
  source: 'stored' | 'environment';
  /** Null where the key is so short that four characters would give much of it away. */
  lastFour: string | null;
  status: CheckResult | 'unchecked' | 'unreadable';
  checkedAtMs: number | null;
  createdAtMs: number;
}

/** Provider keys, sealed at rest and opened only at the moment of a call. */
export interface ProviderKeys {
  /** By provider, then oldest first. Never holds a key. */
  list(): ProviderKey[];
  add(key: { provider: string; key: string; label?: string | undefined; status?: CheckResult }): Promise<ProviderKey>;
  /** Puts another key in the place of a stored one. Throws `not_found`, or `conflict` for one of the environment. */
  replace(id: string, key: string, status?: CheckResult): Promise<ProviderKey>;
  /** Takes the key out of use; it can be restored for a day, or until the next start. Throws like `replace`. */
  remove(id: string): void;
  /** Throws `not_found` once it is purged. */
  restore(id: string): ProviderKey;
  /** The provider and the opened key behind an id, for a check. Throws `not_found`, `provider_key_unreadable`. */
  reveal(id: string): Promise<{ provider: string; key: string }>;
  /** Notes what a check said. Throws `not_found`. */
  setStatus(id: string, status: CheckResult): ProviderKey;
  /**
   * The key to call a provider with: the environment's, else the newest usable one. Throws a `GatewayError`
   * `no_provider_key`, or `provider_key_unreadable` where keys are there but none can be opened.
   */
  open(provider: string): string | Promise<string>;
  /** Providers with a key that is neither refused nor unreadable. The set is replaced, never changed. */
  usableProviders(): ReadonlySet<string>;
  /** Returns what ends the subscription. */
  onChange(listener: () => void): () => void;
  close(): void;
}

interface VaultOptions {
  database: Database;
  cipher: Cipher;
  log: Logger;
  /** Keys for this run only. */
  environment?: readonly { provider: string; key: string }[];
}

/** Where a key lies: sealed in the database, or plain in the memory of this run. */
type Entry = { shown: ProviderKey; plain: string } | { shown: ProviderKey; sealed: StoredKey };

/** Opens the vault; keys that were removed before this start are purged. */
export function createProviderKeys({ database, cipher, log, environment = [] }: VaultOptions): ProviderKeys {
  const store = openKeyStore(database);
  const entries = new Map<string, Entry>();
  const listeners = new Set<() => void>();
  let usable: ReadonlySet<string> = new Set();
  for (const { provider, key } of environment) {
    const id = `environment_${provider}`;
    const shown = { id, provider, label: 'Environment', source: 'environment', ...fresh(key) } as const;
    entries.set(id, { shown, plain: key });
  }
  for (const stored of store.list()) entries.set(stored.id, entryOf(stored));
  findUsable();

  function entryOf(stored: StoredKey): Entry {
    const { id, provider, label, lastFour, checkedAtMs, createdAtMs } = stored;
    const status = cipher.opens(stored.sealedBy) ? stored.status : 'unreadable';
    return {
      shown: { id, provider, label, source: 'stored', lastFour, status, checkedAtMs, createdAtMs },
      sealed: stored,
    };
  }

  function findUsable(): void {
    usable = new Set([...entries.values()].filter(isUsable).map(({ shown }) => shown.provider));
  }

  function changed(): void {
    findUsable();
    for (const listener of listeners) listener();
  }

  function find(id: string): Entry {
    const entry = entries.get(id);
    if (entry === undefined)
      throw new GatewayError('not_found', 'There is no provider key with this id.', { field: 'id' });
    return entry;
  }

  function findStored(id: string): StoredKey {
    const entry = find(id);
    if ('sealed' in entry) return entry.sealed;
    throw new GatewayError('conflict', 'This key comes from the environment: change it there and start again.', {
      field: 'id',
    });
  }

  async function seal(key: string): Promise<Pick<StoredKey, 'sealed' | 'sealedBy'>> {
    const { bytes, by } = await cipher.seal(key);
    return { sealed: Buffer.from(bytes), sealedBy: by };
  }

  function put(stored: StoredKey): ProviderKey {
    store.save(stored);
    const entry = entryOf(stored);
    entries.set(stored.id, entry);
    changed();
    return entry.shown;
  }

  async function openEntry(entry: Entry): Promise<string> {
    if ('plain' in entry) return entry.plain;
    const { id, provider, sealed, sealedBy } = entry.sealed;
    try {
      const { text, reseal } = await cipher.open({ bytes: sealed, by: sealedBy });
      if (reseal) void sealAgain(entry, text);
      return text;
    } catch {
      // The cipher's own message may name paths or hold key material: it stays out of the log.
      log.error('A provider key cannot be opened; it is kept. Enter it again to use it.', { id, provider });
      // A key that was replaced or removed meanwhile is not touched.
      if (entries.get(id) === entry && entry.shown.status !== 'unreadable') {
        entries.set(id, { ...entry, shown: { ...entry.shown, status: 'unreadable' } });
        changed();
      }
      throw unreadable(provider);
    }
  }

  /** The environment's key. Most requests of a headless host are sent with one, and need not wait for it. */
  function plainOf(provider: string): string | undefined {
    for (const entry of entries.values())
      if ('plain' in entry && entry.shown.provider === provider && isUsable(entry)) return entry.plain;
    return undefined;
  }

  async function openBest(provider: string): Promise<string> {
    const own = [...entries.values()].filter(({ shown }) => shown.provider === provider);
    for (const entry of own.filter(isUsable).sort(byPreference)) {
      try {
        return await openEntry(entry);
      } catch {
        // The next one may open; if none does, that is said below.
      }
    }
    // Also after a failure above: what was usable then is marked unreadable now.
    throw own.length === 0 || !own.some(({ shown }) => entries.get(shown.id)?.shown.status === 'unreadable')
      ? new GatewayError('no_provider_key', `There is no usable key for ${provider}: add one.`, { provider })
      : unreadable(provider);
  }

  /** The call that opened the key does not wait for this; what fails is tried again when the key is next opened. */
  async function sealAgain(entry: Entry & { sealed: StoredKey }, text: string): Promise<void> {
    const { id, provider } = entry.sealed;
    try {
      const sealed = await seal(text);
      if (entries.get(id) !== entry) return;
      put({ ...entry.sealed, ...sealed });
      log.info('A provider key was sealed again.', { id, provider, by: sealed.sealedBy });
    } catch {
      log.warn('A provider key could not be sealed again; it stays as it is.', { id, provider });
    }
  }

  return {
    list: () =>
      [...entries.values()]
        .map(({ shown }) => ({ ...shown }))
        .sort((a, b) => a.provider.localeCompare(b.provider) || a.createdAtMs - b.createdAtMs),
    async add({ provider, key, label = provider, status }) {
      const shown = fresh(key, status);
      return put({ id: `pk_${randomUUID()}`, provider, label, ...shown, ...(await seal(key)) });
    },
    async replace(id, key, status) {
      const sealed = await seal(key);
      const { provider, label, createdAtMs } = findStored(id);
      return put({ id, provider, label, ...fresh(key, status), createdAtMs, ...sealed });
    },
    remove(id) {
      findStored(id);
      store.remove(id);
      entries.delete(id);
      changed();
    },
    restore(id) {
      const stored = store.restore(id);
      if (stored === undefined) {
        throw new GatewayError('not_found', 'There is no removed key with this id.', { field: 'id' });
      }
      const entry = entryOf(stored);
      entries.set(id, entry);
      changed();
      return entry.shown;
    },
    async reveal(id) {
      const entry = find(id);
      return { provider: entry.shown.provider, key: await openEntry(entry) };
    },
    setStatus(id, status) {
      const entry = find(id);
      const checkedAtMs = Date.now();
      if ('sealed' in entry) return put({ ...entry.sealed, status, checkedAtMs });
      const shown = { ...entry.shown, status, checkedAtMs };
      entries.set(id, { ...entry, shown });
      changed();
      return shown;
    },
    open: (provider) => plainOf(provider) ?? openBest(provider),
    usableProviders: () => usable,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => store.close(),
  };
}

function isUsable({ shown }: Entry): boolean {
  return shown.status !== 'refused' && shown.status !== 'unreadable';
}

/** The environment's first, then the newest. */
function byPreference(left: Entry, right: Entry): number {
  return Number('plain' in right) - Number('plain' in left) || right.shown.createdAtMs - left.shown.createdAtMs;
}

function fresh(key: string, status?: CheckResult) {
  const nowMs = Date.now();
  return {
    lastFour: key.length >= 12 ? key.slice(-4) : null,
    status: status ?? 'unchecked',
    checkedAtMs: status === undefined ? null : nowMs,
    createdAtMs: nowMs,
  } as const;
}

function unreadable(provider: string): GatewayError {
  return new GatewayError('provider_key_unreadable', `The key for ${provider} cannot be opened: enter it again.`, {
    provider,
  });
}
