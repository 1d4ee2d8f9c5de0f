import { afterAll, beforeAll, describe, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { type Dashboard, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the focus${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ keys: ['anthropic'] });
  }, 60_000);
  afterAll(() => dashboard.close());

  it('goes back to what opened a window: a button, or the menu that it was chosen from', async () => {
    const page = await dashboard.open('/keys');
    const dialog = page.getByRole('dialog');
    const creating = page.getByRole('button', { name: 'Create a key' });
    await creating.press('Enter');
    await dialog.getByLabel('Name').waitFor();
    await page.keyboard.press('Escape');
    await creating.and(page.locator(':focus')).waitFor();
    const more = page.getByRole('button', { name: 'More about default' });
    await more.press('Enter');
    await page.getByRole('menuitem', { name: 'Revoke' }).press('Enter');
    await dialog.getByRole('textbox').waitFor();
    await page.keyboard.press('Escape');
    await more.and(page.locator(':focus')).waitFor();
    await page.close();
  });
});
