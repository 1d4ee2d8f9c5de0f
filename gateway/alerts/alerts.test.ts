import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelConfig } from '../../contract/index.ts';
import { createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import type { Cipher } from '../host.ts';
import { createCalendar } from '../ledger/calendar.ts';
import { type Alerts, createAlerts } from './index.ts';

const SPENT = { kind: 'spendPerDay', usd: 1 } as const;
const NOON = Date.UTC(2026, 10, 25, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let host: ReturnType<typeof createMemoryHost>;
let database: Database;
let alerts: Alerts;
/** What today's ledger would say. */
let spentNano: number;
const closers: (() => unknown)[] = [];

beforeEach(() => {
  host = createMemoryHost();
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  spentNano = 0;
  alerts = open();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  alerts.close();
  database.close();
  host.remove();
});

function open(cipher: Cipher = host.cipher): Alerts {
  const overview = async () => ({
    requests: 1,
    errors: 0,
    costNano: spentNano,
    p95LatencyMs: null,
    cacheHitRate: null,
  });
  return createAlerts({
    database,
    cipher,
    // The sums of the ledger have tests of their own.
    ledger: { overview: overview as unknown as Parameters<typeof createAlerts>[0]['ledger']['overview'] },
    calendar: () => createCalendar('UTC'),
    providersDown: () => [],
    notify: host.notify,
    proxy: () => ({ server: 'none', except: [] }),
    log: host.log,
    onChange: () => {},
  });
}

const rule = (channels: string[] = []) => ({ name: 'Dear day', enabled: true, condition: SPENT, channels });

interface Received {
  path: string;
  body: string;
  signature: string;
}

/** A receiver of webhooks that answers with the given statuses, one after the other, the last one for ever. */
async function receiver(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', body, signature: String(request.headers['x-gateway-signature'] ?? '') });
      response.statusCode = statuses[Math.min(received.length, statuses.length) - 1] ?? 200;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

describe('a rule', () => {
  it('tells once while its condition holds, and again after it has ended', async () => {
    const { id } = await alerts.channels.add('Screen', { kind: 'desktop' });
    alerts.addRule(rule([id]));
    await alerts.look(NOON);
    expect(alerts.history(10, NOON * 2)).toEqual([]);
    spentNano = 2e9;
    for (const minute of [1, 2, 3]) await alerts.look(NOON + minute * MINUTE);
    expect(host.notices).toMatchObject([{ kind: 'alert', title: 'Spent $2.00 today' }]);
    spentNano = 0;
    await alerts.look(NOON + 4 * MINUTE);
    spentNano = 3e9;
    await alerts.look(NOON + 5 * MINUTE);
    expect(alerts.history(10, NOON * 2).map(({ title }) => title)).toEqual(['Spent $3.00 today', 'Spent $2.00 today']);
  });

  it('does not tell again after a restart', async () => {
    alerts.addRule(rule());
    spentNano = 2e9;
    await alerts.look(NOON);
    alerts.close();
    alerts = open();
    await alerts.look(NOON + MINUTE);
    expect(alerts.history(10, NOON * 2)).toHaveLength(1);
    expect(alerts.rules()).toMatchObject([{ firing: true, lastFiredAtMs: NOON }]);
  });

  it('that is off says nothing; switched on, it looks anew', async () => {
    const { id } = alerts.addRule(rule());
    spentNano = 2e9;
    alerts.updateRule(id, { enabled: false });
    await alerts.look(NOON);
    expect(alerts.history(10, NOON * 2)).toEqual([]);
    alerts.updateRule(id, { enabled: true });
    await alerts.look(NOON);
    expect(alerts.history(10, NOON * 2)).toHaveLength(1);
  });

  it('of a budget tells from its percentage on', async () => {
    alerts.addRule({ ...rule(), condition: { kind: 'budget', percent: 80 } });
    const page = '/keys';
    alerts.happened({ kind: 'budget', percent: 50, title: 'half', body: '', page });
    alerts.happened({ kind: 'budget', percent: 80, title: 'most', body: '', page });
    alerts.happened({ kind: 'priceChange', title: 'dearer', body: '', page });
    expect(alerts.history(10, Number.MAX_SAFE_INTEGER).map(({ title }) => title)).toEqual(['most']);
  });

  it('can be removed and restored, and refuses channels that are not there', () => {
    const { id } = alerts.addRule(rule());
    alerts.removeRule(id);
    expect(alerts.rules()).toEqual([]);
    expect(alerts.restoreRule(id)).toMatchObject({ id, name: 'Dear day' });
    expect(() => alerts.updateRule(id, { channels: ['nowhere'] })).toThrow(/There is no channel nowhere/);
    expect(() => alerts.removeRule('other')).toThrow(/no rule/);
  });
});

describe('a webhook', () => {
  it('gets what fired at its whole address, signed so that it can tell who sent it and when', async () => {
    const { url, received } = await receiver(200);
    const address = `${url}?room=night`;
    const { id } = await alerts.channels.add('Pager', { kind: 'webhook', url: address, secret: 'sesame' });
    alerts.addRule(rule([id]));
    spentNano = 2e9;
    await alerts.look(NOON);
    const [message] = received;
    expect(message?.path).toBe('/hook?room=night');
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      type: 'alert',
      kind: 'spendPerDay',
      title: 'Spent $2.00 today',
    });
    const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(message?.signature ?? '') ?? [];
    expect(createHmac('sha256', 'sesame').update(`${seconds}.${message?.body}`).digest('hex')).toBe(signature);
    expect(alerts.channels.list()).toMatchObject([{ status: 'works', target: new URL(url).host }]);
  });

  it('that fails is tried again, later and later, also after a restart', async () => {
    const { url, received } = await receiver(503, 503, 200);
    const { id } = await alerts.channels.add('Pager', { kind: 'webhook', url, secret: '' });
    alerts.addRule(rule([id]));
    spentNano = 2e9;
    await alerts.look(NOON);
    await alerts.look(NOON + 5_000);
    expect(received).toHaveLength(1);
    await alerts.look(NOON + 10_000);
    expect(received).toHaveLength(2);
    alerts.close();
    alerts = open();
    await alerts.look(NOON + 5 * MINUTE);
    expect(received).toHaveLength(3);
    expect(alerts.history(1, NOON * 2)[0]?.deliveries).toMatchObject([
      { status: 'delivered', attempts: 3, error: null },
    ]);
    await alerts.look(NOON + DAY);
    expect(received).toHaveLength(3);
  });

  it('that refuses is not asked again, and is shown as dead after three alerts', async () => {
    const { url, received } = await receiver(410);
    const { id } = await alerts.channels.add('Pager', { kind: 'webhook', url, secret: '' });
    alerts.addRule({ ...rule([id]), condition: { kind: 'priceChange' } });
    for (let count = 1; count <= 3; count += 1) {
      alerts.happened({ kind: 'priceChange', title: 'dearer', body: '', page: '/models' });
      await expect.poll(() => received.length).toBe(count);
    }
    await expect
      .poll(() => alerts.channels.list())
      .toMatchObject([{ status: 'dead', lastError: 'It answered with status 410.' }]);
    await alerts.look(Date.now() + DAY);
    expect(received).toHaveLength(3);
  });

  it('that cannot be reached gives up after some hours, and says why', async () => {
    const { id } = await alerts.channels.add('Gone', { kind: 'webhook', url: 'http://127.0.0.1:9/', secret: '' });
    alerts.addRule(rule([id]));
    spentNano = 2e9;
    for (let hour = 0; hour < 10; hour += 1) await alerts.look(NOON + hour * 60 * MINUTE * 3);
    expect(alerts.history(1, NOON * 2)[0]?.deliveries).toMatchObject([
      { status: 'failed', attempts: 6, error: 'It could not be reached (ECONNREFUSED).' },
    ]);
  });

  it('has to be encrypted, or private', async () => {
    const config = { kind: 'webhook', url: 'http://hooks.example.com/', secret: '' } as const;
    await expect(alerts.channels.add('Open', config)).rejects.toThrow(/Use https/);
  });

  it('keeps its secrets sealed, and shows none of them', async () => {
    const { url } = await receiver(200);
    const secret = 'a-secret-of-the-owner';
    const added = await alerts.channels.add('Pager', { kind: 'webhook', url: `${url}?token=in-the-address`, secret });
    expect(JSON.stringify([added, alerts.channels.list()])).not.toMatch(/in-the-address|a-secret/);
    expect(database.client.serialize().toString('latin1')).not.toMatch(/in-the-address|a-secret/);
    const elsewhere = open({ ...host.cipher, opens: () => false });
    expect(elsewhere.channels.list()).toMatchObject([{ status: 'unreadable' }]);
    expect(await elsewhere.testChannel(added.id)).toMatchObject({ status: 'unreadable' });
  });
});

it('Slack gets a text in which nothing of the message is markup', async () => {
  const { url, received } = await receiver(200);
  const { id } = await alerts.channels.add('Slack', { kind: 'slack', url });
  alerts.addRule({ ...rule([id]), condition: { kind: 'priceChange' } });
  alerts.happened({ kind: 'priceChange', title: 'A <!channel> & B', body: 'dearer', page: '/models' });
  await expect.poll(() => received.length).toBe(1);
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({ text: '*A &lt;!channel&gt; &amp; B*\ndearer' });
});

describe('e-mail', () => {
  async function mailServer(password: string): Promise<{ port: number; mails: string[] }> {
    const mails: string[] = [];
    const server = new SMTPServer({
      authOptional: false,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => done(auth.password === password ? null : new Error('no'), { user: 'me' }),
      onData(stream, _session, done) {
        let mail = '';
        stream.on('data', (chunk) => {
          mail += chunk;
        });
        stream.on('end', () => {
          mails.push(mail);
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return { port: (server.server.address() as AddressInfo).port, mails };
  }

  const config = (port: number, password: string): ChannelConfig => ({
    kind: 'email',
    host: '127.0.0.1',
    port,
    secure: false,
    user: 'me',
    password,
    from: 'a@example.org',
    to: ['b@example.org'],
  });

  it('is sent to everyone on the list, and a test says at once whether it works', async () => {
    const { port, mails } = await mailServer('right');
    const { id } = await alerts.channels.add('Mail', config(port, 'right'));
    expect(await alerts.testChannel(id)).toMatchObject({ status: 'works', target: 'b@example.org' });
    expect(mails[0]).toMatch(/Subject: A test of LLM Gateway/);
  });

  it('with a wrong password says so and is not tried again', async () => {
    const { port } = await mailServer('right');
    const { id } = await alerts.channels.add('Mail', config(port, 'wrong'));
    expect(await alerts.testChannel(id)).toMatchObject({
      status: 'failing',
      lastError: 'The mail server refused the user name or the password.',
    });
    expect(JSON.stringify(host.lines)).not.toContain('wrong');
  });
});
