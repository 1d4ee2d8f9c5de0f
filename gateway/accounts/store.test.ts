import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { createAccounts } from './store.ts';

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

const PASSWORD = 'correct horse battery';

it("the owner's account is there after another start, and its password is not", async () => {
  await createAccounts(database).setOwner('me@example.org', PASSWORD);
  const again = createAccounts(database);
  expect(again.owner()).toMatchObject({ id: 'owner', email: 'me@example.org' });
  expect(await again.verify(' Me@Example.org', PASSWORD)).toMatchObject({ id: 'owner' });
  expect(await again.verify('me@example.org', 'Correct horse battery')).toBeUndefined();
  expect(await again.verify('you@example.org', PASSWORD)).toBeUndefined();
  expect(database.client.serialize().toString('latin1')).not.toContain('correct horse');
});

it('nobody signs in where there is no account', async () => {
  const accounts = createAccounts(database);
  expect([accounts.owner(), accounts.hasAny()]).toEqual([undefined, false]);
  expect(await accounts.verify('', '')).toBeUndefined();
});

it('another password takes the place of the old one', async () => {
  const accounts = createAccounts(database);
  const { createdAtMs } = await accounts.setOwner('me@example.org', PASSWORD);
  expect(await accounts.setOwner('new@example.org', 'another staple fence')).toMatchObject({
    email: 'new@example.org',
    createdAtMs,
  });
  expect(await accounts.verify('me@example.org', PASSWORD)).toBeUndefined();
  expect(await accounts.verify('new@example.org', 'another staple fence')).toMatchObject({ id: 'owner' });
  expect(() => accounts.setOwner('fence@example.org', 'another staple fence')).toThrow(/must not hold your address/);
});

it('a password is changed by who knows the present one', async () => {
  const accounts = createAccounts(database);
  await accounts.setOwner('me@example.org', PASSWORD);
  await expect(accounts.changePassword('owner', 'wrong', 'another staple')).rejects.toMatchObject({ field: 'current' });
  await accounts.changePassword('owner', PASSWORD, 'another staple');
  expect(await accounts.verify('me@example.org', 'another staple')).toMatchObject({ id: 'owner' });
});

it('an invitation works once, for a week, also after another start', async () => {
  const clock = { nowMs: Date.UTC(2026, 10, 25) };
  const now = () => clock.nowMs;
  const { code, endsAtMs } = createAccounts(database, now).invite('Ana');
  expect(endsAtMs - clock.nowMs).toBe(7 * 24 * 3_600_000);
  expect(database.client.serialize().toString('latin1')).not.toContain(code);
  const accounts = createAccounts(database, now);
  expect(accounts.byLink(code)).toMatchObject({ name: 'Ana', email: null });
  const ana = await accounts.accept(code, 'ana@example.org', PASSWORD);
  expect(await accounts.verify('ana@example.org', PASSWORD)).toMatchObject({ id: ana.id, name: 'Ana' });
  expect(accounts.byLink(code)).toBeUndefined();
  await expect(accounts.accept(code, 'ana@example.org', PASSWORD)).rejects.toMatchObject({ code: 'not_found' });
  const late = accounts.invite('Bo');
  clock.nowMs = late.endsAtMs;
  expect(accounts.byLink(late.code)).toBeUndefined();
});

it('of two who take the same link at once, one gets in', async () => {
  const accounts = createAccounts(database);
  const { code } = accounts.invite('Ana');
  const both = await Promise.allSettled([
    accounts.accept(code, 'one@example.org', PASSWORD),
    accounts.accept(code, 'two@example.org', PASSWORD),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

it('an address belongs to one account', async () => {
  const accounts = createAccounts(database);
  await accounts.setOwner('me@example.org', PASSWORD);
  const { code } = accounts.invite('Ana');
  await expect(accounts.accept(code, 'ME@example.org', PASSWORD)).rejects.toMatchObject({ field: 'email' });
  expect(accounts.byLink(code)).toMatchObject({ name: 'Ana' });
});

it('another link lets a user choose another password, and ends the link before', async () => {
  const accounts = createAccounts(database);
  const { code, account } = accounts.invite('Ana');
  const second = accounts.renewLink(account.id);
  expect(accounts.byLink(code)).toBeUndefined();
  await accounts.accept(second.code, 'ana@example.org', PASSWORD);
  const third = accounts.renewLink(account.id);
  expect(accounts.byLink(third.code)).toMatchObject({ email: 'ana@example.org' });
  expect(await accounts.verify('ana@example.org', PASSWORD)).toBeDefined();
  await accounts.accept(third.code, 'ana@example.org', 'another staple');
  expect(await accounts.verify('ana@example.org', PASSWORD)).toBeUndefined();
  expect(() => accounts.renewLink('owner')).toThrow(/no user/);
});

it('who is disabled does not get in until enabled again; who is removed leaves a name', async () => {
  const accounts = createAccounts(database);
  const { code, account } = accounts.invite('Ana');
  await accounts.accept(code, 'ana@example.org', PASSWORD);
  accounts.update(account.id, { disabled: true });
  expect(await accounts.verify('ana@example.org', PASSWORD)).toBeUndefined();
  expect(accounts.active(account.id)).toBeUndefined();
  accounts.update(account.id, { disabled: false, name: 'Ana B.' });
  expect(await accounts.verify('ana@example.org', PASSWORD)).toMatchObject({ name: 'Ana B.' });
  expect(accounts.remove(account.id)).toMatchObject({ name: 'Ana B.', email: null });
  expect(await accounts.verify('ana@example.org', PASSWORD)).toBeUndefined();
  expect(() => accounts.update(account.id, {})).toThrow(/no user/);
  expect(createAccounts(database).users()).toMatchObject([{ name: 'Ana B.' }]);
});

it('the same password has another hash each time, and letters written in two ways are the same', async () => {
  const [one, other] = await Promise.all([hashPassword('pässword-of-mine'), hashPassword('pässword-of-mine')]);
  expect(one).not.toBe(other);
  expect(one).toMatch(/^scrypt\$17\$8\$1\$/);
  expect(await verifyPassword('pa\u0308ssword-of-mine', one)).toBe(true);
  expect(await verifyPassword('anything', 'plain')).toBe(false);
});
