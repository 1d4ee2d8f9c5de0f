import type { GatewayKeyInfo } from '../../contract/index.ts';
import type { Accounts } from '../accounts/index.ts';
import type { GatewayKeys } from '../vault/index.ts';
import type { Base } from './base.ts';

export interface GatewayKeyDependencies {
  accounts: Accounts;
  gatewayKeys: GatewayKeys;
}

/** Users make and revoke keys of their own; the owner sees and revokes all of them. */
export function gatewayKeyCalls(base: Base, { accounts, gatewayKeys }: GatewayKeyDependencies) {
  function show(...keys: ReturnType<GatewayKeys['list']>): GatewayKeyInfo[] {
    const names = new Map(accounts.users().map(({ id, name }) => [id, name]));
    return keys.map((key) => ({ ...key, userName: names.get(key.userId) ?? null }));
  }
  const showOne = (key: ReturnType<GatewayKeys['revoke']>) => show(key)[0] as GatewayKeyInfo;

  return {
    list: base.gatewayKeys.list.handler(({ context: { view } }) => ({
      keys: show(...gatewayKeys.list().filter(({ id }) => view.sees(id))),
    })),
    create: base.gatewayKeys.create.handler(({ input, context: { view } }) => {
      const { key, gatewayKey } = gatewayKeys.create({ ...present(input), userId: view.caller.id });
      return { key, gatewayKey: showOne(gatewayKey) };
    }),
    update: base.gatewayKeys.update.handler(({ input: { id, ...options }, context: { view } }) => {
      view.check(id);
      return showOne(gatewayKeys.update(id, present(options)));
    }),
    revoke: base.gatewayKeys.revoke.handler(({ input: { id }, context: { view } }) => {
      view.check(id);
      return showOne(gatewayKeys.revoke(id));
    }),
  };
}

/** Without its undefined fields: absent means unchanged. */
function present<Fields extends object>(fields: Fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]: Exclude<Fields[Name], undefined>;
  };
}
