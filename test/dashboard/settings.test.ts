import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectSound } from './checks.ts';
import { type Dashboard, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the settings page${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  }, 60_000);
  afterAll(() => dashboard.close());

  const settings = async () => {
    const response = await fetch(`${dashboard.url}/api/settings`, {
      headers: { authorization: `Bearer ${dashboard.ownerToken}` },
    });
    return (await response.json()) as { cache: { enabled: boolean; ttlMs: number }; allowedHosts: string[] };
  };

  it('changes what is set, and takes it back', async () => {
    const page = await dashboard.open('/settings');
    await page.getByRole('switch', { name: 'Keep answers in memory' }).press('Space');
    await expect.poll(async () => (await settings()).cache.enabled).toBe(false);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await settings()).cache.enabled).toBe(true);
    await page.getByLabel('Kept for').fill('30');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await settings()).cache.ttlMs).toBe(30 * 60_000);
    await page.getByRole('combobox', { name: 'Allowed hosts' }).fill('gateway.lan');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await settings()).allowedHosts).toEqual(['gateway.lan']);
    await page.close();
  });

  it('keeps theme and language over a reload', async () => {
    const page = await dashboard.open('/settings');
    await page.getByText('Dark', { exact: true }).click();
    await page.getByText('Español', { exact: true }).click();
    await page.getByRole('heading', { name: 'Ajustes' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Ajustes' }).waitFor();
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.evaluate(() => localStorage.clear());
    await page.close();
  });

  it('is sound in both themes and languages', () =>
    expectSound(dashboard, '/settings', { en: 'Cache of answers', es: 'Caché de respuestas' }));
});
