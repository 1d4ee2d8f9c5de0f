import type { Configuration } from '../../contract/config.ts';
import { type Settings, settingsSchema } from '../../contract/settings.ts';
import type { SettingsStore } from '../db/settings.ts';
import { createCatalog, LOCAL } from '../providers/catalog.ts';
import type { CustomProviders } from '../providers/custom.ts';
import type { Providers } from '../providers/index.ts';
import type { Aliases } from '../routing/aliases.ts';
import type { ProviderKeys } from '../vault/index.ts';
import type { Base } from './base.ts';

export interface ConfigDependencies {
  aliases: Aliases;
  custom: CustomProviders;
  providers: Pick<Providers, 'list'>;
  settings: SettingsStore;
  vault: ProviderKeys;
  configFile: string | undefined;
}

export function configCalls(base: Base, dependencies: ConfigDependencies) {
  const { aliases, custom, settings, configFile } = dependencies;
  const calls = base.config;
  return {
    get: calls.get.handler(() => ({
      file: configFile ?? null,
      providers: custom.list().flatMap(({ declared, provider }) => (declared ? provider.id : [])),
      aliases: aliases.list().flatMap(({ declared, name }) => (declared ? name : [])),
      settings: settings.declared(),
    })),
    export: calls.export.handler(() => exportConfiguration(dependencies)),
  };
}

/** Secrets become names of variables, of which nobody knows yet what they hold. Aliases of single gateway keys stay behind with their keys. */
function exportConfiguration({ aliases, custom, providers, settings, vault }: ConfigDependencies): Configuration {
  const keyed = new Set(vault.list().map(({ provider }) => provider));
  const usual = createCatalog({});
  const entries = providers
    .list()
    .flatMap(({ id, baseUrl }): [string, NonNullable<Configuration['providers']>[string]][] => {
      const key = keyed.has(id) ? { key: { env: variableOf(id, 'api_key') } } : {};
      const own = custom.get(id);
      if (own !== undefined) {
        const headers = own.headerNames.map((name) => [name, { env: variableOf(id, name) }] as const);
        return [
          [id, { ...own.definition, ...(headers.length > 0 && { headers: Object.fromEntries(headers) }), ...key }],
        ];
      }
      const row = usual.get(id);
      // Where servers on this machine answer is a setting.
      const isElsewhere = row !== undefined && !LOCAL.has(id) && row.origin + row.basePath !== baseUrl;
      const fields = { ...(isElsewhere && { baseUrl }), ...key };
      return Object.keys(fields).length === 0 ? [] : [[id, fields]];
    });
  const names = aliases.list().filter(({ clientId }) => clientId === null);
  return {
    providers: Object.fromEntries(entries),
    aliases: Object.fromEntries(names.map(({ name, target }) => [name, target])),
    settings: changedSettings(settings.get()),
  };
}

function variableOf(id: string, what: string): string {
  const name = `${id}_${what}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}

/** Fields and fields of fields that differ from their defaults. */
function changedSettings(settings: Settings): Configuration['settings'] {
  const differing = (now: object, then: object): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(then[name as never])),
    );
  const usual: Record<string, unknown> = settingsSchema.parse({});
  return Object.fromEntries(
    Object.entries(differing(settings, usual)).map(([name, value]) => {
      const then = usual[name];
      const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [name, isGroup && typeof then === 'object' && then !== null ? differing(value, then) : value];
    }),
  );
}
