import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contract, type GatewayEvent, type ProviderInfo } from '../../contract/index.ts';
import { createMemoryHost } from '../../test/memory-host.ts';
import { exampleRow } from '../../test/request-row.ts';
import { createAccounts, createSessions, OWNER as OWNER_CALLER } from '../accounts/index.ts';
import { createAlerts } from '../alerts/index.ts';
import { createBackups } from '../backup/index.ts';
import { createCapture } from '../capture/index.ts';
import { createConnections } from '../connect/index.ts';
import { openDatabase } from '../db/open.ts';
import { createSettingsStore } from '../db/settings.ts';
import { GatewayError } from '../errors.ts';
import { createCalendar } from '../ledger/calendar.ts';
import { createRequestId, openLedger } from '../ledger/index.ts';
import { createLimits } from '../limits/index.ts';
import { createCatalogue } from '../models/catalogue.ts';
import { createChecks } from '../models/checks.ts';
import type { Model } from '../models/schema.ts';
import { createUpdater } from '../models/updater.ts';
import { createHealth } from '../providers/health.ts';
import { createCustomProviders } from '../providers/index.ts';
import { createAliases } from '../routing/aliases.ts';
import { createFeedback } from '../routing/feedback.ts';
import { createRouting } from '../routing/index.ts';
import { createPolicies } from '../routing/policies.ts';
import { createShadow } from '../routing/shadow.ts';
import { type CheckResult, createGatewayKeys, createProviderKeys } from '../vault/index.ts';
import { createEvents, mountApi } from './index.ts';
import { createApi } from './router.ts';

const SECRET = 'sk-live-THE-SECRET-PART-7890';
const OWNER = 'Bearer owner-token';
const RANGE = { fromMs: Date.UTC(2026, 4, 4), toMs: Date.UTC(2026, 4, 6) };

const MODEL: Model = {
  id: 'openai/gpt-5-mini',
  provider: 'openai',
  name: 'gpt-5-mini',
  title: 'GPT-5 mini',
  aliases: ['gpt-5-mini-2026-01-01'],
  contextTokens: 400_000,
  maxOutputTokens: 128_000,
  input: ['text', 'image'],
  output: ['text'],
  capabilities: { tools: true, structuredOutput: true, reasoning: true, promptCaching: true, sampling: false },
  prices: [{ input: 0.25, output: 2, cacheRead: 0.025 }],
  quality: [{ rating: 3.4, variant: 'default', basis: 'an example', date: '2026-01-01' }],
};

