import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { type Dashboard, goTo, inWindow, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`what is not finished yet${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  }, 60_000);
  afterAll(() => dashboard.close());

  it('is there after a reload, but for secrets, and forgotten with the window', async () => {
    const page = await dashboard.open('/alerts?do=channel');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('E-mail', { exact: true }).click();
    await dialog.getByLabel('Mail server').fill('smtp.example.org');
    await dialog.getByLabel('Password', { exact: true }).fill('correct horse');
    await dialog.getByLabel('Name').fill('Team');
    await page.reload();
    await dialog.getByLabel('Mail server').waitFor();
    expect(await dialog.getByLabel('Mail server').inputValue()).toBe('smtp.example.org');
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Team');
    expect(await dialog.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('correct horse');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await goTo(page, '/alerts?do=channel');
    expect(await dialog.getByLabel('Name').inputValue()).toBe('');
    await page.keyboard.press('Escape');

    await goTo(page, '/alerts?do=rule');
    await dialog.getByLabel('Dollars a day').fill('7.5');
    await page.reload();
    await dialog.getByText('A day costs $7.50 or more').waitFor();
    await page.close();
  });

  it.skipIf(inWindow)('is gone for who signs in next in the same tab', async () => {
    const page = await dashboard.open('/playground', { theme: 'dark' });
    await page.getByLabel('Your message').fill('Between you and me');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Owner token').fill(dashboard.ownerToken);
    await page.keyboard.press('Enter');
    await page.getByLabel('Your message').waitFor();
    expect(await page.getByLabel('Your message').inputValue()).toBe('');
    await page.close();
  });
});
