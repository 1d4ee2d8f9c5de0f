import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { createEcho } from '../fake-echo.ts';
import { expectAccessible } from './checks.ts';
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

  it('makes a rule of each kind, and says in a sentence what it watches', async () => {
    const page = await dashboard.open('/alerts');
    const kinds: [string, string][] = [
      ['A budget is used', 'A budget is used to 80 %'],
      ['An unusual day', 'A day costs 3 times what that weekday usually does, from $1.00 on'],
      ['A price changes', 'A price of a model that you use changes'],
      ['A provider is down', 'A provider fails several times in a row'],
      ['Requests fail', '10% of requests fail within 60 minutes'],
      ['Answers are slow', 'One answer in twenty takes over 30s within 60 minutes'],
      ['The cache helps less', 'The cache answers 20% fewer requests than in the week before'],
    ];
    const dialog = page.getByRole('dialog');
    for (const [title, sentence] of kinds) {
      await page.getByRole('button', { name: 'Add a rule' }).first().click();
      await dialog
        .getByRole('combobox', { name: 'When' })
        .or(dialog.getByRole('textbox', { name: 'When' }))
        .first()
        .click();
      await page.getByRole('option', { name: title }).click();
      await dialog.getByText(sentence).waitFor();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText(`${sentence} · `).waitFor();
    }
    const watch = page.getByRole('switch', { name: /A provider is down/ });
    await watch.press('Space');
    await expect.poll(() => watch.isChecked()).toBe(false);
    await page.close();
  });

  it('shows a channel through which nothing gets, and why', async () => {
    const page = await dashboard.open('/alerts');
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Add a channel' }).click();
    await dialog.getByText('E-mail', { exact: true }).click();
    await dialog.getByLabel('Mail server').fill('127.0.0.1');
    await dialog.getByRole('textbox', { name: 'Port' }).fill('1');
    await dialog.getByRole('textbox', { name: 'From' }).fill('gateway@example.org');
    await dialog.getByRole('combobox', { name: 'To' }).fill('team@example.org');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Name').fill('Mail');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const test = page.getByRole('button', { name: 'Send a test to Mail' });
    for (const state of ['Failed the last time', 'Failed the last time', 'Nothing gets through']) {
      await test.click();
      await page.getByText('The test did not reach Mail').last().waitFor();
      await page.getByText(state).waitFor();
    }
    await page.getByText(/team@example\.org · The mail could not be sent/).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  it('tells of a spent budget, and leads to where it can be raised', async () => {
    const page = await dashboard.open('/alerts');
    const { ownerToken, url, gatewayKey } = dashboard;
    const owner = { authorization: `Bearer ${ownerToken}`, 'content-type': 'application/json' };
    await fetch(`${url}/api/limits/overall`, { method: 'PATCH', headers: owner, body: '{"monthUsd":0.001}' });
    dashboard.provider.respond(createEcho({ usage: { input: 1000, output: 100 } }));
    for (let index = 0; index < 5; index += 1) {
      const body = JSON.stringify({
        model: 'gpt-4o-mini',
        max_tokens: 2,
        messages: [{ role: 'user', content: `Hello ${index}` }],
      });
      const headers = { ...owner, authorization: `Bearer ${gatewayKey}` };
      await (await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })).text();
    }
    await page
      .getByRole('link', { name: /of the month's budget is spent|The month's budget is spent/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Keys & limits' }).waitFor();
    await fetch(`${url}/api/limits/overall`, { method: 'PATCH', headers: owner, body: '{"monthUsd":null}' });
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
});