async function start() {
  const host = createMemoryHost();
  const database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  const ledger = openLedger({ database, journalPath: join(host.paths.data, 'journal'), log: host.log });
  const events = createEvents();
  const environment = [{ provider: 'anthropic', key: `${SECRET}-env` }];
  const vault = createProviderKeys({ database, cipher: host.cipher, log: host.log, environment });
  const accounts = createAccounts(database);
  const gatewayKeys = createGatewayKeys(database);
  const settings = createSettingsStore(database, host.log);
  const limits = createLimits({
    database,
    journalPath: join(host.paths.data, 'reservations'),
    settings,
    gatewayKeys,
    ledger,
    log: host.log,
    onReached() {},
  });
  const checked: string[] = [];
  const answers: { check: CheckResult | Error } = { check: 'works' };
  const catalogue = createCatalogue({
    database,
    shipped: { file: { version: 1, made: '2026-08-01', sources: [], models: [MODEL] }, version: 'v1' },
    isServed: ({ provider }) => provider === 'openai',
    extra: [],
  });
  const aliases = createAliases(database, {});
  const ids = {
    known: new Set(['openai']),
    get usable() {
      return vault.usableProviders();
    },
    offering: () => undefined,
  };
  const routing = createRouting({
    database,
    log: host.log,
    aliases,
    registry: catalogue.registry,
    providers: { usableModels: () => [MODEL], offered: () => [], health: createHealth(), ids },
  });
  const backups = createBackups({ database, flush: ledger.flush });
  const capture = createCapture({
    path: join(host.paths.data, 'captures.sqlite'),
    settings: () => settings.get().capture,
    secrets: async () => [],
    log: host.log,
  });
  const dependencies = {
    backups,
    capture,
    playground: { address: () => '', keyFor: () => '' },
    vault,
    gatewayKeys,
    ledger,
    events,
    log: host.log,
    catalogue,
    updater: createUpdater({
      catalogue,
      checks: createChecks(database),
      settings,
      used: async () => [],
      notify: host.notify,
      log: host.log,
    }),
    settings,
    limits,
    custom: createCustomProviders({ database, cipher: host.cipher, log: host.log, declared: {} }),
    configFile: undefined,
    database,
    aliases,
    routing,
    shadow: createShadow({ database, policies: routing.policies, log: host.log, address: () => '', key: '' }),
    feedback: createFeedback({ ledger, learning: routing.learning }),
    providers: {
      ids,
      list: (): ProviderInfo[] => [
        {
          id: 'openai',
          name: 'OpenAI',
          dialect: 'openai-chat',
          baseUrl: 'https://api.openai.com/v1',
          kind: 'builtIn',
          hasKey: vault.usableProviders().has('openai'),
          health: { circuit: 'closed', errorRate: null, firstByteMs: 120 },
          custom: null,
          local: null,
        },
      ],
      discover: async () => {},
      async check(provider: string, key?: string) {
        checked.push(`${provider} ${key}`);
        if (answers.check instanceof Error) throw answers.check;
        return { result: answers.check, detail: 'As the test said.', models: null };
      },
    },
    desktop: undefined,
    accounts,
    sessions: createSessions({ ownerToken: 'owner', accounts, database }),
    alerts: createAlerts({
      database,
      cipher: host.cipher,
      ledger,
      calendar: () => createCalendar('UTC'),
      providersDown: () => [],
      notify: host.notify,
      proxy: () => ({ server: 'none', except: [] }),
      log: host.log,
      onChange: () => {},
    }),
    connections: createConnections({
      database,
      cipher: host.cipher,
      user: host.user,
      gatewayKeys,
      policies: createPolicies(database, host.log),
      url: () => 'http://127.0.0.1:4556',
      log: host.log,
    }),
    status: () => ({ version: '0.1.0', address: 'http://127.0.0.1:4556', uptimeMs: 5 }),
  };
  const fastify = Fastify({ forceCloseConnections: true });
  const serve = mountApi(fastify, {
    backups,
    router: async () => createApi(dependencies),
    authorize: async ({ headers }) => (headers.authorization === OWNER ? { caller: OWNER_CALLER } : {}),
    gatewayKeys,
    ledger,
    version: '0.1.0',
    log: host.log,
  });
  const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
  const link = new RPCLink({ url: `${url}/rpc`, headers: { authorization: OWNER } });
  const client: ContractRouterClient<typeof contract> = createORPCClient(link);
  const bodies: string[] = [];

  async function rest(method: string, path: string, body?: unknown) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: OWNER, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    bodies.push(text);
    return { status: response.status, json: JSON.parse(text) };
  }

  async function stop() {
    events.close();
    await fastify.close();
    await capture.close();
    await ledger.close();
    vault.close();
    gatewayKeys.close();
    database.close();
    host.remove();
  }

  return { url, client, rest, serve, stop, bodies, checked, answers, host, ledger, events, gatewayKeys, vault };
}

let api: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
  api = await start();
});
afterEach(() => api.stop());

describe('who may ask', () => {
  test.each(['/rpc/status', '/api/status', '/api/openapi.json', '/api/nothing', '/rpc/providerKeys/list'])(
    '%s wants the owner',
    async (path) => {
      for (const headers of [{}, { authorization: 'Bearer gw_some-client' }]) {
        const response = await fetch(api.url + path, { headers });
        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ code: 'missing_key', status: 401 });
      }
    },
  );

  test('a stranger is refused before the body is read', async () => {
    const response = await fetch(`${api.url}/api/settings`, { method: 'PATCH', body: 'x'.repeat(100) });
    expect(response.status).toBe(401);
  });
});

