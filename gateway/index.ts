import { rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAccounts, createSessions, mountSession } from './accounts/index.ts';
import { createAlerts } from './alerts/index.ts';
import { announceChanges, createAnnouncements } from './announcements.ts';
import { createEvents, mountApi } from './api/index.ts';
import { createBackups } from './backup/index.ts';
import { collectBody } from './body/collect.ts';
import { readJsonBody } from './body/read.ts';
import { createCapture } from './capture/index.ts';
import type { Connections } from './connect/index.ts';
import { hasConnected, hasWaiting } from './connect/waiting.ts';
import { mountFiles } from './dashboard/index.ts';
import { openDatabase } from './db/open.ts';
import { createSettingsStore } from './db/settings.ts';
import { GatewayError } from './errors.ts';
import type { Gateway, GatewayOptions } from './gateway.ts';
import type { Host } from './host.ts';
import { wordsIn } from './hosting/words.ts';
import { createCalendar } from './ledger/calendar.ts';
import { openLedger, zoneOf } from './ledger/index.ts';
import { createLimits } from './limits/index.ts';
import { mountMetrics } from './metrics/index.ts';
import { createCatalogue } from './models/catalogue.ts';
import { createChecks } from './models/checks.ts';
import { createTokenCounter } from './models/count.ts';
import { loadRegistry } from './models/registry.ts';
import { createUpdater } from './models/updater.ts';
import { readClient } from './pipeline/authenticate.ts';
import { count, createPipeline, explain } from './pipeline/index.ts';
import { isServed } from './providers/catalog.ts';
import { DEMO_MODELS } from './providers/demo.ts';
import { createCustomProviders, createProviders } from './providers/index.ts';
import { createAliases } from './routing/aliases.ts';
import { createFeedback, readFeedback } from './routing/feedback.ts';
import { createRouting } from './routing/index.ts';
import { createShadow, SHADOW_CLIENT } from './routing/shadow.ts';
import { createServer } from './server.ts';
import { watchTroubles } from './troubles.ts';
import { createGatewayKeys, createProviderKeys } from './vault/index.ts';

export { checkModels, compareModelFiles, openConnections } from './alone.ts';
export type { Declared, Gateway, GatewayOptions } from './gateway.ts';
export { GatewayError };

const FEEDBACK_BYTES = 4_096;
const PLAYGROUND_CLIENT = { id: 'playground', name: 'Playground' };

