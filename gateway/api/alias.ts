import type { AliasInfo } from '../../contract/index.ts';
import { asGatewayError } from '../errors.ts';
import type { Catalogue } from '../models/catalogue.ts';
import type { Providers } from '../providers/index.ts';
import type { Alias, Aliases } from '../routing/aliases.ts';
import { readWish } from '../routing/wish.ts';
import type { Base } from './base.ts';

export interface AliasDependencies {
  aliases: Aliases;
  catalogue: Pick<Catalogue, 'registry'>;
  providers: Pick<Providers, 'ids'>;
}

export function aliasCalls(base: Base, { aliases, catalogue: { registry }, providers }: AliasDependencies) {
  const calls = base.aliases;
  const show = (alias: Alias): AliasInfo => ({ ...alias, warning: warningOf(alias) });

  /** A key that is missing today may be there tomorrow: such an alias is made, and what would become of it is said. */
  function warningOf({ name, clientId }: Alias): string | null {
    try {
      readWish(aliases.follow(name, clientId ?? undefined).target, registry, providers.ids);
    } catch (thrown) {
      return asGatewayError(thrown).message;
    }
    const [hidden] = [registry.find(name) ?? [], registry.named(name)].flat();
    return hidden === undefined ? null : `It hides the model ${hidden.id}, which is called the same.`;
  }

  return {
    list: calls.list.handler(() => ({ aliases: aliases.list().map(show) })),
    set: calls.set.handler(({ input }) => show(aliases.set(input))),
    remove: calls.remove.handler(({ input: { id } }) => {
      aliases.remove(id);
      return { id };
    }),
    restore: calls.restore.handler(({ input: { id } }) => show(aliases.restore(id))),
  };
}
