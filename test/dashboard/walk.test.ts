import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { type Dashboard, openDashboard } from './open.ts';

/** What somebody does who has never seen it, each step found from the one before. */
describe.skipIf(chromiumPath === undefined)(`a first visit${needsChromium}`, { timeout: 90_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ keys: ['anthropic'] });
  }, 60_000);
  afterAll(() => dashboard.close());

  it('adds a key, connects a tool, finds the dearest request and why, sets a budget, and tests a cheaper policy', async () => {
    const page = await dashboard.openStranger(dashboard.dashboard ?? '');
    await page.getByText('No requests yet').waitFor();

    await page.getByRole('link', { name: 'Providers' }).click();
    await page.getByRole('button', { name: 'OpenAI', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill('sk-first-key-1234');
    await page.getByRole('button', { name: 'Check and add' }).click();
    await page.getByText('••••1234').waitFor();

    await page.getByRole('link', { name: 'Connect' }).click();
    await page.getByRole('button', { name: 'Make a key and fill it in' }).click();
    const environment = page.getByRole('region', { name: 'Environment' });
    await expect.poll(() => environment.innerText()).toMatch(/OPENAI_API_KEY=gw_/);
    const [, key] = /OPENAI_API_KEY=(gw_\S+)/.exec(await environment.innerText()) ?? [];
    const ask = async (content: string) => {
      const response = await fetch(`${dashboard.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] }),
      });
      expect(response.status).toBe(200);
      await response.text();
    };
    await ask('Say hello.');
    await ask('Translate "good morning" into French.');
    await ask(`Prove each step of this and find what is wrong: ${'if n is prime then n + 2 is prime. '.repeat(400)}`);

    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await page.locator('[data-index="2"]').waitFor();
    await page.getByRole('columnheader', { name: 'Cost' }).getByRole('button').click();
    await expect.poll(() => page.url()).toContain('sort=dearest');
    await page.locator('[data-index="0"]').click();
    await page.getByRole('dialog').getByText('Why this model').waitFor();
    await page.getByRole('dialog').getByRole('region', { name: 'Candidates' }).getByText('chosen').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Keys & limits' }).click();
    await page.getByRole('button', { name: 'Set limits of New tool' }).click();
    await page.getByLabel('Budget a month').fill('20');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('/ $20.00').waitFor();

    await page.getByRole('link', { name: 'Routing' }).click();
    await page.getByText('Economy', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    await page.getByText('Same choice').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('The policy holds from the next request').waitFor();
    await page.context().close();
  });
});
