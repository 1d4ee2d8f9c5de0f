import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { openDatabase } from '../db/open.ts';
import { createPolicies } from './policies.ts';

const host = createMemoryHost();
let database: ReturnType<typeof openDatabase>;
const open = () => createPolicies(database, host.log);

beforeEach(() => {
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
});
afterEach(() => database.close());

it('begins with the defaults, keeps each version, and reads the last one back', () => {
  const policies = open();
  expect(policies.live()).toMatchObject({ version: 0, policy: { preference: 'balanced', rules: [] } });
  let heard = 0;
  policies.onChange(() => {
    heard += 1;
  });
  const changed = policies.update({ stay: { gain: 3 }, preference: 'economy' }, 'cheaper');
  expect(changed).toMatchObject({ version: 1, note: 'cheaper', policy: { stay: { enabled: true, gain: 3 } } });
  expect([heard, open().live()]).toEqual([1, changed]);
  expect(policies.of(1)).toEqual(changed.policy);
  expect(policies.of(2)).toBeUndefined();
});

it('undoes one change after the other, and each undo is a version that can be seen', () => {
  const policies = open();
  policies.update({ preference: 'economy' }, '');
  policies.update({ preference: 'quality' }, '');
  expect(policies.undo().policy.preference).toBe('economy');
  expect(policies.undo().policy.preference).toBe('balanced');
  expect(() => policies.undo()).toThrow('There is nothing to undo');
  expect(policies.restore(2).policy.preference).toBe('quality');
  expect(policies.undo().policy.preference).toBe('balanced');
  expect(policies.history().map(({ version }) => version)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  expect(() => policies.restore(99)).toThrow('There is no version 99');
});

it('refuses what makes no sense, and changes nothing then', () => {
  const policies = open();
  expect(() => policies.update({ thresholds: { medium: 0.9, complex: 0.1 } }, '')).toThrow('medium');
  const rule = { id: 'r', name: 'R', enabled: true, use: [], never: [] };
  const when = { models: [], clients: [], tools: [], overTokens: null, complexities: [] };
  expect(() =>
    policies.update(
      {
        rules: [
          { ...rule, when },
          { ...rule, when },
        ],
      },
      '',
    ),
  ).toThrow('same id');
  expect(policies.live().version).toBe(0);
});

it('falls back to the defaults where a stored version is no longer valid', () => {
  open().update({ preference: 'economy' }, '');
  database.client.prepare("UPDATE routing_policies SET policy = '{'").run();
  expect(open().live()).toMatchObject({ version: 1, policy: { preference: 'balanced' } });
});
