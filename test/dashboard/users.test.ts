import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, goTo, inWindow, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined || inWindow)(
  `users beside the owner${needsChromium}`,
  { timeout: 120_000 },
  () => {
    let dashboard: Dashboard;
    let owner: Page;
    beforeAll(async () => {
      dashboard = await openDashboard();
      owner = await dashboard.open('/settings');
    }, 60_000);
    afterAll(() => dashboard.close());

    const ask = async (key: string) => {
      const response = await fetch(`${dashboard.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: `Hello ${Math.random()}` }] }),
      });
      await response.text();
      return response.status;
    };
    const pagesOf = (page: Page) => page.getByRole('navigation').getByRole('link').allInnerTexts();

    async function invite(name: string): Promise<string> {
      await owner.getByRole('button', { name: 'Invite a user' }).click();
      await owner.getByRole('dialog').getByLabel('Name').fill(name);
      await owner.keyboard.press('Enter');
      const link = await owner.getByTestId('secret').innerText();
      await expectAccessible(owner);
      await owner.getByRole('button', { name: 'I have copied it' }).click();
      return link;
    }

    async function take(link: string, email: string, password = 'correct horse battery'): Promise<Page> {
      const page = await dashboard.openStranger(link);
      await page.getByLabel('E-mail address').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      return page;
    }

    async function menu(name: string, item: string): Promise<void> {
      await owner.getByRole('button', { name: `More about ${name}` }).click();
      await owner.getByRole('menuitem', { name: item }).click();
    }

    const undo = (done: string) =>
      owner.getByRole('status').filter({ hasText: done }).getByRole('button', { name: 'Undo' }).click();

    async function createKey(page: Page, name: string): Promise<string> {
      await goTo(page, '/keys');
      await page.getByRole('button', { name: 'Create a key' }).first().click();
      await page.getByRole('dialog').getByLabel('Name').fill(name);
      await page.keyboard.press('Enter');
      const key = await page.getByTestId('secret').innerText();
      await page.getByRole('button', { name: 'I have copied it' }).click();
      return key;
    }

    it('are invited by a link that works once, and find the pages that are theirs', async () => {
      await owner.getByText('Nobody else yet.').waitFor();
      const link = await invite('Ana');
      expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#\/invitation\/[\w-]{43}$/);
      await owner.getByText(/has not come yet · link until/).waitFor();
      expect(await owner.content()).not.toContain(link.split('/').at(-1) ?? '');

      const ana = await dashboard.openStranger(link);
      await ana.getByRole('heading', { name: 'Welcome, Ana' }).waitFor();
      await expectAccessible(ana);
      await ana.getByLabel('E-mail address').fill('ana@example.org');
      await ana.getByLabel('Password', { exact: true }).fill('correct horse ana');
      await ana.keyboard.press('Enter');
      await ana
        .getByRole('alert')
        .getByText(/must not hold your address/)
        .waitFor();
      await ana.getByLabel('Password', { exact: true }).fill('correct horse battery');
      await ana.getByRole('button', { name: 'Go in' }).click();
      await ana.getByRole('heading', { name: 'Overview' }).waitFor();
      expect(ana.url()).not.toContain('invitation');
      await expect
        .poll(() => pagesOf(ana))
        .toEqual(['Overview', 'Requests', 'Playground', 'Connect', 'Keys & limits', 'Settings']);
      await owner.getByText(/ana@example\.org/).waitFor();

      const late = await dashboard.openStranger(link);
      await late
        .getByRole('alert')
        .getByText(/was used already/)
        .waitFor();
      await late.close();
      await goTo(ana, '/providers');
      await ana.getByText('There is no such page').waitFor();
      await ana.close();
    });

    it('see what was asked with their keys, live, and the owner sees all and narrows it to one', async () => {
      const bo = await take(await invite('Bo'), 'bo@example.org');
      const key = await createKey(bo, 'Laptop of Bo');
      await goTo(owner, '/keys');
      const own = await createKey(owner, 'Of the owner');
      await goTo(bo, '/requests');
      await bo
        .getByRole('button', { name: 'Requests' })
        .or(bo.getByRole('heading', { name: 'Requests' }))
        .first()
        .waitFor();
      expect([await ask(own), await ask(own), await ask(key)]).toEqual([200, 200, 200]);
      const rows = bo.getByRole('row', { name: /gpt-4o-mini/ });
      await rows.first().waitFor();
      await rows.first().click();
      await bo.getByRole('dialog').getByText('Laptop of Bo').first().waitFor();
      await expectAccessible(bo);
      await bo.keyboard.press('Escape');
      expect(await rows.count()).toBe(1);

      await goTo(owner, '/requests');
      await expect.poll(() => owner.getByRole('row', { name: /gpt-4o-mini/ }).count()).toBe(3);
      await owner
        .getByRole('combobox', { name: 'User' })
        .or(owner.getByRole('textbox', { name: 'User' }))
        .first()
        .click();
      await owner.getByRole('option', { name: 'Bo' }).click();
      await expect.poll(() => owner.getByRole('row', { name: /gpt-4o-mini/ }).count()).toBe(1);

      await goTo(owner, '/keys');
      await owner.getByText('Laptop of Bo').waitFor();
      await owner.getByRole('button', { name: 'Set limits of Laptop of Bo' }).click();
      await owner.getByLabel('Budget a day').fill('0');
      await owner.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await expect.poll(() => ask(key)).toBe(429);
      await goTo(bo, '/keys');
      await bo.getByText('Laptop of Bo').waitFor();
      expect(await bo.getByText('Of the owner').count()).toBe(0);
      expect(await bo.getByRole('button', { name: /Set limits/ }).count()).toBe(0);
      expect(await bo.getByText('All keys together').count()).toBe(0);
      await bo.close();
      await goTo(owner, '/settings');
    });

    it('chat in the playground with their key, connect by hand, and change their password', async () => {
      const cy = await take(await invite('Cy'), 'cy@example.org');
      await goTo(cy, '/playground');
      await cy.getByRole('textbox', { name: 'Your message' }).fill('Hello');
      await cy.keyboard.press('Enter');
      await cy.getByText('Make a gateway key first').waitFor();
      await createKey(cy, 'Key of Cy');
      await goTo(cy, '/playground');
      await cy.getByRole('textbox', { name: 'Your message' }).fill('Hello again');
      await cy.keyboard.press('Enter');
      await cy
        .getByText(/\d\s?m?s( |$)/)
        .first()
        .waitFor();
      await goTo(cy, '/connect');
      await cy.getByText(/OPENAI_BASE_URL=http/).waitFor();
      await expectAccessible(cy);
      await goTo(cy, '/settings');
      await cy.getByText('Cy · cy@example.org').waitFor();
      expect(await cy.getByText('Backups').count()).toBe(0);
      await cy.getByRole('button', { name: 'Change' }).click();
      await cy.getByLabel('Present password').fill('wrong');
      await cy
        .getByRole('dialog')
        .getByLabel(/^Password/)
        .fill('another staple fence');
      await cy.keyboard.press('Enter');
      await cy
        .getByRole('alert')
        .getByText(/is another one/)
        .waitFor();
      await cy.getByLabel('Present password').fill('correct horse battery');
      await expectAccessible(cy);
      await cy.keyboard.press('Enter');
      await cy.getByText('Saved. All other browsers are signed out.').waitFor();
      await cy.close();
    });

    it('are listed soundly in both themes, in Spanish, in a small window', async () => {
      await (await take(await invite('Eva'), 'eva@example.org')).close();
      for (const look of [
        { theme: 'dark', language: 'es' },
        { theme: 'light', language: 'en' },
      ] as const) {
        const page = await dashboard.open('/settings', { ...look, width: 900, height: 600 });
        await page.getByText(/eva@example\.org/).waitFor();
        await expectAccessible(page);
        await page.getByRole('button', { name: / Eva$/ }).press('Enter');
        await page.getByRole('menuitem').first().waitFor();
        await page.close();
      }
    });

    it('are disabled and enabled again, get another link, and are removed by name', async () => {
      const di = await take(await invite('Di'), 'di@example.org');
      const key = await createKey(di, 'Key of Di');
      await menu('Di', 'Rename');
      await owner.getByRole('dialog').getByLabel('New name').fill('Dinah');
      await owner.keyboard.press('Enter');
      await owner.getByRole('button', { name: 'More about Dinah' }).waitFor();
      await undo('Di is now Dinah');
      await owner.getByRole('button', { name: 'More about Di', exact: true }).waitFor();
      await menu('Di', 'Disable');
      await di.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await ask(key)).toBe(401);
      await undo('Di is disabled');
      await expect.poll(() => ask(key)).toBe(200);

      await menu('Di', 'Link for a new password');
      const link = await owner.getByTestId('secret').innerText();
      await owner.getByRole('button', { name: 'I have copied it' }).click();
      const again = await dashboard.openStranger(link);
      await again.getByText(/Choose a new password/).waitFor();
      expect(await again.getByLabel('E-mail address').inputValue()).toBe('di@example.org');
      await again.getByLabel('Password', { exact: true }).fill('another staple fence');
      await again.keyboard.press('Enter');
      await again.getByRole('heading', { name: 'Overview' }).waitFor();

      await menu('Di', 'Remove');
      const remove = owner.getByRole('dialog').getByRole('button', { name: 'Remove' });
      expect(await remove.isDisabled()).toBe(true);
      await owner.getByLabel('Type Di to go on').fill('Di');
      await expectAccessible(owner);
      await remove.click();
      await owner.getByText('Di is removed').waitFor();
      await again.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await ask(key)).toBe(401);
      await goTo(owner, '/requests?user=');
      await expect.poll(() => owner.getByRole('row', { name: /gpt-4o-mini/ }).count()).toBeGreaterThan(0);
      await again.close();
      await di.close();
    });
  },
);