describe('what is sent', () => {
  test('a body over 16 MiB, one that is not JSON, and one of another type are refused', async () => {
    expect(await api.rest('PATCH', '/api/settings', { allowedHosts: ['x'.repeat(17_000_000)] })).toMatchObject({
      status: 413,
      json: { code: 'body_too_large' },
    });
    expect(await api.rest('PATCH', '/api/settings', '{"cache":')).toMatchObject({
      status: 400,
      json: { code: 'invalid_json' },
    });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const response = await fetch(`${api.url}/api/gateway-keys`, {
        method: 'POST',
        headers: { authorization: OWNER, 'content-type': type },
        body: '{"name":"x"}',
      });
      expect(response.status).toBe(415);
    }
    expect(api.gatewayKeys.list()).toEqual([]);
  });

  test('an unknown path and an unknown id are 404, a wrong value 400', async () => {
    expect((await api.rest('GET', '/api/nothing')).status).toBe(404);
    expect(await api.rest('GET', '/api/requests/req_unknown')).toMatchObject({
      status: 404,
      json: { code: 'not_found', message: 'There is no request with this id.', data: { field: 'id' } },
    });
    expect((await api.rest('GET', '/api/requests?limit=0')).status).toBe(400);
    expect((await api.rest('GET', '/api/analytics/overview?fromMs=5&toMs=4')).status).toBe(400);
    expect((await api.rest('GET', '/api/analytics/daily?fromMs=1&toMs=2&timeZone=Mars')).status).toBe(400);
    expect((await api.rest('PATCH', '/api/settings', { unknown: 1 })).status).toBe(400);
    expect(await api.rest('PATCH', '/api/settings', { cache: { ttlMs: 0 } })).toMatchObject({
      status: 400,
      json: {
        code: 'invalid_request',
        message: expect.stringMatching(/^cache\.ttlMs: /),
        data: { field: 'cache.ttlMs' },
      },
    });
    expect((await api.rest('GET', '/api/requests?cursor=made-up')).json).toMatchObject({ code: 'invalid_request' });
  });
});

describe('provider keys', () => {
  test('a key is checked, kept, tested, replaced, removed and restored over RPC', async () => {
    const { providerKeys } = api.client;
    api.answers.check = 'rateLimited';
    const added = await providerKeys.add({ provider: 'openai', key: ` ${SECRET} ` });
    expect(added).toMatchObject({ provider: 'openai', status: 'rateLimited', lastFour: '7890', source: 'stored' });
    api.answers.check = 'refused';
    expect(await providerKeys.test({ id: added.id })).toMatchObject({ status: 'refused' });
    expect((await api.client.providers.list()).providers[0]?.hasKey).toBe(false);
    api.answers.check = 'works';
    expect(await providerKeys.replace({ id: added.id, key: `${SECRET}-2222` })).toMatchObject({ lastFour: '2222' });
    expect((await api.client.providers.list()).providers[0]?.hasKey).toBe(true);
    expect(await providerKeys.remove({ id: added.id })).toEqual({ id: added.id });
    expect((await providerKeys.list()).keys.map((key) => key.source)).toEqual(['environment']);
    expect(await providerKeys.restore({ id: added.id })).toMatchObject({ status: 'works' });
    expect(api.checked).toEqual([`openai ${SECRET}`, `openai ${SECRET}`, `openai ${SECRET}-2222`]);
  });

  test('no answer, event or log line of any call holds a key, not even when a call fails', async () => {
    const added = await api.rest('POST', '/api/provider-keys', { provider: 'openai', key: SECRET, label: 'Work' });
    expect(added).toMatchObject({ status: 200, json: { status: 'works' } });
    const path = `/api/provider-keys/${added.json.id}`;
    for (const [method, at, body] of [
      ['GET', '/api/provider-keys'],
      ['PUT', path, { key: SECRET }],
      ['PUT', path, { key: `${SECRET}\n${SECRET}` }],
      ['POST', '/api/provider-keys', { provider: 'Not An Id', key: SECRET }],
      ['POST', '/api/provider-keys', { provider: 'openai', key: [SECRET] }],
      ['POST', '/api/provider-keys', `{"key":"${SECRET}`],
      ['POST', `${path}/test`],
      ['DELETE', path],
      ['POST', `${path}/restore`],
      ['DELETE', '/api/provider-keys/environment_anthropic'],
      ['GET', '/api/providers'],
      ['GET', '/api/settings'],
    ] as const) {
      await api.rest(method, at, body);
    }
    for (const failure of [
      new Error(`fetch failed for ${SECRET}`),
      new GatewayError('unknown_model', 'No such provider.'),
    ]) {
      api.answers.check = failure;
      expect(
        (await api.rest('POST', '/api/provider-keys', { provider: 'openai', key: SECRET })).status,
      ).toBeGreaterThan(399);
    }
    expect(api.bodies.join()).not.toContain('SECRET');
    expect(JSON.stringify(api.host.lines)).not.toContain('SECRET');
    expect(api.host.lines).toMatchObject([{ facts: { call: 'providerKeys.add', error: 'Error' } }]);
  });

  test('the environment is not to be changed here', async () => {
    expect(await api.rest('DELETE', '/api/provider-keys/environment_anthropic')).toMatchObject({
      status: 409,
      json: { code: 'conflict', data: { field: 'id' } },
    });
    expect((await api.rest('PUT', '/api/provider-keys/pk_unknown', { key: SECRET })).status).toBe(404);
  });
});

