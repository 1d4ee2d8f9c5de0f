import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import type { Cipher } from '../host.ts';
import { type CustomProviders, createCustomProviders } from './custom.ts';

const MINE = { baseUrl: 'https://llm.example', dialect: 'openai-chat' as const };

let host: ReturnType<typeof createMemoryHost>;
let database: Database;
let custom: CustomProviders;
beforeEach(() => {
  host = createMemoryHost();
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  custom = open();
});
afterEach(() => {
  database.close();
  host.remove();
});

const open = (declared: Parameters<typeof createCustomProviders>[0]['declared'] = {}, cipher = host.cipher) =>
  createCustomProviders({ database, cipher, log: host.log, declared });

const cipherThat = (does: Partial<Cipher>): Cipher => ({ ...host.cipher, ...does });

describe('a custom provider', () => {
  it('takes the key in the way of its dialect, unless it is told otherwise', async () => {
    await custom.add('mine', MINE);
    await custom.add('claude', { ...MINE, dialect: 'anthropic' });
    await custom.add('open', { ...MINE, auth: null });
    await custom.add('azure', {
      ...MINE,
      baseUrl: 'https://me.azure.example/openai/v1/',
      auth: { header: 'api-key', prefix: '' },
    });
    const rows = custom.list().map(({ provider: { id, origin, basePath, auth } }) => [id, origin + basePath, auth]);
    expect(rows).toEqual([
      ['mine', 'https://llm.example/v1', { header: 'authorization', prefix: 'Bearer ' }],
      ['claude', 'https://llm.example/v1', { header: 'x-api-key', prefix: '' }],
      ['open', 'https://llm.example/v1', null],
      ['azure', 'https://me.azure.example/openai/v1', { header: 'api-key', prefix: '' }],
    ]);
  });

  it('is there after another start, its headers sealed meanwhile', async () => {
    await custom.add('mine', { ...MINE, headers: { 'x-secret': 'SECRET-VALUE' }, models: ['a'] });
    custom.setListed('mine', ['b']);
    const dump = database.client.serialize().toString('latin1');
    expect(dump).toContain('x-secret');
    expect(dump).not.toContain('SECRET-VALUE');
    const again = open();
    expect(again.list()).toEqual(custom.list());
    expect(await again.openHeaders('mine')).toEqual({ 'x-secret': 'SECRET-VALUE' });
  });

  it('keeps headers that cannot be opened, and says so', async () => {
    await custom.add('mine', { ...MINE, headers: { 'x-secret': 'SECRET-VALUE' } });
    const other = open(
      {},
      cipherThat({
        opens: (by) => by === 'other',
        open: () => Promise.reject(new Error('SECRET-VALUE')),
        seal: async (text) => ({ ...(await host.cipher.seal(text)), by: 'other' }),
      }),
    );
    expect(other.get('mine')).toMatchObject({ headersUnreadable: true, headerNames: ['x-secret'] });
    await expect(other.openHeaders('mine')).rejects.toMatchObject({ code: 'provider_key_unreadable' });
    await expect(other.update('mine', { name: 'Mine' })).rejects.toMatchObject({ code: 'provider_key_unreadable' });
    await other.update('mine', { headers: { 'x-secret': 'ANOTHER' } });
    expect(other.get('mine')?.headersUnreadable).toBe(false);
    expect(JSON.stringify(host.lines)).not.toContain('SECRET-VALUE');
  });

  it('seals its headers again where the cipher asks for it', async () => {
    await custom.add('mine', { ...MINE, headers: { 'x-secret': 'SECRET-VALUE' } });
    custom.setListed('mine', ['a']);
    const asking = cipherThat({
      open: async (sealed) => ({ ...(await host.cipher.open(sealed)), reseal: true }),
      seal: async (text) => ({ ...(await host.cipher.seal(text)), by: 'better' }),
    });
    expect(await open({}, asking).openHeaders('mine')).toEqual({ 'x-secret': 'SECRET-VALUE' });
    const sealedBy = database.client.prepare('SELECT sealed_by FROM custom_providers').pluck();
    await expect.poll(() => sealedBy.get()).toBe('better');
    expect(open({}, asking).get('mine')?.listedModels).toEqual(['a']);
  });

  it('is changed field by field; null takes one away', async () => {
    await custom.add('mine', { ...MINE, name: 'Mine', models: ['a'], headers: { one: '1', two: '2' } });
    await custom.update('mine', { models: null, headers: { two: null, three: '3' }, auth: null });
    expect(custom.get('mine')?.definition).toEqual({ ...MINE, name: 'Mine', auth: null });
    expect(await custom.openHeaders('mine')).toEqual({ one: '1', three: '3' });
    await expect(custom.update('mine', { baseUrl: 'http://llm.example' })).rejects.toMatchObject({ field: 'baseUrl' });
    expect(custom.get('mine')?.definition.baseUrl).toBe(MINE.baseUrl);
  });

  it('can be removed and restored, until the next start', async () => {
    await custom.add('mine', { ...MINE, headers: { one: '1' } });
    custom.remove('mine');
    expect(custom.list()).toEqual([]);
    custom.restore('mine');
    expect(await custom.openHeaders('mine')).toEqual({ one: '1' });
    custom.remove('mine');
    const later = open();
    expect(() => later.restore('mine')).toThrow(/no removed provider/);
  });

  it.each(['openai', 'demo', 'auto', 'mine'])('cannot take the id %s', async (id) => {
    await custom.add('mine', MINE);
    await expect(custom.add(id, MINE)).rejects.toMatchObject({ code: 'conflict', field: 'id' });
  });

  it('that a file declares holds for this run and cannot be changed', async () => {
    await custom.add('mine', MINE);
    const declared = open({ mine: { ...MINE, dialect: 'gemini', headers: { one: '1' } } });
    expect(declared.get('mine')).toMatchObject({ declared: true, provider: { dialect: 'gemini' } });
    expect(await declared.openHeaders('mine')).toEqual({ one: '1' });
    await expect(declared.update('mine', { name: 'x' })).rejects.toMatchObject({ code: 'conflict' });
    expect(() => declared.remove('mine')).toThrow(/configuration file/);
    declared.setListed('mine', ['a']);
    expect(declared.get('mine')?.listedModels).toEqual(['a']);
    expect(open().get('mine')).toMatchObject({ declared: false, listedModels: [] });
  });
});
