import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryCipher, createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import type { Cipher } from '../host.ts';
import { createProviderKeys } from './provider-keys.ts';

const KEY = 'sk-test-0123456789-abcd';
const OTHER = 'sk-test-9876543210-wxyz';

const host = createMemoryHost();
host.remove();
let database: Database;

beforeEach(() => {
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  host.lines.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  database.close();
});

/** Seals like the one of memory, under another name. */
const createKeychainCipher = (): Cipher => {
  const inner = createMemoryCipher();
  return {
    seal: async (text) => ({ ...(await inner.seal(text)), by: 'keychain' }),
    open: inner.open,
    opens: (by) => by === 'keychain',
  };
};

const open = (changes: Partial<Parameters<typeof createProviderKeys>[0]> = {}) =>
  createProviderKeys({ database, cipher: host.cipher, log: host.log, ...changes });

test('a key is sealed at rest, masked in lists, and opened for a call, also after a restart', async () => {
  const keys = open();
  const added = await keys.add({ provider: 'openai', key: KEY, label: 'Work', status: 'works' });
  expect(added).toMatchObject({
    provider: 'openai',
    label: 'Work',
    source: 'stored',
    lastFour: 'abcd',
    status: 'works',
  });
  expect(database.client.serialize().toString('latin1')).not.toContain(KEY.slice(0, -4));
  expect(JSON.stringify(keys.list())).not.toContain(KEY.slice(0, -4));
  for (const vault of [keys, open()]) {
    expect(await vault.open('openai')).toBe(KEY);
    expect(vault.usableProviders()).toEqual(new Set(['openai']));
  }
});

test('a short key shows none of its characters', async () => {
  const keys = open();
  expect(await keys.add({ provider: 'local', key: '12345678901' })).toMatchObject({ lastFour: null, label: 'local' });
});

test('without a key for the provider, or with a refused one alone, there is nothing to call with', async () => {
  const keys = open();
  await expect(keys.open('openai')).rejects.toMatchObject({ code: 'no_provider_key' });
  await keys.add({ provider: 'openai', key: KEY, status: 'refused' });
  await expect(keys.open('openai')).rejects.toMatchObject({ code: 'no_provider_key', provider: 'openai' });
  expect(keys.usableProviders().size).toBe(0);
});

test('a key that the cipher cannot open is kept, marked, and asked for again', async () => {
  await open().add({ provider: 'openai', key: KEY });
  const broken = { ...createMemoryCipher(), open: () => Promise.reject(new Error(`cannot open ${KEY}`)) };
  const keys = open({ cipher: broken });
  await expect(keys.open('openai')).rejects.toMatchObject({ code: 'provider_key_unreadable', provider: 'openai' });
  await expect(keys.open('openai')).rejects.toMatchObject({ code: 'provider_key_unreadable' });
  expect(keys.list()).toMatchObject([{ status: 'unreadable', lastFour: 'abcd' }]);
  expect(keys.usableProviders().size).toBe(0);
  expect(JSON.stringify(host.lines)).not.toContain(KEY);
  expect(await open().open('openai')).toBe(KEY);
});

test('a key that another kind of cipher sealed is unreadable here and untouched', async () => {
  await open().add({ provider: 'openai', key: KEY, status: 'works' });
  const keys = open({ cipher: createKeychainCipher() });
  expect(keys.list()).toMatchObject([{ status: 'unreadable' }]);
  await expect(keys.open('openai')).rejects.toMatchObject({ code: 'provider_key_unreadable' });
  expect(open().list()).toMatchObject([{ status: 'works' }]);
});

test('a key that its cipher wants sealed again is sealed again, once', async () => {
  await open().add({ provider: 'openai', key: KEY, status: 'works' });
  const keychain = createKeychainCipher();
  const both: Cipher = {
    ...keychain,
    opens: () => true,
    open: async (sealed) =>
      sealed.by === 'keychain' ? keychain.open(sealed) : { ...(await host.cipher.open(sealed)), reseal: true },
  };
  const keys = open({ cipher: both });
  expect(await keys.open('openai')).toBe(KEY);
  await vi.waitFor(() => expect(open({ cipher: keychain }).list()).toMatchObject([{ status: 'works' }]));
  expect(await keys.open('openai')).toBe(KEY);
  expect(host.lines.filter(({ message }) => message.includes('sealed again'))).toHaveLength(1);
});