test('a gateway key is made, shown once, changed and revoked', async () => {
  const made = await api.rest('POST', '/api/gateway-keys', { name: 'Editor', cache: false });
  expect(made.json.gatewayKey).toMatchObject({ name: 'Editor', cache: false, metadata: true });
  expect(api.gatewayKeys.authenticate(made.json.key)?.name).toBe('Editor');
  const path = `/api/gateway-keys/${made.json.gatewayKey.id}`;
  expect((await api.rest('PATCH', path, { metadata: false })).json).toMatchObject({ name: 'Editor', metadata: false });
  const listed = await api.rest('GET', '/api/gateway-keys');
  expect(listed.json.keys).toHaveLength(1);
  expect(JSON.stringify(listed.json)).not.toContain(made.json.key.slice(3, -4));
  expect((await api.rest('DELETE', path)).json.revokedAtMs).toBeTypeOf('number');
  expect(api.gatewayKeys.authenticate(made.json.key)).toBeUndefined();
});

test('models show what they cost and whether they can be used, under a path with a slash', async () => {
  const { models } = await api.client.models.list();
  expect(models).toMatchObject([{ id: 'openai/gpt-5-mini', available: false, rating: 3.4, retires: null }]);
  await api.vault.add({ provider: 'openai', key: SECRET });
  const { json } = await api.rest('GET', '/api/models/openai/gpt-5-mini');
  expect(json).toMatchObject({
    available: true,
    price: { input: 0.25, output: 2, cacheRead: 0.025, cacheWrite5m: null },
  });
  expect((await api.rest('GET', '/api/models/openai/none')).status).toBe(404);
});

test('an own price, rating and hiding hold at once, say so, and are taken back whole or one by one', async () => {
  const price = { input: 0.1, output: 0.4 };
  const edited = await api.rest('PATCH', '/api/models/openai/gpt-5-mini', { price, rating: 5, hidden: true });
  expect(edited.json).toMatchObject({
    price: { input: 0.1, output: 0.4, cacheRead: null },
    priceSource: 'your own price',
    rating: 5,
    hidden: true,
    edit: { price, rating: 5, hidden: true },
    origins: { price: 'edited', rating: 'edited', hidden: 'edited', title: 'shipped' },
    listed: { price: { input: 0.25, output: 2, cacheRead: 0.025 }, rating: 3.4 },
  });
  const back = await api.rest('PATCH', '/api/models/openai/gpt-5-mini', { price: null, hidden: false });
  expect(back.json).toMatchObject({
    price: { input: 0.25 },
    rating: 5,
    hidden: false,
    edit: { rating: 5, hidden: false },
  });
  const { json } = await api.rest('DELETE', '/api/models/openai/gpt-5-mini');
  expect(json.model).toMatchObject({ rating: 3.4, edit: {}, origins: { rating: 'shipped', price: 'shipped' } });
  const history = await api.client.models.priceHistory({ id: 'openai/gpt-5-mini' });
  expect(history.entries.map(({ layer }) => layer)).toContain('edited');
  expect((await api.rest('PATCH', '/api/models/openai/none', { rating: 2 })).status).toBe(404);
});

test('a model of the owner’s own is added, compared and removed', async () => {
  const added = { provider: 'openai', name: 'my-finetune', contextTokens: 8000, price: { input: 1, output: 2 } };
  const { json } = await api.rest('POST', '/api/models', added);
  expect(json).toMatchObject({
    id: 'openai/my-finetune',
    added: true,
    price: { input: 1 },
    origins: { price: 'edited' },
  });
  expect((await api.rest('POST', '/api/models', added)).status).toBe(409);
  expect((await api.rest('POST', '/api/models', { ...added, provider: 'nobody' })).status).toBe(404);
  const ids = ['openai/my-finetune', 'openai/gpt-5-mini'];
  const compared = await api.rest('POST', '/api/models/compare', { ids, inputTokens: 1_000_000, outputTokens: 0 });
  expect(compared.json.models.map((model: { costUsd: number }) => model.costUsd)).toEqual([1, 0.25]);
  expect((await api.rest('DELETE', '/api/models/openai/my-finetune')).json).toEqual({ id: ids[0], model: null });
  expect((await api.client.models.list()).models).toHaveLength(1);
});

