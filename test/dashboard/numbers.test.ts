import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { until } from './checks.ts';
import { type Dashboard, goTo, openDashboard } from './open.ts';
import { ownerOf } from './seed.ts';

describe.skipIf(chromiumPath === undefined)(`numbers in Spanish fields${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  let page: Page;
  beforeAll(async () => {
    dashboard = await openDashboard();
    page = await dashboard.open('/keys', { language: 'es' });
  }, 60_000);
  afterAll(() => dashboard.close());

  const dialog = () => page.getByRole('dialog');
  /** Typed key by key, as a person does; what the field shows once it is left. */
  async function type(field: Locator, text: string): Promise<string> {
    await field.click();
    // Not by selecting it all: the field sets its caret anew a moment after it was clicked.
    await field.fill('');
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
    return field.inputValue();
  }

  async function dismissNotices(): Promise<void> {
    const dismiss = page.getByRole('button', { name: 'Descartar' }).first();
    await until(async () => {
      await dismiss.click({ timeout: 500 }).catch(() => {});
      return (await page.getByRole('button', { name: 'Deshacer' }).count()) === 0;
    });
  }

  it('take a comma or a point for the fraction of a budget, and round what is counted', async () => {
    await page.getByRole('button', { name: 'Poner límites a Todas las claves juntas' }).click();
    expect(await type(dialog().getByLabel('Presupuesto al día'), '1,5')).toBe('$1,5');
    expect(await type(dialog().getByLabel('Presupuesto a la semana'), '0.0003')).toBe('$0,0003');
    expect(await type(dialog().getByLabel('Presupuesto al mes'), '1234,56')).toBe('$1 234,56');
    expect(await type(dialog().getByLabel('Peticiones por minuto'), '1.500')).toBe('1 500');
    expect(await type(dialog().getByLabel('Tokens por minuto'), '1,5')).toBe('2');
    await dialog().getByRole('button', { name: 'Guardar' }).click();
    await dialog().waitFor({ state: 'detached' });
    const [overall] = (await ownerOf(dashboard).limits.list()).limits;
    expect(overall?.caps).toMatchObject({
      dayUsd: 1.5,
      weekUsd: 0.0003,
      monthUsd: 1234.56,
      requestsPerMinute: 1500,
      tokensPerMinute: 2,
    });
  });

  it('say what they hold in the sentence of an alert', async () => {
    await goTo(page, '/alerts?do=rule');
    expect(await type(dialog().getByLabel('Dólares al día'), '0,75')).toBe('$0,75');
    await dialog().getByText('Un día cuesta 0,75 $ o más').waitFor();
    await page.keyboard.press('Escape');
  });

  it('hold the price of a model as it was typed', async () => {
    await goTo(page, '/models?q=claude-haiku-4-5');
    await page.getByRole('row').nth(1).getByRole('button').click();
    const input = dialog().getByLabel('Entrada / 1M');
    expect(await type(input, '0,0003')).toBe('$0,0003');
    await dialog().getByRole('button', { name: 'Guardar' }).click();
    await until(async () => {
      const { models } = await ownerOf(dashboard).models.list();
      return models.some((model) => model.name.startsWith('claude-haiku-4-5') && model.price?.input === 0.0003);
    });
    await page.keyboard.press('Escape');
  });

  it('are set once one leaves them; emptied, a bound is lifted and anything else stays', async () => {
    await goTo(page, '/settings');
    await dismissNotices();
    const settings = () => ownerOf(dashboard).settings.get();
    expect(await type(page.getByLabel('Se guarda', { exact: true }), '1,5')).toBe('2 min');
    await expect.poll(async () => (await settings()).cache.ttlMs).toBe(120_000);
    // The page knows it too.
    await page.getByRole('button', { name: 'Deshacer' }).waitFor();
    await dismissNotices();
    expect(await type(page.getByLabel('Se guarda', { exact: true }), '')).toBe('2 min');
    expect(await type(page.getByLabel('Guardar peticiones, días'), '')).toBe('');
    await expect.poll(async () => (await settings()).retention.days).toBeNull();
    await page.getByRole('button', { name: 'Deshacer' }).click();
    await expect.poll(async () => (await settings()).retention.days).toBe(400);
    await until(async () => (await page.getByLabel('Guardar peticiones, días').inputValue()) === '400');
    expect((await settings()).cache.ttlMs).toBe(120_000);
  });
});
