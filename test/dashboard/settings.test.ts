import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible, until } from './checks.ts';
import { hasFocus, press } from './keyboard.ts';
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
    return (await response.json()) as {
      cache: { enabled: boolean; ttlMs: number };
      allowedHosts: string[];
      allowedOrigins: string[];
      proxy: { server: string; except: string[] };
    };
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
    const origins = page.getByRole('combobox', { name: 'Allowed origins' });
    await origins.fill('chat');
    await page.keyboard.press('Enter');
    await page.getByText('“chat” is no origin. One looks like https://chat.example.com.').waitFor();
    await origins.fill('https://chat.example.com/some/page');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await settings()).allowedOrigins).toEqual(['https://chat.example.com']);
    await page.close();
  });

  it('takes a proxy of the owner, refuses one with a password, and goes back to the environment', async () => {
    const proxy = async () => (await settings()).proxy;
    const page = await dashboard.open('/settings');
    const choice = page.getByRole('radiogroup', { name: 'Proxy' });
    await choice.getByText('This one').click();
    const address = page.getByLabel('Address of the proxy');
    await address.fill('http://me:secret@proxy.lan:3128');
    await page.keyboard.press('Enter');
    await page.getByText(/^An address such as/).waitFor();
    expect((await proxy()).server).toBe('environment');
    await expectAccessible(page);
    await address.fill('http://proxy.lan:3128');
    await page.getByRole('combobox', { name: 'Reached without it' }).fill('.internal');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(proxy).toEqual({ server: 'http://proxy.lan:3128', except: ['.internal'] });
    await choice.getByText('From the environment').click();
    await expect.poll(async () => (await proxy()).server).toBe('environment');
    await page.close();
  });

  it('leads to each of its parts, marks the one that is read, and finds it again after a reload', async () => {
    const page = await dashboard.open('/settings');
    const parts = page.getByRole('navigation', { name: 'Parts of the settings' });
    await parts.getByRole('link', { name: 'Network' }).press('Enter');
    const network = parts.getByRole('link', { name: 'Network' });
    const inSight = async () => {
      const { y = 0 } = (await page.getByRole('heading', { name: 'Network' }).boundingBox()) ?? {};
      return y > 52 && y < 200 && (await network.getAttribute('aria-current')) === 'location';
    };
    await until(inSight);
    expect(page.url()).toContain('section=network');
    await page.keyboard.press('Tab');
    await page.getByRole('combobox', { name: 'Allowed origins' }).and(page.locator(':focus')).waitFor();
    await expectAccessible(page);
    await page.reload();
    await until(inSight);
    await page.close();
  });

  it('leaves the focus on what was changed', async () => {
    const page = await dashboard.open('/settings');
    const cache = page.getByRole('switch', { name: 'Keep answers in memory' });
    await press(cache, 'Space');
    await expect.poll(async () => (await settings()).cache.enabled).toBe(false);
    await page.getByText('Saved').waitFor();
    expect(await cache.evaluate(hasFocus)).toBe(true);
    await page.keyboard.press('Space');
    await expect.poll(async () => (await settings()).cache.enabled).toBe(true);
    await page.close();
  });

  it('shows the latest three notices: the oldest gives way at once', async () => {
    const page = await dashboard.open('/settings');
    const cache = page.getByRole('switch', { name: 'Keep answers in memory' });
    const undo = page.getByRole('button', { name: 'Undo' });
    const change = async (enabled: boolean) => {
      await cache.press('Space');
      await expect.poll(async () => (await settings()).cache.enabled).toBe(enabled);
      await expect.poll(() => cache.isChecked()).toBe(enabled);
    };
    await change(false);
    await undo.waitFor();
    const oldest = await undo.elementHandle();
    for (const enabled of [true, false, true]) await change(enabled);
    await oldest?.waitForElementState('hidden', { timeout: 10_000 });
    await expect.poll(() => undo.count()).toBe(3);
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
});
