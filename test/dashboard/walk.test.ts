import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { type Dashboard, openDashboard } from './open.ts';

/** What somebody does who has never seen it, each step found from the one before. */
describe.skipIf(chromiumPath === undefined)(`a first visit${needsChromium}`, { timeout: 90_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ keys: ['anthropic'] });
    mkdirSync(join(dashboard.home, '.codex'));
  }, 60_000);
  afterAll(() => dashboard.close());

  /** What Codex asks, with the address and the key that it was given. */
  async function askAsCodex(question: string): Promise<void> {
    const config = readFileSync(join(dashboard.home, '.codex', 'config.toml'), 'utf8');
    const [, address] = /base_url = "([^"]+)"/.exec(config) ?? [];
    const [, key] = /bearer_token = "(gw_[^"]+)"/.exec(config) ?? [];
    const response = await fetch(`${address}/responses`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'user-agent': 'codex_cli_rs/0.50.0',
      },
      body: JSON.stringify({ model: 'gpt-5.1-codex', input: question }),
    });
    expect(response.status).toBe(200);
    await response.text();
  }

  it('adds a key, connects a tool, finds the dearest request and why, sets a budget and an alert, and tests a cheaper policy', async () => {
    const page = await dashboard.openStranger(dashboard.dashboard ?? '');
    const dialog = page.getByRole('dialog');
    await page.getByText('No requests yet').waitFor();

    await page.getByRole('link', { name: 'Providers' }).click();
    await page.getByRole('button', { name: 'OpenAI', exact: true }).click();
    await dialog.getByLabel('Key', { exact: true }).fill('sk-first-key-1234');
    await page.getByRole('button', { name: 'Check and add' }).click();
    await page.getByText('••••1234').waitFor();

    await page.getByRole('link', { name: 'Connect' }).click();
    await page.getByRole('button', { name: 'Connect Codex', exact: true }).click();
    await dialog.getByText('+ model_provider = "llm-gateway"').waitFor();
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await dialog.getByText('Codex is pointed here.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await askAsCodex('Say hello.');
    await askAsCodex('Translate "good morning" into French.');
    await askAsCodex(`Prove each step and find what is wrong: ${'if n is prime then n + 2 is prime. '.repeat(400)}`);

    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await page.locator('[data-index="2"]').waitFor();
    await page.getByRole('columnheader', { name: 'Cost' }).getByRole('button').click();
    await expect.poll(() => page.url()).toContain('sort=dearest');
    await page.locator('[data-index="0"]').click();
    await dialog.getByText('Why this model').waitFor();
    await dialog.getByRole('region', { name: 'Candidates' }).getByText('chosen').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Keys & limits' }).click();
    await page.getByRole('button', { name: 'Set limits of Codex' }).click();
    await page.getByLabel('Budget a month').fill('20');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('/ $20.00').waitFor();

    await page.getByRole('link', { name: 'Alerts' }).click();
    await page.getByRole('button', { name: 'Add a rule' }).first().click();
    await dialog.getByLabel('Dollars a day').fill('2');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^A day costs \$2\.00 or more/).waitFor();

    await page.getByRole('link', { name: 'Routing' }).click();
    await page.getByText('Economy', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    await page.getByText('Same choice').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('The policy holds from the next request').waitFor();
    await page.context().close();
  });
});
