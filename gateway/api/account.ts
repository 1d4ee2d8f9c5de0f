import type { OwnerAccount, OwnerSessions } from '../accounts/index.ts';
import type { Base } from './base.ts';

export interface AccountDependencies {
  account: OwnerAccount;
  sessions: OwnerSessions;
}

export function accountCalls({ account: calls }: Base, { account, sessions }: AccountDependencies) {
  return {
    get: calls.get.handler(() => ({ account: account.get() ?? null, sessions: sessions.list() })),
    set: calls.set.handler(async ({ input: { email, password } }) => {
      const made = await account.set(email, password);
      sessions.endAll();
      return made;
    }),
    endSession: calls.endSession.handler(({ input: { id } }) => {
      sessions.end(id);
      return { id };
    }),
  };
}
