import type { ProviderCheck, ProviderInfo } from '../../contract/index.ts';
import type { SettingsStore } from '../db/settings.ts';
import { GatewayError } from '../errors.ts';
import type { LiveRegistry } from '../models/registry.ts';
import type { Model } from '../models/schema.ts';
import type { CheckResult, ProviderKeys } from '../vault/index.ts';
import { createCatalog, LOCAL, type Provider } from './catalog.ts';
import { checkProvider } from './check.ts';
import type { Custom, CustomProviders } from './custom.ts';
import { DEMO_MODELS, DEMO_PROVIDER, withDemo } from './demo.ts';
import { describe } from './describe.ts';
import { createHealth, type Health } from './health.ts';
import { type Caller, createCaller } from './http.ts';
import { createDiscovery } from './local/discovery.ts';

export { createCustomProviders } from './custom.ts';

interface ProvidersOptions {
  baseUrls: Readonly<Record<string, string>>;
  registry: LiveRegistry;
  vault: ProviderKeys;
  settings: SettingsStore;
  custom: CustomProviders;
  /** Told the models of servers on this machine, whenever they are not as they were. */
  onFound(models: readonly Model[]): void;
}

/** What can be asked for by name, for a list of models. */
interface ListedModel {
  id: string;
  provider: string;
  createdAtMs: number;
}

/** Whom the gateway can call, and how they are. */
export interface Providers {
  /** All rows by id: built in, custom, local, the demo. It changes as providers come and go. */
  catalog: ReadonlyMap<string, Provider>;
  caller: Caller;
  health: Health;
  ids: {
    known: Pick<ReadonlySet<string>, 'has'>;
    readonly usable: ReadonlySet<string>;
    /** The provider that lists a model by that name, though the registry knows nothing of it. */
    offering(name: string): string | undefined;
  };
  /** What `auto` may choose from: models of providers with a usable key, or the demo's. The same array until providers change. */
  usableModels(): readonly Model[];
  /** Names that providers list though the registry knows nothing of them, with the provider of each. */
  offered(): (readonly [name: string, provider: string])[];
  /** True while the demo provider stands in. */
  isDemo(): boolean;
  /** The headers that prove to a provider who is calling: its key, and those that the owner added. */
  openCredentials(provider: Provider): Record<string, string> | Promise<Record<string, string>>;
  /** What can be asked for by name, `auto` first. */
  listed(): ListedModel[];
  list(): ProviderInfo[];
  /** Tries a provider with the key that is kept, or with another one. Throws `not_found`, and what opening the key throws. */
  check(id: string, key?: string): Promise<ProviderCheck>;
  /** A call was refused for its key: tries the provider's keys again, so that one that is truly refused is no longer chosen. */
  recheck(provider: string): Promise<void>;
  /** Looks for servers on this machine now. */
  discover(): Promise<void>;
  /** A provider could not be reached: if it runs on this machine, its models may have gone with it. */
  missed(provider: string): void;
  /** Told when whom the gateway can call, or what they list, is not as it was. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}

const RECHECK_EVERY_MS = 60_000;

export function createProviders({ baseUrls, registry, vault, settings, custom, onFound }: ProvidersOptions): Providers {
  let rows = readRows();
  const catalog = new Map<string, Provider>();
  const health = createHealth();
  const caller = withDemo(createCaller(settings.get));
  const listeners = new Set<() => void>();
  let usable: ReadonlySet<string> = new Set();
  let models: readonly Model[] = [];
  let choices: readonly Model[] = [];
  let offered: readonly (ListedModel & { name: string })[] = [];
  let offering: ReadonlyMap<string, string> = new Map();
  let demo = true;
  let watched = settings.get().local;
  const recheckedAt = new Map<string, number>();

  const discovery = createDiscovery({
    caller,
    rowOf: (id) => catalog.get(id),
    credentials: async (row) => credentialsOf(row, await openKey(row)),
    isOn: () => settings.get().local.discover,
    // The registry changes with it, and then all that follows from it.
    onChange: () => onFound(discovery.models()),
  });

  function readRows(): ReadonlyMap<string, Provider> {
    return createCatalog({ ...baseUrls, ...present(settings.get().local.baseUrls) });
  }

  async function credentialsOf(
    provider: Provider,
    key: string | undefined | Promise<string>,
  ): Promise<Record<string, string>> {
    const headers = custom.get(provider.id) === undefined ? {} : await custom.openHeaders(provider.id);
    return { ...headers, ...withKey(provider, await key) };
  }

  /** Undefined where the provider takes calls without one and there is none. */
  function openKey({ id, auth, keyless }: Provider): string | undefined | Promise<string> {
    const optional = auth === null || keyless === true;
    return optional && !vault.usableProviders().has(id) ? undefined : vault.open(id);
  }

