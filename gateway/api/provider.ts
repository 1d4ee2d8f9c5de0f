import type { CustomProviders } from '../providers/custom.ts';
import type { Providers } from '../providers/index.ts';
import type { ProviderKeys } from '../vault/index.ts';
import type { Base } from './base.ts';

export interface ProviderDependencies {
  custom: CustomProviders;
  providers: Pick<Providers, 'list' | 'check' | 'discover'>;
  vault: ProviderKeys;
}

/** Providers of the owner's own: kept whatever a first try says, since a server may be off for the moment. */
export function providerCalls(base: Base, { custom, providers, vault }: ProviderDependencies) {
  const calls = base.providers;
  /** Keys that went with a removed provider, to come back with it. */
  const removedKeys = new Map<string, string[]>();

  function show(id: string) {
    const shown = providers.list().find((provider) => provider.id === id);
    if (shown === undefined) throw new Error('A provider is not listed.');
    return shown;
  }

  /** Without a key that can be opened there is still something to learn: that it is there, or wants none. */
  async function check(id: string) {
    const result = await providers.check(id);
    return { provider: show(id), check: result };
  }

  return {
    list: calls.list.handler(() => ({ providers: providers.list() })),
    add: calls.add.handler(async ({ input: { id, key, ...definition } }) => {
      await custom.add(id, definition);
      // A key of an earlier provider with this id must not travel to another address.
      for (const old of vault.list()) if (old.provider === id && old.source === 'stored') vault.remove(old.id);
      removedKeys.delete(id);
      if (key === undefined) return check(id);
      const result = await providers.check(id, key);
      await vault.add({ provider: id, key, status: result.result });
      return { provider: show(id), check: result };
    }),
    update: calls.update.handler(async ({ input: { id, ...changes } }) => {
      await custom.update(id, changes);
      return check(id);
    }),
    check: calls.check.handler(({ input: { id } }) => check(id)),
    discover: calls.discover.handler(async () => {
      await providers.discover();
      return { providers: providers.list() };
    }),
    remove: calls.remove.handler(({ input: { id } }) => {
      custom.remove(id);
      const keys = vault.list().filter(({ provider, source }) => provider === id && source === 'stored');
      for (const key of keys) vault.remove(key.id);
      removedKeys.set(
        id,
        keys.map((key) => key.id),
      );
      return { id };
    }),
    restore: calls.restore.handler(({ input: { id } }) => {
      custom.restore(id);
      for (const key of removedKeys.get(id) ?? []) vault.restore(key);
      removedKeys.delete(id);
      return show(id);
    }),
  };
}
