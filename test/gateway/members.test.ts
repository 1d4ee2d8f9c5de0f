import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, type GatewayEvent } from '../../contract/index.ts';
import { createEcho } from '../fake-echo.ts';
import { ask, OWNER_TOKEN, type Started, startGateway } from './start.ts';

type Client = ContractRouterClient<typeof contract>;

/** A user with a browser that is signed in, and a gateway key. */
interface Member {
  id: string;
  client: Client;
  cookie: string;
  key: string;
  keyId: string;
  requestId: string;
}

const PASSWORD = 'correct horse battery';
/** What users may call. Whoever adds one shows below that it tells nothing of others. */
const FOR_MEMBERS = [
  'account.changePassword',
  'account.endSession',
  'account.get',
  'analytics.breakdown',
  'analytics.byModel',
  'analytics.daily',
  'analytics.distribution',
  'analytics.overview',
  'analytics.savings',
  'analytics.series',
  'captures.one',
  'captures.remove',
  'events',
  'gatewayKeys.create',
  'gatewayKeys.list',
  'gatewayKeys.revoke',
  'gatewayKeys.update',
  'limits.list',
  'limits.one',
  'models.list',
  'models.one',
  'playground.chat',
  'requests.export',
  'requests.one',
  'requests.page',
  'routing.decision',
  'status',
];

let started: Started;
let owner: Client;
let ana: Member;
let bo: Member;

beforeAll(async () => {
  started = await startGateway({
    settings: { capture: { enabled: true }, metrics: { enabled: true, loopback: false } },
  });
  started.openai.respond(createEcho({ usage: { input: 1000, output: 100 } }));
  owner = clientWith({ authorization: `Bearer ${OWNER_TOKEN}` });
  await (await started.chat(ask('gpt-4.1'))).text();
  ana = await join('Ana');
  bo = await join('Bo');
  await owner.limits.update({ id: ana.keyId, dayUsd: 5 });
  await owner.limits.update({ id: 'overall', monthUsd: 100 });
});
afterAll(() => started.close());

function clientWith(headers: Record<string, string>): Client {
  return createORPCClient(new RPCLink({ url: `${started.url}/rpc`, headers: { origin: started.url, ...headers } }));
}

function takeInvitation(code: string, email: string) {
  return fetch(`${started.url}/rpc/invitation`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, email, password: PASSWORD }),
  });
}