describe('requests and analytics', () => {
  beforeEach(() => {
    for (let index = 0; index < 5; index++) {
      api.ledger.record(
        exampleRow({ id: `req_${index}`, startedAtMs: RANGE.fromMs + index, losses: '[{"field":"seed","why":"no"}]' }),
      );
    }
    api.ledger.record(
      exampleRow({
        id: 'req_x',
        costNano: null,
        costKind: 'unknown',
        status: 'error',
        startedAtMs: RANGE.fromMs + 9,
        features: null,
      }),
    );
  });

  test('pages follow their cursor, filters come as query parameters', async () => {
    const first = await api.rest('GET', '/api/requests?limit=4');
    const second = await api.rest('GET', `/api/requests?limit=4&cursor=${first.json.nextCursor}`);
    const ids = [...first.json.requests, ...second.json.requests].map((one: { id: string }) => one.id);
    expect(ids).toEqual(['req_x', 'req_4', 'req_3', 'req_2', 'req_1', 'req_0']);
    expect(second.json.nextCursor).toBeNull();
    const filtered = await api.client.requests.page({ status: 'error', limit: 9, fromMs: RANGE.fromMs });
    expect(filtered.requests).toMatchObject([{ id: 'req_x', costNano: null, costUsd: null, costKind: 'unknown' }]);
  });

  test('one request shows features, losses and money in both units', async () => {
    expect(await api.client.requests.one({ id: 'req_1' })).toMatchObject({
      costNano: 65_000,
      costUsd: 0.000065,
      features: { inputTokens: 12 },
      losses: [{ field: 'seed', why: 'no' }],
    });
    expect(await api.client.requests.one({ id: 'req_x' })).toMatchObject({ features: null, losses: [] });
  });

  test('overview, days and models agree', async () => {
    const query = `fromMs=${RANGE.fromMs}&toMs=${RANGE.toMs}`;
    const overview = await api.rest('GET', `/api/analytics/overview?${query}`);
    expect(overview.json).toMatchObject({
      requests: 6,
      errors: 1,
      unknownCosts: 1,
      costNano: 325_000,
      costUsd: 0.000325,
    });
    const daily = await api.client.analytics.daily({ ...RANGE, timeZone: 'Europe/Madrid' });
    expect(daily.days.map((day) => [day.date, day.requests])).toEqual([
      ['2026-05-04', 6],
      ['2026-05-05', 0],
      ['2026-05-06', 0],
    ]);
    const { models } = await api.client.analytics.byModel(RANGE);
    expect(models).toMatchObject([{ model: 'gpt-5-mini', requests: 6, costUsd: 0.000325 }]);
    expect(daily.days[0]?.models).toEqual(models);
  });

  test('the period before lies as much earlier as is asked', async () => {
    const dayMs = 24 * 3_600_000;
    const { before } = await api.client.analytics.overview({ ...RANGE, earlierMs: 7 * dayMs });
    expect(before).toMatchObject({ fromMs: RANGE.fromMs - 7 * dayMs, toMs: RANGE.toMs - 7 * dayMs, requests: 0 });
    const next = { fromMs: RANGE.fromMs + dayMs, toMs: RANGE.toMs + dayMs };
    expect((await api.client.analytics.overview({ ...next, earlierMs: dayMs })).before.requests).toBe(6);
    const beside = await api.client.analytics.overview(next);
    expect(beside.before).toMatchObject({ fromMs: 2 * next.fromMs - next.toMs, toMs: next.fromMs });
  });

  test('sums are of the last 24 hours where no range is given', async () => {
    api.ledger.record(exampleRow({ id: createRequestId(Date.now()), startedAtMs: Date.now(), inputTokens: 7 }));
    const overview = await api.rest('GET', '/api/analytics/overview');
    expect(overview.json).toMatchObject({ requests: 1, inputTokens: 7 });
    expect((await api.rest('GET', '/api/analytics/daily')).status).toBe(200);
  });
});

