import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, goTo, inWindow, openDashboard } from './open.ts';

const root = join(import.meta.dirname, '..', '..');

describe('the built dashboard', () => {
  it('has its first scripts under 300 kB, packed', () => {
    execFileSync(process.execPath, [join(root, 'scripts', 'start.mjs'), '--version']);
    const page = readFileSync(join(root, 'dist', 'renderer', 'index.html'), 'utf8');
    const first = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
    expect(first.length).toBeGreaterThan(0);
    const bytes = first.map((path) => gzipSync(readFileSync(join(root, 'dist', 'renderer', path))).length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(300_000);
  });
});

describe.skipIf(chromiumPath === undefined)(`the shell${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  }, 60_000);
  afterAll(() => dashboard.close());

  it.skipIf(inWindow)('is opened by the printed link, once', async () => {
    const page = await dashboard.openStranger(dashboard.dashboard ?? '');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(page.url()).not.toContain('sign-in');
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const other = await dashboard.openStranger(dashboard.dashboard ?? '');
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.context().close();
    await page.context().close();
  });

  it.skipIf(inWindow)('asks a stranger for the owner token, and signs out again', async () => {
    const page = await dashboard.openStranger(dashboard.url);
    await page.getByLabel('Owner token').fill('not it');
    await page.keyboard.press('Enter');
    await page.getByText('This is not the owner token').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Owner token').fill(dashboard.ownerToken);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });

  it('goes anywhere and switches anything from the keyboard', async () => {
    const page = await dashboard.open('/nowhere');
    await page.getByText('There is no such page').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Where to').fill('overview');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Where to').fill('Español');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Resumen' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Resumen' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('es');
    await page.evaluate(() => localStorage.clear());
    await page.close();
  });

  it('works where the machine has no way out, as the gateway is on it', async () => {
    const page = await dashboard.open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.evaluate(`window.dispatchEvent(new Event('offline'))`);
    await goTo(page, '/keys');
    await page.getByText('All keys together').waitFor();
    await page.close();
  });

  it.skipIf(inWindow)('loads what had failed once the gateway is there again', async () => {
    const page = await dashboard.open('/');
    await page.route('**/rpc/events', (route) => route.abort());
    await page.route('**/rpc/limits/list', (route) => route.fulfill({ status: 403, body: '{}' }));
    await page.reload();
    await page.getByText('Reconnecting').waitFor();
    await goTo(page, '/keys');
    await page.getByRole('alert').waitFor();
    await page.unroute('**/rpc/limits/list');
    await page.unroute('**/rpc/events');
    await page.getByText('All keys together').waitFor();
    await page.close();
  });

  it.skipIf(inWindow)('says so when the gateway is gone', async () => {
    const page = await dashboard.open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    await dashboard.stop();
    await page.getByText('Reconnecting').waitFor();
    await page.close();
  });
});
