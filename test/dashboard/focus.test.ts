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

  it('stays near to where it was when what had it is taken away', async () => {
    const page = await dashboard.open('/routing');
    const aliases = page.getByRole('region', { name: 'Aliases' });
    for (const name of ['fast', 'slow']) {
      await aliases.getByLabel('Name', { exact: true }).fill(name);
      await page.keyboard.press('Enter');
      await aliases.getByText(`${name} → auto`).waitFor();
    }
    const removals = aliases.getByRole('button', { name: 'Remove' });
    await removals.first().press('Enter');
    await aliases.getByText('fast → auto').waitFor({ state: 'detached' });
    await removals.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await removals.waitFor({ state: 'detached' });
    await aliases.getByLabel('Name', { exact: true }).and(page.locator(':focus')).waitFor();
    await page.getByRole('radio', { name: 'Balanced' }).press('ArrowLeft');
    await page.getByRole('button', { name: 'Apply' }).press('Enter');
    await page.getByText('The policy holds from the next request').waitFor();
    await page.locator('main :focus').waitFor();
    const undo = page.getByRole('button', { name: 'Undo last change' });
    await undo.press('Enter');
    await page.getByText('The policy before holds again').waitFor();
    await undo.and(page.locator(':focus')).waitFor();
    await page.close();
  });
});
