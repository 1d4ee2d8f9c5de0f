import type { Status } from '../../contract/index.ts';
import type { Alerts } from '../alerts/index.ts';
import type { SettingsStore } from '../db/settings.ts';
import { GatewayError } from '../errors.ts';
import type { Desktop, Logger } from '../host.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Catalogue } from '../models/catalogue.ts';
import type { Updater } from '../models/updater.ts';
import { refuseUnsafe } from '../providers/address.ts';
import type { GatewayKeys } from '../vault/index.ts';
import { type AccountDependencies, accountCalls } from './account.ts';
import { alertCalls } from './alert.ts';
import { type AliasDependencies, aliasCalls } from './alias.ts';
import { type AnalyticsDependencies, analyticsCalls } from './analytics.ts';
import { type Base, createBase } from './base.ts';
import { type CaptureDependencies, captureCalls } from './capture.ts';
import { type ConfigDependencies, configCalls } from './config.ts';
import { type ConnectDependencies, connectCalls } from './connect.ts';
import { type DataDependencies, dataCalls } from './data.ts';
import { desktopCalls } from './desktop.ts';
import { diagnosticsCalls } from './diagnostics.ts';
import type { Events } from './events.ts';
import { type GatewayKeyDependencies, gatewayKeyCalls } from './gateway-key.ts';
import { type LimitDependencies, limitCalls } from './limit.ts';
import { modelCalls } from './model.ts';
import { type PlaygroundDependencies, playgroundCalls } from './playground.ts';
import { type ProviderDependencies, providerCalls } from './provider.ts';
import { registryCalls } from './registry.ts';
import { type RequestDependencies, requestCalls } from './request.ts';
import { type RoutingDependencies, routingCalls } from './routing.ts';
import { type UserDependencies, userCalls } from './user.ts';

/** What the contract is answered from. */
export interface ApiDependencies
  extends AccountDependencies,
    AliasDependencies,
    AnalyticsDependencies,
    CaptureDependencies,
    RequestDependencies,
    ConfigDependencies,
    DataDependencies,
    ConnectDependencies,
    GatewayKeyDependencies,
    LimitDependencies,
    PlaygroundDependencies,
    ProviderDependencies,
    RoutingDependencies,
    UserDependencies {
  alerts: Alerts;
  providers: AliasDependencies['providers'] & ProviderDependencies['providers'];
  gatewayKeys: GatewayKeys;
  ledger: Ledger;
  catalogue: Catalogue;
  updater: Updater;
  settings: SettingsStore;
  events: Events;
  status(): Status;
  desktop: Desktop | undefined;
  log: Logger;
}

export type ApiRouter = ReturnType<typeof createApi>;

/** The contract, implemented; any transport of oRPC can carry it. Outputs are parsed, so nothing rides out by accident. */
export function createApi(dependencies: ApiDependencies) {
  const { events, settings, status } = dependencies;
  const api = createBase(dependencies);
  return api.router({
    providerKeys: providerKeyCalls(api, dependencies),
    gatewayKeys: gatewayKeyCalls(api, dependencies),
    account: accountCalls(api, dependencies),
    alerts: alertCalls(api, dependencies),
    limits: limitCalls(api, dependencies),
    models: modelCalls(api, dependencies),
    playground: playgroundCalls(api, dependencies),
    registry: registryCalls(api, dependencies),
    requests: requestCalls(api, dependencies),
    analytics: analyticsCalls(api, dependencies),
    settings: {
      get: api.settings.get.handler(() => settings.get()),
      update: api.settings.update.handler(({ input }) => {
        for (const url of Object.values(input.local?.baseUrls ?? {})) if (url !== undefined) refuseUnsafe(url, false);
        return settings.update(input);
      }),
    },
    captures: captureCalls(api, dependencies),
    data: { ...dataCalls(api, dependencies), ...diagnosticsCalls(api, dependencies) },
    desktop: desktopCalls(api, dependencies.desktop),
    providers: providerCalls(api, dependencies),
    aliases: aliasCalls(api, dependencies),
    config: configCalls(api, dependencies),
    connections: connectCalls(api, dependencies),
    routing: routingCalls(api, dependencies),
    users: userCalls(api, dependencies),
    status: api.status.handler(() => status()),
    events: api.events.handler(({ signal, context: { view } }) => events.subscribe(signal, view)),
  });
}

function providerKeyCalls({ providerKeys }: Base, { vault, providers }: ApiDependencies) {
  return {
    list: providerKeys.list.handler(() => ({ keys: vault.list() })),
    add: providerKeys.add.handler(async ({ input: { provider, key, label } }) => {
      const { result: status } = await providers.check(provider, key);
      return vault.add({ provider, key, label, status });
    }),
    replace: providerKeys.replace.handler(async ({ input: { id, key } }) => {
      const shown = vault.list().find((one) => one.id === id);
      if (shown === undefined) throw missing('provider key');
      return vault.replace(id, key, (await providers.check(shown.provider, key)).result);
    }),
    remove: providerKeys.remove.handler(({ input: { id } }) => {
      vault.remove(id);
      return { id };
    }),
    restore: providerKeys.restore.handler(({ input: { id } }) => vault.restore(id)),
    test: providerKeys.test.handler(async ({ input: { id } }) => {
      const { provider, key } = await vault.reveal(id);
      return vault.setStatus(id, (await providers.check(provider, key)).result);
    }),
  };
}

function missing(what: string): GatewayError {
  return new GatewayError('not_found', `There is no ${what} with this id.`, { field: 'id' });
}