/** Opens, wires, listens. Throws with one clear sentence when the data cannot be opened or the port is taken. */
export async function createGateway(host: Host, options: GatewayOptions): Promise<Gateway> {
  const { paths, log } = host;
  const { file: configFile, ...declared } = options.declared ?? { providers: {}, aliases: {}, settings: {} };
  const startedAtMs = Date.now();
  const shipped = loadRegistry(paths.models);
  const words = () => wordsIn(host.language?.());
  const database = openDatabase(join(paths.data, 'gateway.sqlite'), join(paths.resources, 'migrations'), words());
  const custom = createCustomProviders({ database, cipher: host.cipher, log, declared: declared.providers });
  const catalogue = createCatalogue({
    database,
    shipped,
    isServed: (model) => isServed(model) || custom.get(model.provider) !== undefined,
    extra: DEMO_MODELS,
  });
  const { registry } = catalogue;
  const settings = createSettingsStore(database, log, declared.settings);
  const vault = createProviderKeys({ database, cipher: host.cipher, log, environment: options.environmentKeys });
  const accounts = createAccounts(database);
  const gatewayKeys = createGatewayKeys(database);
  const events = createEvents();
  const announcements = createAnnouncements({ events, notify: host.notify, words, alerts: () => alerts });
  const ledger = openLedger({
    database,
    journalPath: join(paths.data, 'ledger.journal'),
    log,
    timeZone: zoneOf(settings.get().timeZone),
    keep: () => settings.get().retention,
    isDetailed: gatewayKeys.isOfUser,
    onRecorded(rows) {
      limits.recorded(rows);
      metrics.recorded(rows);
      return announcements.rows(rows);
    },
  });
  const limits = createLimits({
    database,
    journalPath: join(paths.data, 'reservations.journal'),
    settings,
    gatewayKeys,
    ledger,
    log,
    onReached: announcements.reached,
  });
  // By it the command line finds the gateway that runs on this data.
  const addressPath = join(paths.data, 'address');
  const updater = createUpdater({
    catalogue,
    checks: createChecks(database),
    settings,
    used: (fromMs, toMs) => ledger.byModel({ fromMs, toMs }),
    notify: announcements.prices,
    words,
    log,
    onCheck: ({ result }) => events.publish({ type: 'registryCheck', result }),
  });
  const providers = createProviders({
    baseUrls: options.baseUrls,
    registry,
    vault,
    settings,
    custom,
    onFound: catalogue.setFound,
  });
  const alerts = createAlerts({
    database,
    cipher: host.cipher,
    ledger,
    calendar: () => createCalendar(zoneOf(settings.get().timeZone)),
    providersDown: () => providers.list().flatMap(({ name, health }) => (health.circuit === 'open' ? [name] : [])),
    notify: host.notify,
    words,
    proxy: () => settings.get().proxy,
    log,
    onChange: () => events.publish({ type: 'alerts' }),
  });
  const aliases = createAliases(database, declared.aliases);
  const routing = createRouting({ database, log, registry, aliases, providers });
  const feedback = createFeedback({ ledger, learning: routing.learning });
  const parts = { alerts, aliases, custom, gatewayKeys, ledger, limits, providers, routing, settings, vault };
  const shadow = createShadow({
    database,
    log,
    policies: routing.policies,
    address: () => address,
    key: gatewayKeys.createInternal(SHADOW_CLIENT),
  });
  const counter = createTokenCounter();
  const backups = createBackups({ database, flush: ledger.flush });
  const capture = createCapture({
    path: join(paths.data, 'captures.sqlite'),
    settings: () => settings.get().capture,
    secrets: async () => {
      const opened = await Promise.allSettled([...vault.usableProviders()].map(vault.open));
      return [options.ownerToken, ...opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))];
    },
    log,
  });
  const pipeline = createPipeline({ ...parts, counter, shadow, capture });
  const server = createServer({
    hostname: options.hostname,
    log,
    steps: pipeline.steps,
    keepAliveMs: () => settings.get().timeouts.keepAliveMs,
    trust: settings.get,
    explain: (exchange) => explain(pipeline, exchange),
    async feedback(incoming) {
      const { id } = readClient(incoming, (key) => gatewayKeys.authenticate(key, incoming.socket));
      const { json } = await readJsonBody(await collectBody(incoming, FEEDBACK_BYTES));
      const { requestId, verdict } = readFeedback(json);
      await feedback.give(requestId, verdict, id);
      return { request_id: requestId, verdict };
    },
    count: (exchange, format) => count(pipeline, exchange, format),
    listModels(incoming) {
      const { id } = readClient(incoming, (key) => gatewayKeys.authenticate(key, incoming.socket));
      const named = aliases.namesFor(id).map((name) => ({ id: name, provider: 'llm-gateway', createdAtMs: 0 }));
      return [...named, ...providers.listed().map((listed) => ({ ...listed, model: registry.find(listed.id) }))];
    },
  });

  let address = '';
  const sessions = createSessions({ ownerToken: options.ownerToken, accounts, database });
  sessions.onEnd(events.end);
  if (paths.dashboard !== undefined) mountFiles(server.fastify, paths.dashboard);
  mountSession(server.fastify, { sessions, accounts });
  const metrics = mountMetrics(server.fastify, {
    settings: settings.get,
    authorizeOwner: async ({ headers }) => (await sessions.authorize(headers)).caller?.role === 'owner',
    limits,
    inProgress: server.openExchanges,
  });
  const serve = mountApi(server.fastify, {
    backups,
    gatewayKeys,
    ledger,
    version: options.version,
    log,
    authorize: ({ headers }) => sessions.authorize(headers),
    async router() {
      const { createApi } = await import('./api/router.ts');
      const connections = await connect();
      const status = () => ({ version: options.version, address, uptimeMs: Date.now() - startedAtMs });
      const playground = { address: () => address, keyFor };
      const more = {
        shadow,
        backups,
        capture,
        feedback,
        accounts,
        sessions,
        playground,
        catalogue,
        configFile,
        connections,
        database,
        updater,
        events,
        status,
        log,
        desktop: host.desktop,
      };
      return createApi({ ...parts, ...more });
    },
  });
  const endWatch = watchTroubles({ notify: host.notify, words, providers, vault });
  const { policies } = routing;
  const { desktop } = host;
  announceChanges(events, { providers, policies, accounts, aliases, vault, gatewayKeys, settings, desktop, registry });
  settings.onChange(() => void capture.prune().catch(() => log.warn('Old captures could not be let go.')));
  settings.onChange(({ timeZone }) => void ledger.changeZone(zoneOf(timeZone)));

  const playgroundKeys = new Map<string, string>();
  /** For the playground, which asks as any client does. */
  function keyFor({ id, name } = PLAYGROUND_CLIENT): string {
    const key = playgroundKeys.get(id) ?? gatewayKeys.createInternal({ id, name });
    playgroundKeys.set(id, key);
    return key;
  }

  let connections: Promise<Connections> | undefined;
  /** Loaded on first use: readers of other programs' files are not needed to answer. */
  function connect(): Promise<Connections> {
    connections ??= import('./connect/index.ts').then(({ createConnections }) => {
      const { cipher, user } = host;
      const made = createConnections({ database, cipher, user, gatewayKeys, policies, url: () => address, log });
      made.onChange(() => events.publish({ type: 'connections' }));
      return made;
    });
    return connections;
  }

  async function close({ drainMs }: { drainMs: number }): Promise<void> {
    updater.close();
    endWatch();
    alerts.close();
    if (address !== '' && settings.get().connections.onQuit === 'restore' && hasConnected(database)) {
      await (await connect()).restore();
    }
    rmSync(addressPath, { force: true });
    await server.drain(drainMs);
    events.close();
    await server.fastify.close();
    await providers.close();
    await counter.close();
    await capture.close();
    gatewayKeys.close();
    vault.close();
    await ledger.close();
    limits.close();
    routing.learning.save();
    routing.conversations.save();
    database.close();
  }

  try {
    await server.fastify.listen({ host: options.hostname, port: options.port });
  } catch (error) {
    await close({ drainMs: 0 });
    throw error;
  }
  address = urlOf(server.fastify.server.address() as AddressInfo);
  updater.start();
  alerts.start();
  if (hasWaiting(database)) void connect().then((connections) => connections.resume());
  writeFileSync(addressPath, address);
  return {
    url: address,
    createKey: (name) => ({ key: gatewayKeys.create({ name }).key }),
    createSignInLink: () =>
      paths.dashboard === undefined ? undefined : `${address}/#/sign-in/${sessions.createCode()}`,
    hasKeys: () => gatewayKeys.list().some((key) => key.revokedAtMs === null),
    get demo() {
      return providers.isDemo();
    },
    serve,
    openStreams: server.openExchanges,
    close,
  };
}

/** An address that a person can use: "all interfaces" is reached by the loopback one. */
function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
