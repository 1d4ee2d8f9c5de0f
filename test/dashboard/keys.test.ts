import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { hang } from '../fake-answers.ts';
import { echo } from '../fake-echo.ts';
import { expectAccessible } from './checks.ts';
import { hasFocus } from './keyboard.ts';
import { type Dashboard, goTo, inWindow, openDashboard } from './open.ts';

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

  it('renames a key, which works on, and takes that back; says what it has switched', async () => {
    const page = await dashboard.open('/keys');
    await page.getByRole('button', { name: 'Create a key' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('Old name');
    await page.keyboard.press('Enter');
    const key = await page.getByTestId('secret').innerText();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('button', { name: 'More about Old name' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    const form = page.getByRole('dialog', { name: 'Rename Old name' });
    await form.getByLabel('New name').fill(' ');
    await form.getByText('It needs a name').waitFor();
    await form.getByLabel('New name').fill('Other name');
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await page.getByText('Old name is now Other name').waitFor();
    await page.getByRole('button', { name: 'More about Other name' }).waitFor();
    expect((await ask(key)).status).toBe(200);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('button', { name: 'More about Old name' }).click();
    await page.getByRole('menuitem', { name: 'Leave metadata out of answers' }).click();
    await page.getByText('Old name is changed').waitFor();
    expect(await (await ask(key)).json()).not.toHaveProperty('metadata');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(async () => (await ask(key)).json()).toHaveProperty('metadata');
    await page.close();
  });

  it('is worked with the keyboard alone', async () => {
    const page = await dashboard.open('/keys');
    await page.getByRole('button', { name: 'Create a key' }).first().press('Enter');
    await page.keyboard.type('By hand');
    await page.keyboard.press('Enter');
    await page.getByTestId('secret').waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).press('Enter');
    await page.getByRole('button', { name: 'Set limits of By hand' }).press('Enter');
    await page.locator('input:focus').and(page.getByLabel('Budget a day')).waitFor();
    await page.keyboard.type('0.000005');
    await page.keyboard.press('Enter');
    await page.getByText('$0.000005').waitFor();
    await page.getByRole('button', { name: 'More about By hand' }).press('Enter');
    // The menu takes the focus once it has opened.
    await page.locator('[role="menu"]:focus, [role="menu"] :focus').waitFor({ state: 'attached' });
    const revoke = page.getByRole('menuitem', { name: 'Revoke' });
    for (let index = 0; index < 4 && !(await revoke.evaluate(hasFocus)); index += 1)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('Type By hand to go on').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.close();
  });

  it('moves its bars while requests come, and says when a key was used', async () => {
    const page = await dashboard.open('/keys');
    await page.getByRole('button', { name: 'Create a key' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('Busy');
    await page.keyboard.press('Enter');
    const key = await page.getByTestId('secret').innerText();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('button', { name: 'Set limits of Busy' }).click();
    await page.getByLabel('Requests a minute').fill('7');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('progressbar', { name: 'Requests a minute: 0 / 7' }).waitFor({ state: 'attached' });
    for (let index = 0; index < 3; index += 1) await ask(key);
    await page.getByRole('progressbar', { name: 'Requests a minute: 3 / 7' }).waitFor();
    await page
      .getByText(/last used \d+ sec\. ago|last used now/)
      .first()
      .waitFor();
    await page.close();
  });

  it.skipIf(inWindow)('says what is wrong where the gateway fails, and loads again', async () => {
    const page = await dashboard.open('/');
    await page.route('**/rpc/limits/list', (route) => route.fulfill({ status: 403, body: '{}' }));
    await goTo(page, '/keys');
    await page.getByRole('alert').waitFor();
    await page.unroute('**/rpc/limits/list');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('All keys together').waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.close();
  });

  it('shows what is held back for calls of which nobody saw the end, and releases it', async () => {
    const owner = { authorization: `Bearer ${dashboard.ownerToken}`, 'content-type': 'application/json' };
    const setBudget = (dayUsd: number | null) =>
      fetch(`${dashboard.url}/api/limits/overall`, {
        method: 'PATCH',
        headers: owner,
        body: JSON.stringify({ dayUsd }),
      });
    await setBudget(5);
    dashboard.provider.respond(hang);
    const before = dashboard.provider.calls().length;
    const controller = new AbortController();
    const gone = fetch(`${dashboard.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dashboard.gatewayKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4.1', max_tokens: 1000, messages: [{ role: 'user', content: 'Hello' }] }),
      signal: controller.signal,
    }).catch(() => {});
    await expect.poll(() => dashboard.provider.calls().length).toBe(before + 1);
    controller.abort();
    await gone;
    const page = await dashboard.open('/keys');
    await page.getByText('1 call may have been charged unseen').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Release \$0\.00/ }).click();
    await page.getByText(/is free again/).waitFor();
    await page.getByText('1 call may have been charged unseen').waitFor({ state: 'detached' });
    await setBudget(null);
    dashboard.provider.respond(echo);
    await page.close();
  });
});
