import { expect, it } from 'vitest';
import type { Stats } from './stats.ts';
import { type TrayView, trayMenu } from './tray-menu.ts';

const did: string[] = [];
const actions = {
  open: (page = '/') => void did.push(`open ${page}`),
  pause: (paused: boolean) => void did.push(`pause ${paused}`),
  checkPrices: () => void did.push('prices'),
  copyAddress: () => void did.push('address'),
  copyNewKey: () => void did.push('key'),
  quit: () => void did.push('quit'),
};
const stats: Stats = { requests: 1234, costUsd: 1.5, unknownCosts: 0, savedUsd: 0.25, cacheHitRate: 0.25, latest: [] };
const running: TrayView = { status: 'running', address: 'http://127.0.0.1:4556', stats, language: 'en' };

const labels = (view: TrayView) => trayMenu(view, actions).flatMap(({ label }) => label ?? []);

it('shows the figures of today in the language of the person', () => {
  expect(labels(running)).toEqual([
    'Running · 127.0.0.1:4556',
    'Today: $1.50 · 1,234 requests',
    'Cache hits: 25%',
    'Saved: $0.25',
    'Pause Routing',
    'Copy Address',
    'Copy a New Key',
    'Open Dashboard',
    'Check Prices Now',
    'Quit LLM Gateway',
  ]);
  expect(labels({ ...running, language: 'es' })).toEqual(
    expect.arrayContaining(['En marcha · 127.0.0.1:4556', 'Pausar el enrutado', 'Salir de LLM Gateway']),
  );
  expect(labels({ ...running, language: 'de' })).toContainEqual(expect.stringContaining('1.234 requests'));
});

it('shows small sums with the digits that they need, and says where costs are unknown', () => {
  expect(labels({ ...running, stats: { ...stats, costUsd: 0.00042, requests: 1 } })).toContain(
    'Today: $0.00042 · 1 request',
  );
  expect(labels({ ...running, stats: { ...stats, unknownCosts: 2 } })).toContain(
    'Today: at least $1.50 · 1,234 requests',
  );
});

it('offers nothing that needs the gateway while there is none', () => {
  const menu = trayMenu({ status: 'error', address: undefined, stats: undefined, language: undefined }, actions);
  const enabled = menu.filter((item) => item.type !== 'separator' && item.enabled !== false).map(({ id }) => id);
  expect(enabled).toEqual(['open', 'quit']);
  expect(menu[0]?.label).toBe('Not running');
});

it('does what its lines say', () => {
  for (const item of trayMenu({ ...running, status: 'paused' }, actions)) (item.click as (() => void) | undefined)?.();
  expect(did).toEqual(['pause false', 'address', 'key', 'open /', 'prices', 'quit']);
});
