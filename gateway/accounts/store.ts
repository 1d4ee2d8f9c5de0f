import { hash, randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '../db/open.ts';
import type { accounts } from '../db/schema.ts';
import { GatewayError } from '../errors.ts';
import { OWNER_ID } from './caller.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** The owner, or somebody whom the owner invited. `email` null: an invitation that nobody took yet, or a user who was removed. */
export type Account = Omit<typeof accounts.$inferSelect, 'passwordHash' | 'linkHash'>;

/** A link that works once; its code is kept nowhere. */
export interface Linked {
  account: Account;
  code: string;
  endsAtMs: number;
}

/** Addresses and passwords of those who may sign in: the owner, and users beside the owner. */
export interface Accounts {
  /** Undefined: the owner has made none. */
  owner(): Account | undefined;
  /** Whether anybody can sign in with a password. */
  hasAny(): boolean;
  /** Users beside the owner, newest first, those removed too. */
  users(): Account[];
  /** The account, if it may be used now. */
  active(id: string): Account | undefined;
  /** Makes the owner's account, or changes its address and password. The caller is the owner already. */
  setOwner(email: string, password: string): Promise<Account>;
  /** Throws `invalid_request` where the present password is not the right one. */
  changePassword(id: string, current: string, password: string): Promise<Account>;
  /** The account that these open. */
  verify(email: string, password: string): Promise<Account | undefined>;
  invite(name: string): Linked;
  /** Another link; the one before no longer works. Throws `not_found`. */
  renewLink(id: string): Linked;
  /** Whose link it is; undefined where it is used, over, or none. */
  byLink(code: string): Account | undefined;
  /** Sets address and password of the link's account, and ends the link. Throws `not_found`. */
  accept(code: string, email: string, password: string): Promise<Account>;
  update(id: string, changes: { name?: string | undefined; disabled?: boolean | undefined }): Account;
  remove(id: string): Account;
  onChange(listener: () => void): void;
}

type Stored = typeof accounts.$inferSelect;

const DAY_MS = 24 * 3_600_000;
const INVITATION_MS = 7 * DAY_MS;
/** For who has an account already. */
const RESET_MS = DAY_MS;
/** Compared with where there is no account, so that time does not tell which. Of no password that anyone knows. */
const NOBODY = `scrypt$17$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export function createAccounts({ client }: Database, now: () => number = Date.now): Accounts {
  const save = client.prepare(
    `INSERT OR REPLACE INTO accounts (id, name, email, password_hash, created_at_ms, link_hash, link_ends_at_ms, disabled_at_ms, removed_at_ms)
     VALUES (@id, @name, @email, @passwordHash, @createdAtMs, @linkHash, @linkEndsAtMs, @disabledAtMs, @removedAtMs)`,
  );
  const listeners = new Set<() => void>();
  const all = new Map(
    client
      .prepare<[], Stored>(SELECT)
      .all()
      .map((one) => [one.id, one]),
  );

  function keep(stored: Stored): Account {
    save.run(stored);
    all.set(stored.id, stored);
    for (const listener of listeners) listener();
    return show(stored);
  }

  function active(id: string): Account | undefined {
    const found = all.get(id);
    return found !== undefined && isActive(found) ? show(found) : undefined;
  }

  function user(id: string): Stored {
    const found = all.get(id);
    if (found === undefined || id === OWNER_ID || found.removedAtMs !== null)
      throw new GatewayError('not_found', 'There is no user with this id.', { field: 'id' });
    return found;
  }

  function link(stored: Stored, lifeMs: number): Linked {
    const code = randomBytes(32).toString('base64url');
    const endsAtMs = now() + lifeMs;
    return { code, endsAtMs, account: keep({ ...stored, linkHash: sha256(code), linkEndsAtMs: endsAtMs }) };
  }

  function findByLink(code: string): Stored | undefined {
    const wanted = sha256(code);
    const found = [...all.values()].find(({ linkHash }) => linkHash === wanted);
    return found !== undefined && (found.linkEndsAtMs ?? 0) > now() && isActive(found) ? found : undefined;
  }

  function refuseTaken(email: string, id: string): void {
    const isTaken = [...all.values()].some((one) => one.id !== id && sameAddress(one.email, email));
    if (isTaken)
      throw new GatewayError('invalid_request', 'This address belongs to another account here.', { field: 'email' });
  }

  /** Hashing takes a while: what changed meanwhile stays. */
  async function setPassword(id: string, password: string, changes: (present: Stored) => Partial<Stored>) {
    const passwordHash = await hashPassword(password);
    const present = all.get(id) ?? newAccount(id, now());
    return keep({ ...present, passwordHash, ...changes(present) });
  }

  return {
    owner: () => active(OWNER_ID),
    hasAny: () => [...all.values()].some(({ passwordHash }) => passwordHash !== null),
    users: () =>
      [...all.values()]
        .filter(({ id }) => id !== OWNER_ID)
        .map(show)
        .sort((a, b) => b.createdAtMs - a.createdAtMs),
    active,
    setOwner(email, password) {
      refuseTaken(email, OWNER_ID);
      refuseEasy(email, password);
      return setPassword(OWNER_ID, password, () => ({ email }));
    },
    async changePassword(id, current, password) {
      const { email, passwordHash } = all.get(id) ?? {};
      if (!(await verifyPassword(current, passwordHash ?? NOBODY)))
        throw new GatewayError('invalid_request', 'The present password is another one.', { field: 'current' });
      refuseEasy(email ?? '', password);
      return setPassword(id, password, () => ({}));
    },
    async verify(email, password) {
      const found = [...all.values()].find((one) => sameAddress(one.email, email) && isActive(one));
      const isRight = await verifyPassword(password, found?.passwordHash ?? NOBODY);
      return isRight && found !== undefined ? active(found.id) : undefined;
    },
    invite: (name) => link({ ...newAccount(randomUUID(), now()), name }, INVITATION_MS),
    renewLink(id) {
      const found = user(id);
      return link(found, found.passwordHash === null ? INVITATION_MS : RESET_MS);
    },
    byLink(code) {
      const found = findByLink(code);
      return found && show(found);
    },
    async accept(code, email, password) {
      const found = findByLink(code);
      if (found === undefined) throw new GatewayError('not_found', LINK_OVER, { field: 'code' });
      refuseTaken(email, found.id);
      refuseEasy(email, password);
      // Used up before the hashing begins, so that it cannot be used twice at once.
      keep({ ...found, linkHash: null, linkEndsAtMs: null });
      return setPassword(found.id, password, ({ removedAtMs }) =>
        removedAtMs === null ? { email } : { passwordHash: null },
      );
    },
    update(id, { name, disabled }) {
      const found = user(id);
      const disabledAtMs =
        disabled === undefined ? found.disabledAtMs : disabled ? (found.disabledAtMs ?? now()) : null;
      return keep({ ...found, name: name ?? found.name, disabledAtMs });
    },
    remove: (id) =>
      keep({ ...user(id), email: null, passwordHash: null, linkHash: null, linkEndsAtMs: null, removedAtMs: now() }),
    onChange: (listener) => void listeners.add(listener),
  };
}

export const LINK_OVER = 'This link was used already, or is over. Ask whoever runs this gateway for another one.';

const SELECT = `SELECT id, name, email, password_hash AS passwordHash, created_at_ms AS createdAtMs, link_hash AS linkHash,
  link_ends_at_ms AS linkEndsAtMs, disabled_at_ms AS disabledAtMs, removed_at_ms AS removedAtMs FROM accounts`;

function newAccount(id: string, createdAtMs: number): Stored {
  const nothing = { email: null, passwordHash: null, linkHash: null, linkEndsAtMs: null };
  return { id, name: '', ...nothing, createdAtMs, disabledAtMs: null, removedAtMs: null };
}

function show({ passwordHash: _, linkHash: __, ...account }: Stored): Account {
  return account;
}

function isActive({ disabledAtMs, removedAtMs }: Stored): boolean {
  return disabledAtMs === null && removedAtMs === null;
}

function sameAddress(one: string | null, other: string): boolean {
  return one !== null && one.toLowerCase() === other.trim().toLowerCase();
}

function refuseEasy(email: string, password: string): void {
  const [name = ''] = email.toLowerCase().split('@');
  if (name !== '' && password.toLowerCase().includes(name))
    throw new GatewayError('invalid_request', 'The password must not hold your address. Choose another one.', {
      field: 'password',
    });
}

function sha256(code: string): string {
  return hash('sha256', code, 'base64url');
}
