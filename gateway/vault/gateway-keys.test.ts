import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { openDatabase } from '../db/open.ts';
import { createGatewayKeys } from './gateway-keys.ts';

const host = createMemoryHost();
host.remove();
const open = () => openDatabase(':memory:', join(host.paths.resources, 'migrations'));

test('a key is shown once, and its holder is known by it from then on, also after a restart', () => {
  const database = open();
  const keys = createGatewayKeys(database);
  const { key, gatewayKey } = keys.create({ name: 'Editor', cache: false });
  expect(key).toMatch(/^gw_[A-Za-z0-9_-]{43}$/);
  const client = { id: gatewayKey.id, name: 'Editor', cache: false, metadata: true };
  expect(keys.authenticate(key)).toEqual(client);
  expect(createGatewayKeys(database).authenticate(key)).toEqual(client);
});

test('nothing that is stored or listed holds the key', () => {
  const database = open();
  const keys = createGatewayKeys(database);
  const { key, gatewayKey } = keys.create({ name: 'Editor' });
  const stored = database.client.serialize().toString('latin1');
  const middle = key.slice(3, -4);
  expect(stored).not.toContain(middle);
  expect(JSON.stringify([keys.list(), gatewayKey])).not.toContain(middle);
  expect(gatewayKey.lastFour).toBe(key.slice(-4));
});

test('what is not a key, and a key that nobody made, is refused', () => {
  const keys = createGatewayKeys(open());
  const { key } = keys.create({ name: 'Editor' });
  for (const wrong of [
    '',
    'gw_',
    `${key}x`,
    key.slice(1),
    key.toLowerCase(),
    `gw_${'A'.repeat(43)}`,
    'g'.repeat(1_000_000),
  ]) {
    expect(keys.authenticate(wrong)).toBeUndefined();
  }
});

test('what a connection has proven counts for that key alone, and only until the key is revoked', () => {
  const keys = createGatewayKeys(open());
  const connection = {};
  const { key, gatewayKey } = keys.create({ name: 'Editor' });
  const other = keys.create({ name: 'Script' });
  expect(keys.authenticate(key, connection)?.name).toBe('Editor');
  keys.update(gatewayKey.id, { name: 'Old editor' });
  expect(keys.authenticate(key, connection)?.name).toBe('Old editor');
  expect(keys.authenticate(other.key, connection)?.name).toBe('Script');
  expect(keys.authenticate(`gw_${'A'.repeat(43)}`, connection)).toBeUndefined();
  expect(keys.authenticate(key, connection)?.name).toBe('Old editor');
  keys.revoke(gatewayKey.id);
  expect(keys.authenticate(key, connection)).toBeUndefined();
  expect(keys.authenticate(other.key, connection)?.name).toBe('Script');
});

test('a revoked key is refused for good and stays in the list', () => {
  const database = open();
  const keys = createGatewayKeys(database);
  const { key, gatewayKey } = keys.create({ name: 'Editor' });
  const revoked = keys.revoke(gatewayKey.id);
  expect(revoked.revokedAtMs).not.toBeNull();
  expect(keys.revoke(gatewayKey.id).revokedAtMs).toBe(revoked.revokedAtMs);
  keys.update(gatewayKey.id, { name: 'Old editor' });
  expect(keys.authenticate(key)).toBeUndefined();
  const reopened = createGatewayKeys(database);
  expect(reopened.authenticate(key)).toBeUndefined();
  expect(reopened.list()).toMatchObject([{ name: 'Old editor', revokedAtMs: revoked.revokedAtMs }]);
});

test('options change for the next exchange, not for the one under way', () => {
  const keys = createGatewayKeys(open());
  const { key, gatewayKey } = keys.create({ name: 'Editor' });
  const before = keys.authenticate(key);
  keys.update(gatewayKey.id, { metadata: false });
  expect(before?.metadata).toBe(true);
  expect(keys.authenticate(key)).toMatchObject({ name: 'Editor', cache: true, metadata: false });
});

test('the last use is listed at once and written down when it closes', () => {
  const database = open();
  const keys = createGatewayKeys(database);
  const { key } = keys.create({ name: 'Editor' });
  expect(keys.list()[0]?.lastUsedAtMs).toBeNull();
  keys.authenticate(key);
  const used = keys.list()[0]?.lastUsedAtMs;
  expect(used).toBeTypeOf('number');
  expect(createGatewayKeys(database).list()[0]?.lastUsedAtMs).toBeNull();
  keys.close();
  expect(createGatewayKeys(database).list()[0]?.lastUsedAtMs).toBe(used);
});

test('changes are told, and unknown ids are not found', () => {
  const keys = createGatewayKeys(open());
  let told = 0;
  const stop = keys.onChange(() => {
    told += 1;
  });
  const { gatewayKey } = keys.create({ name: 'Editor' });
  keys.update(gatewayKey.id, { cache: false });
  keys.revoke(gatewayKey.id);
  stop();
  keys.create({ name: 'Second' });
  expect(told).toBe(3);
  expect(() => keys.revoke('gwk_unknown')).toThrow(expect.objectContaining({ code: 'not_found' }));
});
