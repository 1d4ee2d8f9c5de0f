import type { Database } from '../db/open.ts';
import { GatewayError } from '../errors.ts';
import { hashPassword, verifyPassword } from './password.ts';

interface Account {
  email: string;
  createdAtMs: number;
}

/** The owner's account: an address and a password, for browsers that have no link and no token at hand. */
export interface OwnerAccount {
  /** Undefined: not made yet. */
  get(): Account | undefined;
  /** Makes it, or changes address and password. The caller is the owner already. */
  set(email: string, password: string): Promise<Account>;
  verify(email: string, password: string): Promise<boolean>;
}

interface StoredAccount extends Account {
  passwordHash: string;
}

/** Compared with where there is no account, so that time does not tell which. Of no password that anyone knows. */
const NOBODY = `scrypt$17$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export function createOwnerAccount({ client }: Database): OwnerAccount {
  const read = client.prepare<[], StoredAccount>(
    "SELECT email, password_hash AS passwordHash, created_at_ms AS createdAtMs FROM accounts WHERE id = 'owner'",
  );
  const write = client.prepare(
    `INSERT INTO accounts (id, email, password_hash, created_at_ms) VALUES ('owner', @email, @passwordHash, @createdAtMs)
     ON CONFLICT (id) DO UPDATE SET email = @email, password_hash = @passwordHash`,
  );
  let stored = read.get();

  return {
    get: () => stored && { email: stored.email, createdAtMs: stored.createdAtMs },
    async set(email, password) {
      if (password.toLowerCase().includes(email.split('@')[0]?.toLowerCase() ?? email))
        throw new GatewayError('invalid_request', 'The password must not hold your address. Choose another one.', {
          field: 'password',
        });
      const passwordHash = await hashPassword(password);
      stored = { email, passwordHash, createdAtMs: stored?.createdAtMs ?? Date.now() };
      write.run(stored);
      return { email, createdAtMs: stored.createdAtMs };
    },
    async verify(email, password) {
      const right = await verifyPassword(password, stored?.passwordHash ?? NOBODY);
      return right && stored !== undefined && stored.email.toLowerCase() === email.trim().toLowerCase();
    },
  };
}
