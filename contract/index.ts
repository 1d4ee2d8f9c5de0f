import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { accountRoutes } from './account.ts';
import { alertRoutes } from './alert.ts';
import { aliasRoutes } from './alias.ts';
import { analyticsRoutes } from './analytics.ts';
import { captureRoutes } from './capture.ts';
import { area, forMembers, idInput } from './common.ts';
import { configRoutes } from './config.ts';
import { connectRoutes } from './connect.ts';
import { dataRoutes } from './data.ts';
import { desktopRoutes } from './desktop.ts';
import { event } from './event.ts';
import { createdGatewayKey, createGatewayKeyInput, gatewayKey, updateGatewayKeyInput } from './gateway-key.ts';
import { limitRoutes } from './limit.ts';
import { modelRoutes } from './model.ts';
import { playgroundRoutes } from './playground.ts';
import { providerRoutes } from './provider.ts';
import { addProviderKeyInput, providerKey, replaceProviderKeyInput } from './provider-key.ts';
import { registryRoutes } from './registry.ts';
import { exportInput, requestDetail, requestPage, requestPageInput } from './request.ts';
import { routingRoutes } from './routing.ts';
import { settingsPatchSchema, settingsSchema } from './settings.ts';
import { status } from './status.ts';
import { userRoutes } from './user.ts';

export type { AlertChannel, AlertCondition, AlertInfo, AlertRule, ChannelConfig } from './alert.ts';
export type { AliasInfo } from './alias.ts';
export type { ByModel, Daily, Overview, Savings } from './analytics.ts';
export type { CapturedPart, CaptureInfo } from './capture.ts';
export type {
  ConnectedTool,
  ConnectOutcome,
  ConnectPreview,
  ConnectResult,
} from './connect.ts';
export type { DataState, Diagnostics } from './data.ts';
export type { GatewayEvent } from './event.ts';
export type { GatewayKeyInfo } from './gateway-key.ts';
export type { Caps, LimitEvent, LimitInfo, UnsettledCalls } from './limit.ts';
export type { AddModel, EditModel, Layer, ModelDetail, ModelEdit, ModelInfo } from './model.ts';
export type { PlaygroundEvent, PlaygroundInput } from './playground.ts';
export type { CustomProvider, ProviderCheck, ProviderInfo } from './provider.ts';
export type { ProviderKeyInfo } from './provider-key.ts';
export type { RegistryCheck, RegistryStatus } from './registry.ts';
export type { CostLineInfo, RequestDetail, RequestInfo } from './request.ts';
export type {
  BacktestEvent,
  BacktestInfo,
  RoutingExplanation,
  RoutingPolicy,
  RoutingTool,
} from './routing.ts';
export type { Status } from './status.ts';
export type { UserInfo } from './user.ts';

const keys = area('Provider keys');
const clients = area('Gateway keys').meta(forMembers);
const requests = area('Requests').meta(forMembers);
const system = area('System');

/** Everything that a dashboard may ask of a gateway. Each call wants the owner but those for members; none returns a provider key. */
export const contract = {
  providerKeys: {
    list: keys
      .route({ method: 'GET', path: '/provider-keys', summary: 'List provider keys, masked' })
      .output(z.object({ keys: z.array(providerKey) })),
    add: keys
      .route({ method: 'POST', path: '/provider-keys', summary: 'Check a key with its provider and keep it sealed' })
      .input(addProviderKeyInput)
      .output(providerKey),
    replace: keys
      .route({
        method: 'PUT',
        path: '/provider-keys/{id}',
        summary: 'Check another key and put it in the place of this one',
      })
      .input(replaceProviderKeyInput)
      .output(providerKey),
    remove: keys
      .route({ method: 'DELETE', path: '/provider-keys/{id}', summary: 'Remove a key; it can be restored for a day' })
      .input(idInput)
      .output(z.object({ id: z.string() })),
    restore: keys
      .route({ method: 'POST', path: '/provider-keys/{id}/restore', summary: 'Take back the removal of a key' })
      .input(idInput)
      .output(providerKey),
    test: keys
      .route({ method: 'POST', path: '/provider-keys/{id}/test', summary: 'Check a kept key with its provider' })
      .input(idInput)
      .output(providerKey),
  },
  gatewayKeys: {
    list: clients
      .route({ method: 'GET', path: '/gateway-keys', summary: 'List gateway keys' })
      .output(z.object({ keys: z.array(gatewayKey) })),
    create: clients
      .route({ method: 'POST', path: '/gateway-keys', summary: 'Make a gateway key; it is shown this once' })
      .input(createGatewayKeyInput)
      .output(createdGatewayKey),
    update: clients
      .route({ method: 'PATCH', path: '/gateway-keys/{id}', summary: 'Rename a gateway key or change its options' })
      .input(updateGatewayKeyInput)
      .output(gatewayKey),
    revoke: clients
      .route({ method: 'DELETE', path: '/gateway-keys/{id}', summary: 'Revoke a gateway key for good' })
      .input(idInput)
      .output(gatewayKey),
  },
  limits: limitRoutes,
  models: modelRoutes,
  registry: registryRoutes,
  requests: {
    page: requests
      .route({ method: 'GET', path: '/requests', summary: 'A page of requests, newest, dearest or slowest first' })
      .input(requestPageInput)
      .output(requestPage),
    one: requests
      .route({ method: 'GET', path: '/requests/{id}', summary: 'One request in full' })
      .input(idInput)
      .output(requestDetail),
    /** Over HTTP, `GET /api/requests.csv` and `/api/requests.json` send the same as a file. */
    export: requests
      .route({ method: 'GET', path: '/requests/export', summary: 'All requests of a filter as text, in pieces' })
      .input(exportInput)
      .output(eventIterator(z.string())),
  },
  analytics: analyticsRoutes,
  settings: {
    get: system.route({ method: 'GET', path: '/settings', summary: 'All settings' }).output(settingsSchema),
    update: system
      .route({ method: 'PATCH', path: '/settings', summary: 'Change some settings' })
      .input(settingsPatchSchema)
      .output(settingsSchema),
  },
  data: dataRoutes,
  desktop: desktopRoutes,
  playground: playgroundRoutes,
  providers: providerRoutes,
  account: accountRoutes,
  alerts: alertRoutes,
  aliases: aliasRoutes,
  captures: captureRoutes,
  config: configRoutes,
  connections: connectRoutes,
  routing: routingRoutes,
  users: userRoutes,
  status: system
    .meta(forMembers)
    .route({ method: 'GET', path: '/status', summary: 'Version, address and uptime' })
    .output(status),
  events: system
    .meta(forMembers)
    .route({ method: 'GET', path: '/events', summary: 'What happens, live, as server-sent events' })
    .output(eventIterator(event)),
};
