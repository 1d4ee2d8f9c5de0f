import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ZodError } from 'zod';
import { createMemoryHost, createMemoryLog } from '../../test/memory-host.ts';
import { openDatabase } from './open.ts';
import { createSettingsStore } from './settings.ts';

const host = createMemoryHost();
host.remove();
const open = () => openDatabase(':memory:', join(host.paths.resources, 'migrations'));

test('without a stored value every setting has its default', () => {
  expect(createSettingsStore(open(), host.log).get()).toMatchObject({
    timeouts: { connectMs: 10_000, firstByteMs: 30_000, wholeReplyMs: 600_000, silenceMs: 60_000 },
    cache: { enabled: true, maxBytes: 268_435_456, ttlMs: 3_600_000 },
    local: { discover: true, baseUrls: {} },
    bodyLimitBytes: 33_554_432,
    allowedOrigins: [],
    allowedHosts: [],
    retryAfterMaxMs: 10_000,
    routingPaused: false,
    timeZone: 'system',
    savingsBaseline: null,
    metrics: { enabled: false, loopback: true },
    retention: { days: 400, maxMib: 2_048 },
    budgets: { unknownPrice: 'refuse', weekStartsOn: 'monday' },
  });
});

test('an update changes what it names, is told to listeners, and is there after the next start', () => {
  const database = open();
  const store = createSettingsStore(database, host.log);
  const heard: number[] = [];
  const stop = store.onChange((settings) => heard.push(settings.timeouts.firstByteMs));
  store.update({ timeouts: { firstByteMs: 5 }, allowedHosts: ['gateway.lan'] });
  stop();
  store.update({ cache: { enabled: false } });
  expect(heard).toEqual([5]);
  for (const settings of [store.get(), createSettingsStore(database, host.log).get()]) {
    expect(settings.timeouts).toMatchObject({ connectMs: 10_000, firstByteMs: 5, silenceMs: 60_000 });
    expect(settings.cache).toEqual({ enabled: false, maxBytes: 268_435_456, ttlMs: 3_600_000 });
    expect(settings.allowedHosts).toEqual(['gateway.lan']);
  }
});

test('an undefined field leaves its setting as it is', () => {
  const store = createSettingsStore(open(), host.log);
  store.update({ bodyLimitBytes: 4096, cache: { ttlMs: 7 } });
  store.update({ bodyLimitBytes: undefined, cache: { ttlMs: undefined, enabled: false } });
  expect(store.get()).toMatchObject({ bodyLimitBytes: 4096, cache: { ttlMs: 7, enabled: false } });
});

test('a value out of range is refused and changes nothing', () => {
  const store = createSettingsStore(open(), host.log);
  expect(() => store.update({ bodyLimitBytes: -1 })).toThrow(ZodError);
  expect(() => store.update({ allowedOrigins: ['javascript:alert(1)'] })).toThrow(ZodError);
  expect(store.get().bodyLimitBytes).toBe(33_554_432);
});

test('a stored value that no longer parses falls back to its default and is logged', () => {
  const database = open();
  database.client.exec(
    `INSERT INTO settings VALUES ('bodyLimitBytes', '"many"'), ('cache', '{bro'), ('retryAfterMaxMs', '3')`,
  );
  const { log, lines } = createMemoryLog();
  const settings = createSettingsStore(database, log).get();
  expect(settings).toMatchObject({ bodyLimitBytes: 33_554_432, cache: { enabled: true }, retryAfterMaxMs: 3 });
  expect(lines.map((line) => line.facts)).toEqual([{ setting: 'cache' }, { setting: 'bodyLimitBytes' }]);
});

test('what a file declares goes before what is stored, and cannot be changed', () => {
  const database = open();
  createSettingsStore(database, host.log).update({ cache: { ttlMs: 7, enabled: false }, retryAfterMaxMs: 1 });
  const store = createSettingsStore(database, host.log, { cache: { ttlMs: 5 }, allowedHosts: ['gateway.lan'] });
  expect(store.declared()).toEqual(['cache.ttlMs', 'allowedHosts']);
  expect(store.get()).toMatchObject({ cache: { ttlMs: 5, enabled: false }, allowedHosts: ['gateway.lan'] });
  expect(() => store.update({ cache: { ttlMs: 9 } })).toThrow(/cache.ttlMs is declared/);
  expect(() => store.update({ allowedHosts: [] })).toThrow(/allowedHosts is declared/);
  expect(store.update({ cache: { enabled: true } }).cache).toMatchObject({ ttlMs: 5, enabled: true });
  expect(createSettingsStore(database, host.log).get()).toMatchObject({
    cache: { ttlMs: 7, enabled: true },
    allowedHosts: [],
  });
});
