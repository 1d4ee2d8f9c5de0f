import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { createOwnerAccount } from './account.ts';
import { hashPassword, verifyPassword } from './password.ts';

let host: ReturnType<typeof createMemoryHost>;
let database: Database;
beforeEach(() => {
  host = createMemoryHost();
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
});
afterEach(() => {
  database.close();
  host.remove();
});

it('an account is there after another start, and its password is not', async () => {
  await createOwnerAccount(database).set('me@example.org', 'correct horse battery');
  const again = createOwnerAccount(database);
  expect(again.get()).toMatchObject({ email: 'me@example.org' });
  expect(await again.verify(' Me@Example.org', 'correct horse battery')).toBe(true);
  expect(await again.verify('me@example.org', 'Correct horse battery')).toBe(false);
  expect(await again.verify('you@example.org', 'correct horse battery')).toBe(false);
  expect(database.client.serialize().toString('latin1')).not.toContain('correct horse');
});

it('nobody signs in where there is no account', async () => {
  const account = createOwnerAccount(database);
  expect(account.get()).toBeUndefined();
  expect(await account.verify('', '')).toBe(false);
});

it('another password takes the place of the old one', async () => {
  const account = createOwnerAccount(database);
  const { createdAtMs } = await account.set('me@example.org', 'correct horse battery');
  expect(await account.set('new@example.org', 'another staple fence')).toEqual({
    email: 'new@example.org',
    createdAtMs,
  });
  expect(await account.verify('me@example.org', 'correct horse battery')).toBe(false);
  expect(await account.verify('new@example.org', 'another staple fence')).toBe(true);
  await expect(account.set('fence@example.org', 'another staple fence')).rejects.toThrow(/must not hold your address/);
});

it('the same password has another hash each time, and letters written in two ways are the same', async () => {
  const [one, other] = await Promise.all([hashPassword('pässword-of-mine'), hashPassword('pässword-of-mine')]);
  expect(one).not.toBe(other);
  expect(one).toMatch(/^scrypt\$17\$8\$1\$/);
  expect(await verifyPassword('pa\u0308ssword-of-mine', one)).toBe(true);
  expect(await verifyPassword('anything', 'plain')).toBe(false);
});