function signIn(email: string, password = PASSWORD) {
  return fetch(`${started.url}/rpc/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
}

const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';

async function join(name: string): Promise<Member> {
  const { code, user } = await owner.users.invite({ name });
  const cookie = cookieOf(await takeInvitation(code, `${name.toLowerCase()}@example.org`));
  const client = clientWith({ cookie });
  const { key, gatewayKey } = await client.gatewayKeys.create({ name: `Key of ${name}` });
  const answer = await started.chat(ask('gpt-4.1', { user: `mark-of-${name}` }), { key });
  await answer.text();
  const requestId = answer.headers.get('x-gateway-request-id') ?? '';
  return { id: user.id, client, cookie, key, keyId: gatewayKey.id, requestId };
}

function paths(routes: object, at: string[] = []): string[] {
  if ('~orpc' in routes) return [at.join('.')];
  return Object.entries(routes).flatMap(([name, inner]) => paths(inner as object, [...at, name]));
}

function call(client: Client, path: string, input: unknown = {}): Promise<unknown> {
  let found: unknown = client;
  for (const name of path.split('.')) found = (found as Record<string, unknown>)[name];
  return (found as (input: unknown) => Promise<unknown>)(input);
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof ORPCError ? error.code : String(error)),
  );

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const piece of stream) text += typeof piece === 'string' ? piece : JSON.stringify(piece);
  return text;
}

describe('of all calls of the contract', () => {
  const all = paths(contract);

  it.each(all.filter((path) => !FOR_MEMBERS.includes(path)))(
    '%s is refused to a user, whatever is sent',
    async (path) => {
      expect(await codeOf(call(ana.client, path, {}))).toBe('forbidden');
      expect(await codeOf(call(ana.client, path, { id: bo.keyId, name: 'x', user: bo.id }))).toBe('forbidden');
    },
  );

  it('those for users are there, and no stranger may make one of them', async () => {
    expect(all).toEqual(expect.arrayContaining(FOR_MEMBERS));
    for (const path of all) expect(await codeOf(call(clientWith({}), path, {}))).toBe('UNAUTHORIZED');
  });

  it.each(
    FOR_MEMBERS.filter(
      (path) => !['events', 'account.changePassword', 'account.endSession', 'gatewayKeys.create'].includes(path),
    ),
  )('%s tells a user nothing of others', async (path) => {
    for (const id of [bo.keyId, bo.requestId, started.key, 'overall', bo.id, 'owner', 'openai/gpt-4.1']) {
      const more = { by: 'client', of: 'cost', client: bo.keyId, user: id, name: 'x', limit: 100 };
      for (const input of [{ id }, { id, ...more }, { ...more, user: undefined, client: undefined }]) {
        const answer = await call(ana.client, path, input).catch((error: ORPCError<string, unknown>) => error.code);
        const text =
          typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
            ? await textOf(answer as AsyncIterable<unknown>)
            : JSON.stringify(answer);
        for (const secret of [
          bo.keyId,
          bo.requestId,
          'Key of Bo',
          'mark-of-Bo',
          'bo@example.org',
          '"test"',
          'All keys',
        ])
          expect(text).not.toContain(secret);
      }
    }
    expect((await owner.gatewayKeys.list()).keys.find(({ id }) => id === bo.keyId)).toMatchObject({
      name: 'Key of Bo',
      revokedAtMs: null,
    });
    expect((await owner.captures.one({ id: bo.requestId })).id).toBe(bo.requestId);
  });
});

describe('a user', () => {
  it('sees the requests of the own keys, and the owner those of all', async () => {
    const { requests } = await ana.client.requests.page({});
    expect(requests.map(({ id }) => id)).toEqual([ana.requestId]);
    expect(await ana.client.requests.one({ id: ana.requestId })).toMatchObject({ id: ana.requestId });
    expect(await codeOf(ana.client.requests.one({ id: bo.requestId }))).toBe('not_found');
    expect((await ana.client.captures.one({ id: ana.requestId })).body).toMatchObject({ user: 'mark-of-Ana' });
    expect(await codeOf(ana.client.captures.one({ id: bo.requestId }))).toBe('not_found');
    const csv = await textOf(await ana.client.requests.export({ format: 'csv' }));
    expect(csv.trim().split('\r\n').slice(1)).toEqual([expect.stringContaining(ana.requestId)]);
    expect((await owner.requests.page({})).requests).toHaveLength(3);
  });

  it('is shown figures of the own keys, and the owner those of all or of one user', async () => {
    const price = 1000 * 2_000 + 100 * 8_000;
    for (const [client, user, requests] of [
      [ana.client, undefined, 1],
      [ana.client, bo.id, 0],
      [owner, undefined, 3],
      [owner, bo.id, 1],
      [owner, 'owner', 1],
    ] as const) {
      const { overview, breakdown, series, daily, byModel, distribution, savings } = client.analytics;
      const input = { user };
      expect(await overview(input)).toMatchObject({ requests, costNano: requests * price });
      const { groups } = await breakdown({ ...input, by: 'model' });
      expect(groups.map((one) => one.requests)).toEqual(requests === 0 ? [] : [requests]);
      const { buckets } = await series({ ...input, bucket: 'hour' });
      expect(buckets.reduce((sum, one) => sum + one.requests, 0)).toBe(requests);
      expect((await daily(input)).days.reduce((sum, one) => sum + one.costNano, 0)).toBe(requests * price);
      expect((await byModel(input)).models.reduce((sum, one) => sum + one.requests, 0)).toBe(requests);
      const spread = await distribution({ ...input, of: 'tokens' });
      expect(spread.buckets.reduce((sum, one) => sum + one.count, 0)).toBe(requests);
      expect(await savings(input)).toMatchObject({ actualNano: requests * price });
    }
    expect((await ana.client.analytics.overview({})).p95LatencyMs).toBeTypeOf('number');
    const { groups } = await ana.client.analytics.breakdown({ by: 'client' });
    expect(groups).toMatchObject([{ clientId: ana.keyId, clientName: 'Key of Ana' }]);
  });

  it('sees and revokes the own keys, and what limits them, but lifts no limit', async () => {
    const { keys } = await ana.client.gatewayKeys.list();
    expect(keys).toMatchObject([{ id: ana.keyId, userId: ana.id, userName: 'Ana' }]);
    const { limits } = await ana.client.limits.list();
    expect(limits).toMatchObject([{ id: ana.keyId, caps: { dayUsd: 5 } }]);
    expect(await codeOf(ana.client.limits.one({ id: 'overall' }))).toBe('not_found');
    expect(await codeOf(ana.client.limits.update({ id: ana.keyId, dayUsd: null }))).toBe('forbidden');
    expect(await codeOf(ana.client.gatewayKeys.revoke({ id: bo.keyId }))).toBe('not_found');
    const made = await ana.client.gatewayKeys.create({ name: 'Another' });
    await ana.client.gatewayKeys.revoke({ id: made.gatewayKey.id });
    expect((await started.chat(ask('gpt-4.1'), { key: made.key })).status).toBe(401);
    const all = (await owner.gatewayKeys.list()).keys;
    expect(all.map(({ userName }) => userName).sort()).toEqual(['Ana', 'Ana', 'Bo', null]);
  });

  it('hears of the own requests only', async () => {
    const leave = new AbortController();
    const events = await ana.client.events(undefined, { signal: leave.signal });
    const heard: GatewayEvent[] = [];
    const listening = (async () => {
      for await (const event of events) heard.push(event);
    })().catch(() => {});
    const before = (await ana.client.requests.page({})).requests.length;
    await owner.settings.update({ savingsBaseline: null });
    await (await started.chat(ask('gpt-4.1'), { key: bo.key })).text();
    await (await started.chat(ask('gpt-4.1'))).text();
    await (await started.chat(ask('gpt-4.1'), { key: ana.key })).text();
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    leave.abort();
    await listening;
    expect(heard.map(({ type }) => type)).toEqual(['requests']);
    expect(heard).toMatchObject([{ count: 1, latest: [{ clientId: ana.keyId }] }]);
    expect((await ana.client.requests.page({})).requests).toHaveLength(before + 1);
  });

  it('chats in the playground with an own key, whose limits hold', async () => {
    const input = { model: 'gpt-4.1', messages: [{ role: 'user' as const, text: 'Hello' }] };
    expect(await textOf(await ana.client.playground.chat(input))).toContain('"type":"done"');
    const [row] = (await ana.client.requests.page({})).requests;
    expect(row).toMatchObject({ clientId: ana.keyId, clientName: 'Key of Ana' });
    await owner.limits.update({ id: ana.keyId, dayUsd: 0 });
    expect(await textOf(await ana.client.playground.chat(input))).toContain('budget_exceeded');
    await owner.limits.update({ id: ana.keyId, dayUsd: null });
    expect(await codeOf(ana.client.playground.chat({ ...input, gatewayKey: bo.keyId }))).toBe('invalid_request');
  });

  it.each([
    '/api/requests',
    '/api/requests.csv',
    '/api/openapi.json',
    '/api/status',
    '/rpc/backups/x.sqlite',
    '/api/backups/x.sqlite',
  ])('gets nothing from %s', async (path) => {
    const response = await fetch(`${started.url}${path}`, { headers: { cookie: ana.cookie, origin: started.url } });
    expect([response.status, await response.json()]).toMatchObject([403, { code: 'forbidden' }]);
  });

  it('gets no metrics and no route of another key, and sends no backup', async () => {
    const headers = { cookie: ana.cookie, origin: started.url };
    for (const base of ['/api', '/rpc']) {
      const sent = { method: 'POST', headers: { ...headers, 'content-type': 'application/vnd.sqlite3' }, body: 'x' };
      expect((await fetch(`${started.url}${base}/backups`, sent)).status).toBe(403);
    }
    expect((await fetch(`${started.url}/metrics`, { headers })).status).toBe(401);
    expect((await fetch(`${started.url}/v1/route`, { method: 'POST', headers, body: '{}' })).status).toBe(401);
  });

  it('changes the own password, which ends the other browsers', async () => {
    const other = clientWith({ cookie: cookieOf(await signIn('ana@example.org')) });
    expect((await other.account.get()).sessions).toHaveLength(2);
    expect(await codeOf(ana.client.account.changePassword({ current: 'wrong', password: 'another staple' }))).toBe(
      'invalid_request',
    );
    await ana.client.account.changePassword({ current: PASSWORD, password: 'another staple' });
    expect(await codeOf(other.account.get())).toBe('UNAUTHORIZED');
    expect(await ana.client.account.get()).toMatchObject({
      role: 'member',
      name: 'Ana',
      account: { email: 'ana@example.org' },
      sessions: [{ isThis: true }],
    });
    expect((await signIn('ana@example.org')).status).toBe(401);
    expect((await signIn('ana@example.org', 'another staple')).status).toBe(204);
  });
});

describe('the owner', () => {
  it('sees who is there and what they use', async () => {
    const { users } = await owner.users.list();
    expect(users.map(({ name, state, keys, email }) => [name, state, keys, email])).toEqual([
      ['Bo', 'active', 1, 'bo@example.org'],
      ['Ana', 'active', 1, 'ana@example.org'],
    ]);
    expect(users[0]?.use.requests).toBeGreaterThan(0);
    expect(users[0]?.use.costNano).toBeGreaterThan(0);
  });

  it('shuts a user out for a while: neither keys nor browsers work, and events end', async () => {
    const events = await bo.client.events();
    const ended = textOf(events).catch(() => '');
    expect((await owner.users.update({ id: bo.id, disabled: true })).state).toBe('disabled');
    await ended;
    expect(await codeOf(bo.client.status())).toBe('UNAUTHORIZED');
    expect((await started.chat(ask('gpt-4.1'), { key: bo.key })).status).toBe(401);
    expect((await signIn('bo@example.org')).status).toBe(401);
    await owner.users.update({ id: bo.id, disabled: false });
    expect((await started.chat(ask('gpt-4.1'), { key: bo.key })).status).toBe(200);
    expect((await signIn('bo@example.org')).status).toBe(204);
  });

  it('gives who lost the password another link, which ends the browsers that were signed in', async () => {
    const before = clientWith({ cookie: cookieOf(await signIn('bo@example.org')) });
    const { code } = await owner.users.renewLink({ id: bo.id });
    expect(await codeOf(before.status())).toBe('answered');
    const taken = await takeInvitation(code, 'bo@example.org');
    expect(taken.status).toBe(204);
    expect(await codeOf(before.status())).toBe('UNAUTHORIZED');
    expect(await codeOf(clientWith({ cookie: cookieOf(taken) }).status())).toBe('answered');
    expect((await takeInvitation(code, 'bo@example.org')).status).toBe(404);
  });

  it('removes a user: keys are revoked, the history stays', async () => {
    const rows = (await owner.requests.page({ user: bo.id })).requests.length;
    expect(rows).toBeGreaterThan(0);
    expect(await owner.users.remove({ id: bo.id })).toMatchObject({
      name: 'Bo',
      email: null,
      state: 'removed',
      keys: 0,
    });
    expect((await started.chat(ask('gpt-4.1'), { key: bo.key })).status).toBe(401);
    expect((await signIn('bo@example.org')).status).toBe(401);
    expect((await owner.requests.page({ user: bo.id })).requests).toHaveLength(rows);
    expect((await owner.gatewayKeys.list()).keys.find(({ id }) => id === bo.keyId)).toMatchObject({ userName: 'Bo' });
  });
});