test('a key that cannot be sealed again is still opened and stays as it was', async () => {
  await open().add({ provider: 'openai', key: KEY });
  const stuck: Cipher = {
    ...host.cipher,
    seal: () => Promise.reject(new Error('locked')),
    open: async (sealed) => ({ ...(await host.cipher.open(sealed)), reseal: true }),
  };
  expect(await open({ cipher: stuck }).open('openai')).toBe(KEY);
  await vi.waitFor(() => expect(host.lines).toMatchObject([{ level: 'warn' }]));
  expect(await open().open('openai')).toBe(KEY);
});

test('an unreadable key gives way to another one that opens', async () => {
  await open().add({ provider: 'openai', key: OTHER });
  const keys = open({ cipher: createKeychainCipher() });
  await keys.add({ provider: 'openai', key: KEY });
  expect(await keys.open('openai')).toBe(KEY);
});

test('of several usable keys the newest is used', async () => {
  vi.useFakeTimers({ now: 1000 });
  const keys = open();
  await keys.add({ provider: 'openai', key: KEY });
  vi.setSystemTime(2000);
  await keys.add({ provider: 'openai', key: OTHER });
  expect(await keys.open('openai')).toBe(OTHER);
});

test("the environment's key comes first, is stored nowhere and cannot be changed", async () => {
  const stored = open();
  await stored.add({ provider: 'openai', key: KEY });
  const keys = open({ environment: [{ provider: 'openai', key: OTHER }] });
  expect(await keys.open('openai')).toBe(OTHER);
  const [shown] = keys.list().filter((key) => key.source === 'environment');
  expect(shown).toMatchObject({ id: 'environment_openai', lastFour: 'wxyz' });
  expect(() => keys.remove('environment_openai')).toThrow(expect.objectContaining({ code: 'conflict' }));
  await expect(keys.replace('environment_openai', KEY)).rejects.toMatchObject({ code: 'conflict' });
  expect(keys.setStatus('environment_openai', 'refused').status).toBe('refused');
  expect(await keys.open('openai')).toBe(KEY);
  expect(open().list()).toHaveLength(1);
});

test('a replaced key keeps its place', async () => {
  const keys = open();
  const { id, createdAtMs } = await keys.add({ provider: 'openai', key: KEY, label: 'Work', status: 'refused' });
  const replaced = await keys.replace(id, OTHER, 'works');
  expect(replaced).toMatchObject({ id, label: 'Work', lastFour: 'wxyz', status: 'works', createdAtMs });
  for (const vault of [keys, open()]) expect(await vault.open('openai')).toBe(OTHER);
});

test('a removed key can be restored while it lies there, and not after the next start', async () => {
  const keys = open();
  const { id } = await keys.add({ provider: 'openai', key: KEY });
  keys.remove(id);
  expect(keys.list()).toEqual([]);
  await expect(keys.open('openai')).rejects.toMatchObject({ code: 'no_provider_key' });
  expect(keys.restore(id)).toMatchObject({ id, lastFour: 'abcd' });
  expect(await keys.open('openai')).toBe(KEY);
  keys.remove(id);
  expect(() => open().restore(id)).toThrow(expect.objectContaining({ code: 'not_found' }));
  expect(database.client.prepare('SELECT count(*) FROM provider_keys').pluck().get()).toBe(0);
});

test('a removed key is purged after a day', async () => {
  vi.useFakeTimers();
  const keys = open();
  const { id } = await keys.add({ provider: 'openai', key: KEY });
  keys.remove(id);
  vi.advanceTimersByTime(26 * 3_600_000);
  expect(database.client.prepare('SELECT count(*) FROM provider_keys').pluck().get()).toBe(0);
  expect(() => keys.restore(id)).toThrow(expect.objectContaining({ code: 'not_found' }));
  keys.close();
});

test('a check changes status and time, and changes are told', async () => {
  const keys = open();
  const usable: string[][] = [];
  const stop = keys.onChange(() => usable.push([...keys.usableProviders()]));
  const { id } = await keys.add({ provider: 'openai', key: KEY });
  expect(await keys.reveal(id)).toEqual({ provider: 'openai', key: KEY });
  expect(keys.setStatus(id, 'refused').checkedAtMs).toBeTypeOf('number');
  stop();
  keys.setStatus(id, 'rateLimited');
  expect(usable).toEqual([['openai'], []]);
  expect([...keys.usableProviders()]).toEqual(['openai']);
  expect(open().list()).toMatchObject([{ status: 'rateLimited' }]);
  await expect(keys.reveal('pk_unknown')).rejects.toMatchObject({ code: 'not_found' });
});
