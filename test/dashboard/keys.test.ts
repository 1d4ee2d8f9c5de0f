import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible, expectSound } from './checks.ts';
import { type Dashboard, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the keys page${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  }, 60_000);
  afterAll(() => dashboard.close());

  const ask = (key: string) =>
    fetch(`${dashboard.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: `Hello ${Math.random()}` }] }),
    });

  it('makes a key that is shown once, gives it a budget, and revokes it by name', async () => {
    const page = await dashboard.open('/keys');
    await page.getByRole('button', { name: 'Create a key' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('Laptop');
    await page.keyboard.press('Enter');
    const key = await page.getByTestId('secret').innerText();
    expect(key).toMatch(/^gw_/);
    await expectAccessible(page);
    expect((await ask(key)).status).toBe(200);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText(`••••${key.slice(-4)}`).waitFor();
    expect(await page.content()).not.toContain(key);

    await page.getByRole('button', { name: 'Set limits of Laptop' }).click();
    await page.getByLabel('Budget a day').fill('0');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Limits of Laptop are set').waitFor();
    await expect.poll(async () => (await ask(key)).status).not.toBe(200);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await ask(key)).status).toBe(200);

    await page.getByRole('button', { name: 'More about Laptop' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    const revoke = page.getByRole('dialog').getByRole('button', { name: 'Revoke' });
    expect(await revoke.isDisabled()).toBe(true);
    await page.getByLabel('Type Laptop to go on').fill('Laptop');
    await revoke.click();
    await page.getByText('1 revoked key').waitFor();
    expect((await ask(key)).status).toBe(401);
    await page.close();
  });

  it('is sound in both themes and languages', () =>
    expectSound(dashboard, '/keys', { en: 'All keys together', es: 'Todas las claves juntas' }));
});
