import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the providers page${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ keys: [] });
  }, 60_000);
  afterAll(() => dashboard.close());

  it('leads whoever has no provider to a first key, shows it masked, and takes a removal back', async () => {
    const page = await dashboard.open('/providers');
    await page.getByText('No provider yet').waitFor();
    await page.getByRole('button', { name: 'OpenAI', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Key', { exact: true }).fill('sk-secret-part-1234');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Check and add' }).click();
    await page.getByText('••••1234').waitFor();
    await page.getByText('Works', { exact: true }).waitFor();
    expect(await page.content()).not.toContain('secret-part');
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('••••1234').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('••••1234').waitFor();
    await page.close();
  });

  it('adds a provider of one’s own and says what it answered', async () => {
    const page = await dashboard.open('/providers');
    await page.getByRole('button', { name: 'Add your own provider' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Id', { exact: true }).fill('house');
    await dialog.getByLabel('Base URL').fill(`${dashboard.provider.url}/v1`);
    await dialog.getByRole('button', { name: 'Check and add' }).click();
    await page.getByText('your own', { exact: true }).waitFor();
    await page.close();
  });

  it('follows how a provider answers: its success and first byte, and that it rests after failures', async () => {
    const page = await dashboard.open('/providers');
    const openai = page.locator('section').filter({ hasText: '••••1234' });
    await openai.getByText('not measured').first().waitFor();
    const ask = async (text: string) => {
      const headers = { authorization: `Bearer ${dashboard.gatewayKey}`, 'content-type': 'application/json' };
      const messages = [{ role: 'user', content: text }];
      const body = JSON.stringify({ model: 'openai/gpt-4o-mini', messages });
      await (await fetch(`${dashboard.url}/v1/chat/completions`, { method: 'POST', headers, body })).text();
    };
    await ask('Hello');
    await openai.getByText('100%', { exact: true }).waitFor();
    await openai.getByText('healthy', { exact: true }).waitFor();
    dashboard.provider.respond((_request, response) => {
      response.statusCode = 500;
      response.end('{"error":{"message":"broken"}}');
    });
    for (const text of ['a', 'b', 'c', 'd', 'e']) await ask(text);
    await openai.getByText('paused after failures', { exact: true }).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  it('tells a key that is refused from one that works', async () => {
    const shut = createServer((_request, response) =>
      response.writeHead(401).end('{"error":{"message":"no such key"}}'),
    );
    await new Promise<void>((resolve) => shut.listen(0, '127.0.0.1', resolve));
    const page = await dashboard.open('/providers?do=own');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Id', { exact: true }).fill('shut');
    await dialog.getByLabel('Base URL').fill(`http://127.0.0.1:${(shut.address() as AddressInfo).port}/v1`);
    await dialog.getByLabel('Key', { exact: true }).fill('sk-not-taken-4321');
    await dialog.getByRole('button', { name: 'Check and add' }).click();
    await dialog.getByRole('alert').getByText('Refused').waitFor();
    await page.keyboard.press('Enter');
    const line = page.locator('.line').filter({ hasText: '••••4321' });
    await line.getByText('Refused', { exact: true }).waitFor();
    await line.getByRole('button', { name: 'Test' }).click();
    await page
      .getByRole('alert')
      .getByText(/does not take this key/)
      .waitFor();
    await expectAccessible(page);
    await page.close();
    shut.close();
  });

  it('says why a provider cannot be added', async () => {
    const page = await dashboard.open('/providers');
    await page.getByRole('button', { name: 'Add your own provider' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Id', { exact: true }).fill('openai');
    await dialog.getByLabel('Base URL').fill('https://llm.example/v1');
    await dialog.getByRole('button', { name: 'Check and add' }).click();
    await dialog.getByRole('alert').waitFor();
    await page.close();
  });
});