  async function check(id: string, key?: string): Promise<ProviderCheck> {
    const provider = catalog.get(id);
    if (provider === undefined || provider === DEMO_PROVIDER) {
      const names = [...catalog.keys()].filter((name) => name !== DEMO_PROVIDER.id).join(', ');
      throw new GatewayError('not_found', `There is no provider "${id.slice(0, 80)}". There are: ${names}.`, {
        field: 'provider',
      });
    }
    const kept = key === undefined && vault.usableProviders().has(id) ? await vault.open(id) : key;
    const credentials = await credentialsOf(provider, kept);
    const checked = await checkProvider(caller, provider, { credentials, timeouts: settings.get().timeouts });
    const own = custom.get(id);
    if (checked.models !== null && own !== undefined && own.definition.models === undefined) {
      custom.setListed(id, checked.models);
    }
    return checked;
  }

  async function recheck(provider: string): Promise<void> {
    if (performance.now() - (recheckedAt.get(provider) ?? -Infinity) < RECHECK_EVERY_MS) return;
    recheckedAt.set(provider, performance.now());
    for (const { id, status } of vault.list().filter((key) => key.provider === provider)) {
      if (status === 'refused' || status === 'unreadable') continue;
      const { key } = await vault.reveal(id);
      const { result } = await check(provider, key);
      if (result === 'refused') vault.setStatus(id, 'refused' satisfies CheckResult);
    }
  }

  function refresh(): void {
    catalog.clear();
    const own = custom.list();
    for (const row of [...rows.values(), ...own.map(({ provider }) => provider), DEMO_PROVIDER])
      catalog.set(row.id, row);
    const keyed = vault.usableProviders();
    const isUsable = ({ id, auth }: Provider) =>
      LOCAL.has(id) ? discovery.seen(id)?.running : keyed.has(id) || auth === null;
    const real = new Set([...catalog.values()].filter(isUsable).map(({ id }) => id));
    demo = real.size === 0;
    // A server that is not there says so itself when it is called: nobody lacks a key for it.
    usable = new Set([...real, ...LOCAL, DEMO_PROVIDER.id]);
    models = demo ? DEMO_MODELS : registry.models.filter((model) => real.has(model.provider));
    choices = models.filter(({ id, output }) => !registry.unrated.has(id) && output.includes('text'));
    offered = own.filter(({ provider }) => real.has(provider.id)).flatMap(offersOf);
    offering = new Map(offered.map(({ name, provider }) => [name, provider]).reverse() as [string, string][]);
    for (const listener of listeners) listener();
  }

  /** Models that a custom provider has and the registry does not know. */
  function offersOf({ provider, definition, listedModels, createdAtMs }: Custom): (ListedModel & { name: string })[] {
    return (definition.models ?? listedModels).flatMap((name) => {
      const id = `${provider.id}/${name}`;
      return registry.find(id) === undefined ? [{ id, name, provider: provider.id, createdAtMs }] : [];
    });
  }
  refresh();
  vault.onChange(refresh);
  custom.onChange(refresh);
  registry.onChange(refresh);
  settings.onChange(({ local }) => {
    if (local === watched) return;
    watched = local;
    rows = readRows();
    refresh();
    discovery.restart();
  });
  discovery.restart();

  return {
    catalog,
    caller,
    health,
    ids: {
      known: catalog,
      get usable() {
        return usable;
      },
      offering: (name) => offering.get(name),
    },
    usableModels: () => choices,
    offered: () => [...offering],
    isDemo: () => demo,
    openCredentials(provider) {
      if (provider === DEMO_PROVIDER) return {};
      const key = openKey(provider);
      const isPlain = !(key instanceof Promise) && custom.get(provider.id) === undefined;
      return isPlain ? withKey(provider, key) : credentialsOf(provider, key);
    },
    listed() {
      const automatic = ['auto', 'auto:economy', 'auto:quality'].map((id) => ({
        id,
        provider: 'llm-gateway',
        createdAtMs: 0,
      }));
      const named = models.map((model) => ({
        id: model.id,
        provider: model.provider,
        createdAtMs: releasedAtMs(model),
      }));
      return [...automatic, ...named, ...offered];
    },
    list: () =>
      [...catalog.values()].map((provider) =>
        describe(provider, {
          hasKey: usable.has(provider.id),
          custom: custom.get(provider.id),
          local: discovery.seen(provider.id),
          health,
        }),
      ),
    check,
    recheck,
    onChange: (listener) => void listeners.add(listener),
    discover: () => discovery.look(),
    missed(provider) {
      if (discovery.seen(provider)?.running) void discovery.look(provider);
    },
    async close() {
      discovery.close();
      await caller.close();
    },
  };
}

function withKey({ auth }: Provider, key: string | undefined): Record<string, string> {
  return auth === null || key === undefined ? {} : { [auth.header]: auth.prefix + key };
}

function releasedAtMs({ released }: Model): number {
  const time = released === undefined ? 0 : Date.parse(released);
  return Number.isNaN(time) ? 0 : time;
}

function present(urls: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(urls).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
