import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, openDashboard } from './open.ts';

/** What the palette does, and the title of the window that then stands open. */
const windows = [
  ['Add a provider’s key', 'Add a key'],
  ['Add a provider of your own', 'Add your own provider'],
  ['Create a key for a tool', 'Create a key'],
  ['Add an alert', 'Add a rule'],
  ['Add a way to be told', 'Add a channel'],
  ['Add a routing rule', 'Add a rule'],
] as const;

describe.skipIf(chromiumPath === undefined)(`the command palette${needsChromium}`, { timeout: 90_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ rows: 20 });
  }, 60_000);
  afterAll(() => dashboard.close());

  async function say(page: Page, words: string): Promise<void> {
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('dialog').getByRole('textbox').fill(words);
    await page.getByRole('dialog').getByText(words).first().waitFor();
    await page.keyboard.press('Enter');
  }

  it('opens what is done most from any page, closed with Escape, from where one goes on at the top of the page', async () => {
    const page = await dashboard.open('/');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    for (const [words, title] of windows) {
      await say(page, words);
      const opened = page.getByRole('dialog', { name: title, exact: true });
      await opened.waitFor();
      // A list that is open takes the first.
      await opened.getByRole('heading', { name: title }).click();
      await page.keyboard.press('Escape');
      await opened.waitFor({ state: 'detached' });
      expect(page.url()).not.toContain('do=');
      await page.locator('main:focus').waitFor();
    }
    await page.close();
  });

  it('leads to the dearest requests, and keeps a window open over a reload', async () => {
    const page = await dashboard.open('/settings');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await say(page, 'The dearest requests of the week');
    await page
      .getByRole('columnheader', { name: 'Cost', exact: false })
      .and(page.locator('[aria-sort="descending"]'))
      .waitFor();
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('dialog').getByRole('textbox').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await say(page, 'Create a key for a tool');
    await page.getByRole('dialog', { name: 'Create a key' }).waitFor();
    await page.reload();
    await page.getByRole('dialog', { name: 'Create a key' }).waitFor();
    await page.close();
  });
});
