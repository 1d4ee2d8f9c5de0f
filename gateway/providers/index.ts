import type { ProviderInfo } from '../../contract/index.ts';
import type { SettingsStore } from '../db/settings.ts';
import { GatewayError } from '../errors.ts';
import type { LiveRegistry } from '../models/registry.ts';
import type { Model } from '../models/schema.ts';
import type { CheckResult, ProviderKeys } from '../vault/index.ts';
import { createCatalog, type Provider } from './catalog.ts';
import { checkKey } from './check.ts';
import { DEMO_MODELS, DEMO_PROVIDER, withDemo } from './demo.ts';
import { createHealth, type Health } from './health.ts';
import { type Caller, createCaller } from './http.ts';

interface ProvidersOptions {
  baseUrls: Readonly<Record<string, string>>;
  registry: LiveRegistry;
  vault: ProviderKeys;
  settings: SettingsStore;
}

/** Whom the gateway can call, and how they are. */
export interface Providers {
  catalog: ReadonlyMap<string, Provider>;
  caller: Caller;
  health: Health;
  ids: { known: ReadonlySet<string>; readonly usable: ReadonlySet<string> };
  /** What `auto` may choose from: models of providers with a usable key, or the demo's. The same array until keys or the registry change. */
  usableModels(): readonly Model[];
  /** True while the demo provider stands in. */
  isDemo(): boolean;
  openKey(provider: string): Promise<string>;
  /** What can be asked for by name, `auto` first. */
  listed(): { id: string; provider: string; createdAtMs: number }[];
  list(): ProviderInfo[];
  check(provider: string, key: string): Promise<CheckResult>;
  /** A call was refused for its key: tries the provider's keys again, so that one that is truly refused is no longer chosen. */
  recheck(provider: string): Promise<void>;
  close(): Promise<void>;
}

const RECHECK_EVERY_MS = 60_000;

export function createProviders({ baseUrls, registry, vault, settings }: ProvidersOptions): Providers {
  const catalog = new Map([...createCatalog(baseUrls), [DEMO_PROVIDER.id, DEMO_PROVIDER]]);
  const health = createHealth();
  const caller = withDemo(createCaller(() => settings.get().timeouts.connectMs));
  let usable: ReadonlySet<string> = new Set();
  let models: readonly Model[] = [];
  let demo = true;
  const recheckedAt = new Map<string, number>();

  async function check(id: string, key: string): Promise<CheckResult> {
    const provider = catalog.get(id);
    if (provider === undefined || provider === DEMO_PROVIDER) {
      const names = [...catalog.keys()].filter((name) => name !== DEMO_PROVIDER.id).join(', ');
      throw new GatewayError('not_found', `There is no provider "${id.slice(0, 80)}". There are: ${names}.`, {
        field: 'provider',
      });
    }
    return checkKey(caller, provider, { key, timeouts: settings.get().timeouts });
  }

  async function recheck(provider: string): Promise<void> {
    if (performance.now() - (recheckedAt.get(provider) ?? -Infinity) < RECHECK_EVERY_MS) return;
    recheckedAt.set(provider, performance.now());
    for (const { id, status } of vault.list().filter((key) => key.provider === provider)) {
      if (status === 'refused' || status === 'unreadable') continue;
      const { key } = await vault.reveal(id);
      if ((await check(provider, key)) === 'refused') vault.setStatus(id, 'refused');
    }
  }

  function refresh(): void {
    const real = new Set([...vault.usableProviders()].filter((id) => catalog.has(id)));
    demo = real.size === 0;
    usable = new Set([...real, DEMO_PROVIDER.id]);
    models = demo ? DEMO_MODELS : registry.models.filter((model) => real.has(model.provider));
  }
  refresh();
  vault.onChange(refresh);
  registry.onChange(refresh);

  return {
    catalog,
    caller,
    health,
    ids: {
      known: new Set(catalog.keys()),
      get usable() {
        return usable;
      },
    },
    usableModels: () => models,
    isDemo: () => demo,
    openKey: async (provider) => (provider === DEMO_PROVIDER.id ? 'demo' : vault.open(provider)),
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
      return [...automatic, ...named];
    },
    list: () => [...catalog.values()].map((provider) => describe(provider, usable.has(provider.id), health)),
    check,
    recheck,
    close: () => caller.close(),
  };
}

function releasedAtMs({ released }: Model): number {
  const time = released === undefined ? 0 : Date.parse(released);
  return Number.isNaN(time) ? 0 : time;
}

/** A provider is as healthy as its worst target lately. */
function describe(provider: Provider, hasKey: boolean, health: Health): ProviderInfo {
  const { id, title, dialect, origin, basePath } = provider;
  const targets = [...health.snapshot(Date.now())]
    .filter(([target]) => target.startsWith(`${id}/`))
    .map(([, figures]) => figures);
  const errors = targets.flatMap(({ errorRate }) => errorRate ?? []);
  const firstBytes = targets.flatMap(({ firstByteMs }) => firstByteMs ?? []);
  const circuits = targets.map(({ circuit }) => circuit);
  const circuit = circuits.includes('open') ? 'open' : circuits.includes('halfOpen') ? 'halfOpen' : 'closed';
  return {
    id,
    name: title,
    dialect,
    baseUrl: origin + basePath,
    hasKey,
    health: {
      circuit,
      errorRate: errors.length === 0 ? null : Math.max(...errors),
      firstByteMs: firstBytes.length === 0 ? null : Math.max(...firstBytes),
    },
  };
}
