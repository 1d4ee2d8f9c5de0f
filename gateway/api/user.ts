import type { UserInfo } from '../../contract/index.ts';
import type { Account, Accounts, Linked, Sessions } from '../accounts/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { GatewayKeys } from '../vault/index.ts';
import type { Base } from './base.ts';
import { money } from './shown.ts';

export interface UserDependencies {
  accounts: Accounts;
  sessions: Sessions;
  gatewayKeys: GatewayKeys;
  ledger: Ledger;
}

const USE_MS = 30 * 24 * 3_600_000;

export function userCalls({ users: calls }: Base, dependencies: UserDependencies) {
  const { accounts, gatewayKeys, sessions } = dependencies;
  const showOne = async (account: Account) => (await show(dependencies, [account]))[0] as UserInfo;
  const showLinked = async ({ account, code, endsAtMs }: Linked) => ({ code, endsAtMs, user: await showOne(account) });

  return {
    list: calls.list.handler(async () => ({ users: await show(dependencies, accounts.users()) })),
    invite: calls.invite.handler(({ input: { name } }) => showLinked(accounts.invite(name))),
    renewLink: calls.renewLink.handler(({ input: { id } }) => showLinked(accounts.renewLink(id))),
    update: calls.update.handler(({ input: { id, ...changes } }) => {
      const changed = accounts.update(id, changes);
      if (changes.disabled !== undefined) gatewayKeys.suspend(id, changes.disabled);
      if (changes.disabled === true) sessions.endAll(id);
      return showOne(changed);
    }),
    remove: calls.remove.handler(({ input: { id } }) => {
      const removed = accounts.remove(id);
      sessions.endAll(id);
      for (const key of gatewayKeys.list())
        if (key.userId === id && key.revokedAtMs === null) gatewayKeys.revoke(key.id);
      return showOne(removed);
    }),
  };
}

async function show({ gatewayKeys, ledger, sessions }: UserDependencies, accounts: Account[]): Promise<UserInfo[]> {
  const toMs = Date.now() + 1;
  const used = new Map(
    (await ledger.breakdown({ fromMs: toMs - USE_MS, toMs }, 'client')).map((one) => [one.clientId, one]),
  );
  const keys = gatewayKeys.list();
  return accounts.map((account) => {
    const { id, name, email, createdAtMs, linkEndsAtMs } = account;
    const own = keys.filter(({ userId }) => userId === id);
    const use = own.map((key) => used.get(key.id) ?? { requests: 0, costNano: 0 });
    const lastSeen = [...sessions.list(id), ...own].map((one) =>
      'lastSeenAtMs' in one ? one.lastSeenAtMs : (one.lastUsedAtMs ?? 0),
    );
    return {
      id,
      name,
      email,
      createdAtMs,
      state: stateOf(account),
      linkEndsAtMs: linkEndsAtMs !== null && linkEndsAtMs > toMs ? linkEndsAtMs : null,
      lastSeenAtMs: Math.max(0, ...lastSeen) || null,
      keys: own.filter(({ revokedAtMs }) => revokedAtMs === null).length,
      use: {
        requests: use.reduce((sum, { requests }) => sum + requests, 0),
        ...money({ costNano: use.reduce((sum, { costNano }) => sum + costNano, 0) }),
      },
    };
  });
}

function stateOf({ email, disabledAtMs, removedAtMs }: Account): UserInfo['state'] {
  if (removedAtMs !== null) return 'removed';
  if (disabledAtMs !== null) return 'disabled';
  return email === null ? 'invited' : 'active';
}
