import type { Account, Accounts, Sessions } from '../accounts/index.ts';
import { GatewayError } from '../errors.ts';
import type { Base } from './base.ts';

export interface AccountDependencies {
  accounts: Accounts;
  sessions: Sessions;
}

export function accountCalls({ account: calls }: Base, { accounts, sessions }: AccountDependencies) {
  return {
    get: calls.get.handler(({ context: { view } }) => {
      const { id, role, sessionId } = view.caller;
      const account = accounts.active(id);
      return {
        role,
        name: role === 'owner' ? null : (account?.name ?? null),
        account: account === undefined ? null : show(account),
        sessions: sessions.list(id).map((session) => ({ ...session, isThis: session.id === sessionId })),
      };
    }),
    set: calls.set.handler(async ({ input: { email, password }, context: { view } }) => {
      const made = await accounts.setOwner(email, password);
      sessions.endAll(made.id, view.caller.sessionId);
      return show(made);
    }),
    changePassword: calls.changePassword.handler(async ({ input: { current, password }, context: { view } }) => {
      const { id, sessionId } = view.caller;
      if (accounts.active(id) === undefined)
        throw new GatewayError('not_found', 'There is no account yet. Make one first.');
      const changed = await accounts.changePassword(id, current, password);
      sessions.endAll(id, sessionId);
      return show(changed);
    }),
    endSession: calls.endSession.handler(({ input: { id }, context: { view } }) => {
      sessions.end(view.caller.id, id);
      return { id };
    }),
  };
}

function show({ email, createdAtMs }: Account) {
  return { email: email ?? '', createdAtMs };
}
