import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataState } from '../../contract/index.ts';
import { openDatabase } from '../../gateway/db/open.ts';
import { ask, OWNER_TOKEN, SOON, type Started, startGateway } from './start.ts';

let started: Started;
beforeEach(async () => {
  started = await startGateway({ keys: ['openai'] });
});
afterEach(() => started.close());

const data = () => started.host.paths.data;
const state = () => started.api('GET', '/data') as Promise<DataState>;
const backUp = async () => ((await started.api('POST', '/data/backups')) as { name: string }).name;

function kinds(path: string): number {
  const client = new BetterSqlite(path, { readonly: true });
  const rows = client.prepare<[], number>('SELECT count(*) FROM request_rows').pluck().get();
  client.close();
  return rows ?? 0;
}

/** What the next start does first. */
function reopen(): void {
  openDatabase(join(data(), 'gateway.sqlite'), join(started.host.paths.resources, 'migrations')).close();
}

/** For a test that has closed the gateway itself. */
async function replaceStarted(): Promise<void> {
  const { host, openai, anthropic, gemini } = started;
  await Promise.all([openai.close(), anthropic.close(), gemini.close()]);
  host.remove();
  started = await startGateway({ keys: ['openai'] });
}

describe('a backup', () => {
  it('is a whole database with all that was answered, and no prompt and no key', async () => {
    const secret = 'a-private-key-of-no-known-form-4711';
    await started.api('POST', '/provider-keys', { provider: 'groq', key: secret });
    await started.api('PATCH', '/settings', { capture: { enabled: true } });
    for (let index = 0; index < 3; index += 1) await (await started.chat(ask('gpt-4.1'))).text();
    const name = await backUp();
    const path = join(data(), 'backups', name);
    expect(kinds(path)).toBe(3);
    const bytes = readFileSync(path, 'latin1');
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes('capital of France')).toBe(false);
    expect(await state()).toMatchObject({ backups: [{ name, bytes: bytes.length }], pending: null });
    await expect.poll(async () => (await state()).sizes.captures, SOON).toBeGreaterThan(0);
  });

  it('is sent as a file to the owner alone', async () => {
    const name = await backUp();
    const get = (path: string, headers: Record<string, string> = {}) => fetch(started.url + path, { headers });
    expect((await get(`/api/backups/${name}`)).status).toBe(401);
    const owner = { authorization: `Bearer ${OWNER_TOKEN}` };
    for (const base of ['/api', '/rpc']) {
      const response = await get(`${base}/backups/${name}`, owner);
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
      const sent = Buffer.from(await response.arrayBuffer());
      expect(sent.equals(readFileSync(join(data(), 'backups', name)))).toBe(true);
    }
    for (const path of ['none.sqlite', '..%2Fgateway.sqlite', '%2Fetc%2Fpasswd']) {
      expect((await get(`/api/backups/${path}`, owner)).status).toBe(404);
    }
  });

  it('is taken in as a file from the owner alone, and restored as any other', async () => {
    await (await started.chat(ask('gpt-4.1'))).text();
    const made = await backUp();
    const bytes = readFileSync(join(data(), 'backups', made));
    await started.api('DELETE', `/data/backups/${made}`);
    const send = (body: Buffer | string, headers: Record<string, string> = {}) =>
      fetch(`${started.url}/api/backups`, {
        method: 'POST',
        headers: { authorization: `Bearer ${OWNER_TOKEN}`, 'content-type': 'application/vnd.sqlite3', ...headers },
        body,
      });
    expect((await send(bytes, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await send('{}', { 'content-type': 'application/json' })).status).toBe(415);
    const refused = await send('no database');
    expect([refused.status, ((await refused.json()) as { message: string }).message]).toEqual([
      400,
      expect.stringContaining('no SQLite database'),
    ]);
    expect(readdirSync(join(data(), 'backups'))).toEqual([]);
    const { name } = (await (await send(bytes)).json()) as { name: string };
    expect(name).toMatch(/^uploaded-.*\.sqlite$/);
    expect(readFileSync(join(data(), 'backups', name)).equals(bytes)).toBe(true);
    expect(await started.api('POST', `/data/backups/${name}/restore`)).toMatchObject({ pending: 'restore' });
  });

  it('takes the place of the data at the next start, and the old data are kept aside', async () => {
    await (await started.chat(ask('gpt-4.1'))).text();
    const name = await backUp();
    await (await started.chat(ask('gpt-4.1'))).text();
    expect(await started.api('POST', `/data/backups/${name}/restore`)).toMatchObject({ pending: 'restore' });
    expect(await started.api('POST', '/data/cancel')).toMatchObject({ pending: null });
    await started.api('POST', `/data/backups/${name}/restore`);
    await started.gateway.close({ drainMs: 0 });
    const path = join(data(), 'gateway.sqlite');
    reopen();
    expect(kinds(path)).toBe(1);
    const aside = readdirSync(data()).filter((file) => /^before-restore-.*\.sqlite$/.test(file));
    expect(aside.map((file) => kinds(join(data(), file)))).toEqual([2]);
    reopen();
    expect(kinds(path)).toBe(1);
    await replaceStarted();
  });

  it('that is damaged, foreign or newer is refused, and changes nothing', async () => {
    const name = await backUp();
    const at = (file: string) => join(data(), 'backups', file);
    writeFileSync(at('text.sqlite'), 'no database at all');
    new BetterSqlite(at('foreign.sqlite')).exec('CREATE TABLE a (b)').close();
    copyFileSync(at(name), at('newer.sqlite'));
    new BetterSqlite(at('newer.sqlite')).exec("INSERT INTO __drizzle_migrations VALUES (2, 'unknown', 1)").close();
    for (const file of ['text', 'foreign', 'newer']) {
      await expect(started.api('POST', `/data/backups/${file}.sqlite/restore`)).rejects.toThrow('cannot be restored');
    }
    expect(await state()).toMatchObject({ pending: null });
    await started.api('DELETE', `/data/backups/${name}`);
    expect((await state()).backups.map((one) => one.name)).not.toContain(name);
  });
});

describe('deleting everything', () => {
  it('waits for the next start, can be taken back until then, and leaves nothing', async () => {
    await started.api('PATCH', '/settings', { capture: { enabled: true } });
    await (await started.chat(ask('gpt-4.1'))).text();
    await backUp();
    expect(await started.api('POST', '/data/delete-all')).toMatchObject({ pending: 'deleteAll' });
    expect(await started.api('POST', '/data/cancel')).toMatchObject({ pending: null });
    await started.api('POST', '/data/delete-all');
    await started.gateway.close({ drainMs: 0 });
    expect(readdirSync(data())).toEqual(expect.arrayContaining(['captures.sqlite', 'backups', 'gateway.sqlite']));
    reopen();
    expect(readdirSync(data()).filter((name) => !name.startsWith('gateway.sqlite'))).toEqual([]);
    expect(kinds(join(data(), 'gateway.sqlite'))).toBe(0);
    await replaceStarted();
  });
});
