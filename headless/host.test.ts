import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Cipher } from '../gateway/host.ts';
import { createNodeHost, readVersion } from './host.ts';

const cipher: Cipher = {
  seal: async () => ({ bytes: new Uint8Array(), by: 'none' }),
  open: async () => ({ text: '', reseal: false }),
  opens: () => false,
};

it('finds what the application ships, wherever it was started', () => {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const { paths } = createNodeHost({ dataDirectory: '/data', cipher, log });
  expect(paths.data).toBe('/data');
  expect(existsSync(paths.resources)).toBe(true);
  expect(existsSync(paths.models)).toBe(true);
});

it('writes notices to the log', () => {
  const said: unknown[] = [];
  const log = { info: (...words: unknown[]) => void said.push(words), warn: () => undefined, error: () => undefined };
  const host = createNodeHost({ dataDirectory: '/data', cipher, log });
  host.notify({ kind: 'budget', title: 'Budget', body: '80 % used.', page: '/keys' });
  host.notify({ kind: 'prices', title: 'Prices', body: 'Three changed.' });
  expect(said).toEqual([
    ['Budget: 80 % used.', { page: '/keys' }],
    ['Prices: Three changed.', {}],
  ]);
});

it('knows its version', () => {
  expect(readVersion()).toMatch(/^\d+\.\d+\.\d+/);
});
