import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the models page${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  }, 60_000);
  afterAll(() => dashboard.close());

  it('finds models by name and what they can, in the address', async () => {
    const page = await dashboard.open('/models?provider=anthropic&can=vision');
    await page.getByText('anthropic/', { exact: false }).first().waitFor();
    await page.getByLabel('Search models').fill('haiku');
    await expect.poll(() => page.url()).toContain('q=haiku');
    await expect
      .poll(async () => (await page.getByRole('row').allInnerTexts()).slice(1).every((text) => /haiku/i.test(text)))
      .toBe(true);
    await page.getByLabel('Search models').fill('no such model');
    await page.getByText('No model fits').waitFor();
    await page.close();
  });

  it('narrows by price and window, in the address', async () => {
    const page = await dashboard.open('/models?provider=openai&window=400000');
    await page.getByLabel('Input up to $ / 1M').fill('0.3');
    await expect.poll(() => page.url()).toContain('price=0.3');
    const prices = () => page.getByRole('row').locator('td:nth-child(5)').allInnerTexts();
    await expect.poll(async () => (await prices()).every((text) => Number(text.slice(1)) <= 0.3)).toBe(true);
    expect((await prices()).length).toBeGreaterThan(0);
    await page.close();
  });

  it('compares models by what one request would cost', async () => {
    const page = await dashboard.open('/models?q=gpt-5');
    await page.getByRole('checkbox', { name: 'Compare openai/gpt-5', exact: true }).check();
    await page.getByRole('checkbox', { name: 'Compare openai/gpt-5-mini', exact: true }).check();
    await page.getByRole('button', { name: 'Compare 2' }).click();
    const line = page.getByRole('dialog').getByRole('row', { name: 'One such request' });
    await expect.poll(() => line.innerText()).toMatch(/\$.*\$/s);
    await expectAccessible(page);
    await page.close();
  });

  it('takes a price of one’s own, and goes back to the list', async () => {
    const page = await dashboard.open('/models?open=openai/gpt-5-mini');
    const input = page.getByRole('dialog').getByLabel('Input / 1M');
    await input.fill('7');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('According to your own price').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await page.getByText('According to your own price').waitFor({ state: 'detached' });
    await page.close();
  });
});
