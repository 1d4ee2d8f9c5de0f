import { hash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { OWNER_ID } from '../accounts/caller.ts';
import type { Database } from '../db/open.ts';
import type { gatewayKeys } from '../db/schema.ts';
import { GatewayError } from '../errors.ts';

type StoredKey = Omit<typeof gatewayKeys.$inferSelect, 'cache' | 'metadata'> & {
  cache: number;
  metadata: number;
  suspended: number;
};

/** The holder of a gateway key, as the pipeline sees it. */
export interface Client {
  id: string;
  name: string;
  /** Whether answers may come from the cache. */
  cache: boolean;
  /** Whether answers carry the metadata member. */
  metadata: boolean;
}

/** A gateway key as it may be shown: never the key itself, which nobody has. */
interface GatewayKey extends Client {
  lastFour: string;
  /** Id of the account whose key it is. */
  userId: string;
  createdAtMs: number;
  lastUsedAtMs: number | null;
  revokedAtMs: number | null;
}

type KeyOptions = Partial<Pick<Client, 'name' | 'cache' | 'metadata'>>;

/** Gateway keys: hashed at rest, looked up in memory. */
export interface GatewayKeys {
  /**
   * The client whose key it is, or undefined for a key that is unknown or revoked. `connection`: any object that stands for it; a key
   * that it has shown before is not hashed again.
   */
  authenticate(key: string, connection?: object): Client | undefined;
  /** Makes a key, the owner's unless it says whose. It is returned this once and kept nowhere. */
  create(options: KeyOptions & { name: string; userId?: string }): { key: string; gatewayKey: GatewayKey };
  /** Makes a key for this process itself: it is listed and kept nowhere, and is gone when the process ends. */
  createInternal(client: Pick<Client, 'id' | 'name'>): string;
  /** Newest first, revoked ones included. */
  list(): GatewayKey[];
  /** Throws `not_found`. */
  update(id: string, options: KeyOptions): GatewayKey;
  /** From now on the key is refused. Throws `not_found`. */
  revoke(id: string): GatewayKey;
  /** Ids of the clients that stand for a user, those of revoked keys too; the owner's are also those of this process itself. */
  clientsOf(userId: string): string[];
  /** Whether a client stands for somebody beside the owner. */
  isOfUser(clientId: string): boolean;
  /** From now on, until it is lifted, the keys of a user are refused. */
  suspend(userId: string, isSuspended: boolean): void;
  /** Returns what ends the subscription. */
  onChange(listener: () => void): () => void;
  /** Writes down when keys were last used. */
  close(): void;
}

const PREFIX = 'gw_';
const KEY_LENGTH = PREFIX.length + 43;
const SAVE_USE_EVERY_MS = 30_000;

interface Entry {
  hash: Buffer;
  /** Replaced, never changed: exchanges under way keep the one they began with. */
  client: Client;
  stored: GatewayKey;
  suspended: boolean;
  used: boolean;
}

export function createGatewayKeys(database: Database): GatewayKeys {
  const { client: sqlite } = database;
  const entries = new Map<string, Entry>();
  const byHash = new Map<string, Entry>();
  /** Which key a connection has proven. A key that was revoked since is refused all the same. */
  const proofs = new WeakMap<object, { key: Buffer; id: string }>();
  const listeners = new Set<() => void>();
  const insert = sqlite.prepare(
    `INSERT INTO gateway_keys (id, name, hash, last_four, user_id, cache, metadata, created_at_ms)
     VALUES (@id, @name, @hash, @lastFour, @userId, @cache, @metadata, @createdAtMs)`,
  );
  const save = sqlite.prepare(
    'UPDATE gateway_keys SET name = @name, cache = @cache, metadata = @metadata, revoked_at_ms = @revokedAtMs WHERE id = @id',
  );
  const saveUse = sqlite.prepare('UPDATE gateway_keys SET last_used_at_ms = ? WHERE id = ?');
  const internal = new Set<string>();
  for (const { hash, suspended, ...row } of sqlite.prepare<[], StoredKey>(SELECT).all()) {
    keep({ ...row, cache: row.cache === 1, metadata: row.metadata === 1 }, hash, suspended === 1);
  }
  const timer = setInterval(saveUses, SAVE_USE_EVERY_MS);
  timer.unref();

  function keep(stored: GatewayKey, hash: Buffer, suspended: boolean): void {
    const { id, name, cache, metadata } = stored;
    const entry = {
      hash,
      client: { id, name, cache, metadata },
      stored,
      suspended,
      used: entries.get(id)?.used ?? false,
    };
    entries.set(id, entry);
    if (isUsable(entry)) byHash.set(hash.toString('latin1'), entry);
    else byHash.delete(hash.toString('latin1'));
  }

  function change(id: string, changes: Partial<GatewayKey>): GatewayKey {
    const entry = entries.get(id);
    if (entry === undefined)
      throw new GatewayError('not_found', 'There is no gateway key with this id.', { field: 'id' });
    const next = { ...entry.stored, ...changes };
    save.run({ ...next, cache: Number(next.cache), metadata: Number(next.metadata) });
    keep(next, entry.hash, entry.suspended);
    for (const listener of listeners) listener();
    return next;
  }

  function find(key: string): Entry | undefined {
    const digest = sha256(key);
    const entry = byHash.get(digest.toString('latin1'));
    return entry !== undefined && timingSafeEqual(digest, entry.hash) ? entry : undefined;
  }

  function findProven(key: Buffer, connection: object): Entry | undefined {
    const proof = proofs.get(connection);
    if (proof === undefined || proof.key.length !== key.length || !timingSafeEqual(proof.key, key)) return undefined;
    const entry = entries.get(proof.id);
    return entry !== undefined && isUsable(entry) ? entry : undefined;
  }

  function findOn(key: string, connection: object): Entry | undefined {
    const bytes = Buffer.from(key);
    const proven = findProven(bytes, connection);
    if (proven !== undefined) return proven;
    const entry = find(key);
    if (entry !== undefined) proofs.set(connection, { key: bytes, id: entry.stored.id });
    return entry;
  }

  function saveUses(): void {
    for (const entry of entries.values()) {
      if (!entry.used) continue;
      try {
        saveUse.run(entry.stored.lastUsedAtMs, entry.stored.id);
        entry.used = false;
      } catch {
        // Locked or full for the moment: the next round saves it.
      }
    }
  }

  return {
    authenticate(key, connection) {
      if (key.length !== KEY_LENGTH) return undefined;
      const entry = connection === undefined ? find(key) : findOn(key, connection);
      if (entry === undefined) return undefined;
      entry.stored.lastUsedAtMs = Date.now();
      entry.used = true;
      return entry.client;
    },
    create({ name, userId = OWNER_ID, cache = true, metadata = true }) {
      const key = createSecret();
      const stored: GatewayKey = {
        id: `gwk_${randomUUID()}`,
        name,
        cache,
        metadata,
        lastFour: key.slice(-4),
        userId,
        createdAtMs: Date.now(),
        lastUsedAtMs: null,
        revokedAtMs: null,
      };
      const digest = sha256(key);
      insert.run({ ...stored, hash: digest, cache: Number(cache), metadata: Number(metadata) });
      keep(stored, digest, false);
      for (const listener of listeners) listener();
      return { key, gatewayKey: { ...stored } };
    },
    createInternal({ id, name }) {
      const key = createSecret();
      const client = { id, name, cache: false, metadata: true };
      const times = { createdAtMs: Date.now(), lastUsedAtMs: null, revokedAtMs: null };
      const stored = { ...client, lastFour: '', userId: OWNER_ID, ...times };
      const digest = sha256(key);
      byHash.set(digest.toString('latin1'), { hash: digest, client, stored, suspended: false, used: false });
      if (!entries.has(id)) internal.add(id);
      return key;
    },
    list: () =>
      [...entries.values()].map(({ stored }) => ({ ...stored })).sort((a, b) => b.createdAtMs - a.createdAtMs),
    update: (id, options) =>
      change(id, Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))),
    revoke: (id) => change(id, { revokedAtMs: entries.get(id)?.stored.revokedAtMs ?? Date.now() }),
    clientsOf: (userId) => [
      ...[...entries.values()].flatMap(({ stored }) => (stored.userId === userId ? [stored.id] : [])),
      ...(userId === OWNER_ID ? internal : []),
    ],
    isOfUser(clientId) {
      const entry = entries.get(clientId);
      return entry !== undefined && entry.stored.userId !== OWNER_ID;
    },
    suspend(userId, isSuspended) {
      for (const { hash, stored } of entries.values()) if (stored.userId === userId) keep(stored, hash, isSuspended);
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      clearInterval(timer);
      saveUses();
    },
  };
}

const SELECT = `SELECT k.id, k.name, hash, last_four AS lastFour, user_id AS userId, cache, metadata, k.created_at_ms AS createdAtMs,
  last_used_at_ms AS lastUsedAtMs, revoked_at_ms AS revokedAtMs, a.disabled_at_ms IS NOT NULL AS suspended
  FROM gateway_keys k LEFT JOIN accounts a ON a.id = k.user_id`;

function isUsable({ stored, suspended }: Pick<Entry, 'stored' | 'suspended'>): boolean {
  return stored.revokedAtMs === null && !suspended;
}

function createSecret(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

function sha256(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
