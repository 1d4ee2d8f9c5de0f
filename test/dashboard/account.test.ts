import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible, until } from './checks.ts';
import { type Dashboard, inWindow, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the owner's account${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  }, 60_000);
  afterAll(() => dashboard.close());

  it.skipIf(inWindow)(
    'is not needed for whoever opens the printed link, which says so when it is opened again',
    async () => {
      const first = await dashboard.openStranger(dashboard.dashboard ?? '');
      await first.getByRole('heading', { name: 'Overview' }).waitFor();
      expect(first.url()).not.toContain('sign-in');
      const second = await dashboard.openStranger(dashboard.dashboard ?? '');
      await second.getByText('The link has been used already').waitFor();
      await second.getByRole('heading', { name: 'Sign in' }).waitFor();
      await expectAccessible(second);
      await first.close();
      await second.close();
    },
  );

  it('is made in the settings, signs every other browser out, and is a way in from then on', async () => {
    const other = await dashboard.open('/settings', { theme: 'dark' });
    await other
      .getByText(/Chrome · Linux · last seen/)
      .first()
      .waitFor();
    const page = await dashboard.open('/settings');
    await page.getByText('There is no account yet.').waitFor();
    await page.getByText('This browser').waitFor();
    await page.getByRole('link', { name: 'Make an account' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Make an account' }).click();
    await page.getByLabel('E-mail address').fill('owner@example.org');
    await page.getByRole('dialog').getByLabel('Password').fill('owner horse battery');
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('alert')
      .getByText(/must not hold your address/)
      .waitFor();
    await page.getByRole('dialog').getByLabel('Password').fill('correct horse battery');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. All other browsers are signed out.').waitFor();
    await page.getByText('owner@example.org').waitFor();
    await page.getByRole('link', { name: 'Make an account' }).waitFor({ state: 'detached' });
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.close();

    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByRole('button', { name: 'Sign in with the owner token' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('E-mail address').fill('owner@example.org');
    await page.getByLabel('Password', { exact: true }).fill('wrong horse battery');
    await page.keyboard.press('Enter');
    await page.getByText('Address or password is not right.').waitFor();
    for (const guess of ['a', 'b', 'c', 'd', 'e']) {
      await page.getByLabel('Password', { exact: true }).fill(`${guess} wrong horse battery`);
      await Promise.all([
        page.waitForResponse((answer) => answer.url().endsWith('/rpc/session')),
        page.keyboard.press('Enter'),
      ]);
    }
    await page.getByText(/Too many wrong sign-ins: nothing is looked at for \d seconds?\./).waitFor();
    await until(async () => {
      if (await page.getByText('owner@example.org').isVisible()) return true;
      // It may go at any moment: the try before may still be under way.
      const patience = { timeout: 500 };
      const password = page.getByLabel('Password', { exact: true });
      const filled = password.fill('correct horse battery', patience).then(() => password.press('Enter', patience));
      await filled.catch(() => {});
      return false;
    });
    expect(await page.context().cookies()).toMatchObject([
      { name: 'gateway_session', httpOnly: true, sameSite: 'Strict' },
    ]);
    await page.close();
  });
});
