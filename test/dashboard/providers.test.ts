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