test('settings are read and changed', async () => {
  expect((await api.rest('PATCH', '/api/settings', { cache: { ttlMs: 5000 } })).json.cache).toMatchObject({
    ttlMs: 5000,
  });
  expect(await api.client.settings.get()).toMatchObject({
    cache: { ttlMs: 5000, enabled: true },
    retryAfterMaxMs: 10_000,
    routingPaused: false,
  });
  expect(await api.client.status()).toEqual({ version: '0.1.0', address: 'http://127.0.0.1:4556', uptimeMs: 5 });
});

describe('diagnostics', () => {
  test('tell how requests ended, and no name, no key, no message of a provider', async () => {
    const row = exampleRow();
    api.ledger.record({ ...row, errorMessage: 'The prompt "my diary" is too long', errorCode: 'context_too_long' });
    await api.client.settings.update({ allowedHosts: ['sk-live-0123456789abcdef', `${api.host.user.home}/x`] });
    const over = [await api.client.data.diagnostics(), (await api.rest('GET', '/api/data/diagnostics')).json];
    for (const found of over) {
      expect(found).toMatchObject({
        about: { version: '0.1.0', platform: process.platform },
        settings: { allowedHosts: ['[key]', '~/x'] },
        requests: [{ model: row.model, errorCode: 'context_too_long', losses: expect.any(Number) }],
      });
      expect(JSON.stringify(found)).not.toMatch(/my diary|clientName|"why"/);
    }
  });
});

describe('live events', () => {
  const event: GatewayEvent = { type: 'models', version: '2026-11-26' };

  test('they arrive over RPC until the reader leaves', async () => {
    const stream = await api.client.events();
    await expect.poll(() => api.events.hasSubscribers()).toBe(true);
    api.events.publish({ type: 'keys' });
    api.events.publish(event);
    expect(await stream.next()).toMatchObject({ value: { type: 'keys' } });
    expect(await stream.next()).toMatchObject({ value: event });
    await stream.return();
    await expect.poll(() => api.events.hasSubscribers()).toBe(false);
  });

  test('they arrive over REST as server-sent events', async () => {
    const leave = new AbortController();
    const response = await fetch(`${api.url}/api/events`, { headers: { authorization: OWNER }, signal: leave.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    await expect.poll(() => api.events.hasSubscribers()).toBe(true);
    api.events.publish(event);
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('2026-11-26')) break;
    }
    expect(text).toContain(`data: ${JSON.stringify(event)}`);
    leave.abort();
    await expect.poll(() => api.events.hasSubscribers()).toBe(false);
  });

  test('they arrive over a port until it closes', async () => {
    const { port1: page, port2 } = new MessageChannel();
    page.start();
    await api.serve(port2);
    const client: ContractRouterClient<typeof contract> = createORPCClient(new PortLink({ port: page }));
    const stream = await client.events();
    await expect.poll(() => api.events.hasSubscribers()).toBe(true);
    api.events.publish(event);
    expect(await stream.next()).toMatchObject({ value: event });
    page.close();
    await expect.poll(() => api.events.hasSubscribers()).toBe(false);
  });

  test('a reader who lags loses the oldest, and closing ends every subscription', async () => {
    const stream = api.events.subscribe(undefined, { caller: OWNER_CALLER, sees: () => true });
    for (let count = 0; count < 300; count++) api.events.publish({ type: 'requests', count, latest: [] });
    expect(await stream.next()).toMatchObject({ value: { count: 44 } });
    api.events.close();
    expect(await stream.next()).toMatchObject({ done: true });
    expect(api.events.hasSubscribers()).toBe(false);
  });
});

test('the document is OpenAPI 3.1 and describes every call with its answer', async () => {
  const { json } = await api.rest('GET', '/api/openapi.json');
  expect(json.openapi).toMatch(/^3\.1\./);
  const operations = Object.values(json.paths).flatMap((path) => Object.values(path as object));
  expect(operations).toHaveLength(callsOf(contract));
  for (const operation of operations) {
    expect(operation).toMatchObject({
      summary: expect.any(String),
      responses: { 200: { content: expect.any(Object) } },
    });
  }
  expect(json.paths['/requests'].get.parameters.map((one: { name: string }) => one.name)).toContain('minCostNano');
});

function callsOf(routes: object): number {
  if ('~orpc' in routes) return 1;
  return Object.values(routes).reduce((sum: number, inner: object) => sum + callsOf(inner), 0);
}
