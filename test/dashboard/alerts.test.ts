import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible, expectSound } from './checks.ts';
import { type Dashboard, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the alerts page${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  const arrived: string[] = [];
  const receiver = createServer((request, response) => {
    request.on('data', (chunk) => arrived.push(String(chunk)));
    request.on('end', () => response.end());
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    dashboard = await openDashboard();
  }, 60_000);
  afterAll(async () => {
    receiver.close();
    await dashboard.close();
  });

  it('adds a channel, sends it a test, makes a rule for it, and takes both back', async () => {
    const page = await dashboard.open('/alerts');
    await page.getByText('Nothing is watched yet').waitFor();
    await page.getByRole('button', { name: 'Add a channel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Webhook', { exact: true }).click();
    await dialog.getByLabel('Address').fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
    await dialog.getByLabel('Secret', { exact: true }).fill('sesame');
    await dialog.getByLabel('Name').fill('Pager');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Not tried yet').waitFor();
    await page.getByRole('button', { name: 'Send a test to Pager' }).click();
    await page.getByText('The test reached Pager').waitFor();
    expect(JSON.parse(arrived.join(''))).toMatchObject({ type: 'alert', kind: 'test' });

    await page.getByRole('button', { name: 'Add a rule' }).first().click();
    await dialog.getByLabel('Dollars a day').fill('2');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A day costs $2.00 or more · Pager').waitFor();
    await page.getByRole('button', { name: 'More about A dear day' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByText('Nothing is watched yet').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('A day costs $2.00 or more · Pager').waitFor();
    await page.close();
  });

  it('says what is wrong with an address that is not safe', async () => {
    const page = await dashboard.open('/alerts');
    await page.getByRole('button', { name: 'Add a channel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Slack', { exact: true }).click();
    await dialog.getByLabel('Address of the incoming webhook').fill('http://hooks.example.com/');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Use https://').waitFor();
    await page.close();
  });

  it('is sound in both themes and languages', () =>
    expectSound(dashboard, '/alerts', { en: 'What was told', es: 'Lo que se ha avisado' }));
});
