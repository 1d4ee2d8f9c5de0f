import type { ProviderInfo } from '../../contract/index.ts';
import type { Provider } from './catalog.ts';
import type { Custom } from './custom.ts';
import { DEMO_PROVIDER } from './demo.ts';
import type { Health } from './health.ts';
import type { Seen } from './local/discovery.ts';

interface Facts {
  hasKey: boolean;
  custom: Custom | undefined;
  local: Seen | undefined;
  health: Health;
}

/** A provider as it may be shown: no header's value, no key. */
export function describe(provider: Provider, { hasKey, custom, local, health }: Facts): ProviderInfo {
  const { id, title, dialect, origin, basePath } = provider;
  return {
    id,
    name: title,
    dialect,
    baseUrl: origin + basePath,
    kind: kindOf(provider, { custom, local }),
    hasKey: local === undefined ? hasKey : local.running,
    health: healthOf(id, health),
    custom: custom === undefined ? null : describeCustom(custom),
    local:
      local === undefined
        ? null
        : { running: local.running, models: local.models.map(({ name }) => name), checkedAtMs: local.checkedAtMs },
  };
}

function kindOf(provider: Provider, { custom, local }: Pick<Facts, 'custom' | 'local'>): ProviderInfo['kind'] {
  if (custom !== undefined) return 'custom';
  if (local !== undefined) return 'local';
  return provider === DEMO_PROVIDER ? 'demo' : 'builtIn';
}

function describeCustom(custom: Custom): ProviderInfo['custom'] {
  const { definition, provider, headerNames, headersUnreadable, listedModels, createdAtMs, declared } = custom;
  return {
    declared,
    auth: provider.auth,
    headers: [...headerNames],
    headersUnreadable,
    models: definition.models ?? null,
    listedModels: [...listedModels],
    allowPlainHttp: definition.allowPlainHttp ?? false,
    createdAtMs,
  };
}

/** A provider is as healthy as its worst target lately. */
function healthOf(id: string, health: Health): ProviderInfo['health'] {
  const targets = [...health.figures(Date.now())]
    .filter(([target]) => target.startsWith(`${id}/`))
    .map(([, figures]) => figures);
  const errors = targets.flatMap(({ errorRate }) => errorRate ?? []);
  const firstBytes = targets.flatMap(({ firstByteMs }) => firstByteMs ?? []);
  const circuits = targets.map(({ circuit }) => circuit);
  return {
    circuit: circuits.includes('open') ? 'open' : circuits.includes('halfOpen') ? 'halfOpen' : 'closed',
    errorRate: errors.length === 0 ? null : Math.max(...errors),
    firstByteMs: firstBytes.length === 0 ? null : Math.round(Math.max(...firstBytes)),
  };
}
