import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { type Dashboard, inWindow, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the overview${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ rows: 2000 });
  }, 60_000);
  afterAll(() => dashboard.close());

  async function ask(model: string): Promise<void> {
    const response = await fetch(`${dashboard.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dashboard.gatewayKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(response.status).toBe(200);
  }

  it('shows what a week cost, and other periods by their address', async () => {
    const page = await dashboard.open('/');
    const week = page.getByText(/^\$\d/).first();
    await week.waitFor();
    const costOfWeek = await week.innerText();
    await page.getByText('30 days').click();
    await expect.poll(() => week.innerText()).not.toBe(costOfWeek);
    expect(page.url()).toContain('range=30d');
    await page.reload();
    await expect.poll(() => page.getByRole('radio', { name: '30 days' }).isChecked()).toBe(true);
    await page.close();
  });

  it('shows of each figure its course and how it changed', async () => {
    const page = await dashboard.open('/?range=24h');
    for (const title of ['Cost', 'Saved', 'Requests', 'Average latency', 'p95 latency', 'Cache hit rate']) {
      const figure = page.getByRole('group', { name: title, exact: true });
      await figure
        .getByText(/^[+-]?\d.*%$/)
        .last()
        .waitFor();
      const points = await figure.locator('polyline').getAttribute('points');
      expect(new Set(points?.split(' ').map((point) => point.split(',')[1])).size).toBeGreaterThan(2);
    }
    await page.close();
  });

  it('shows a request as it ends, without being asked', async () => {
    const page = await dashboard.open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    await ask('gpt-4o-mini');
    await page.getByRole('link', { name: 'gpt-4o-mini' }).first().waitFor();
    await page.close();
  });

  it.skipIf(inWindow)(
    'gives its connection back while nobody looks, and catches up when it is seen again',
    async () => {
      const page = await dashboard.open('/');
      await page.getByText('Live', { exact: true }).waitFor();
      const look = (state: 'hidden' | 'visible') =>
        page.evaluate(
          `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
           document.dispatchEvent(new Event('visibilitychange'))`,
        );
      const left = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/rpc/events'));
      await look('hidden');
      await left;
      await ask('gpt-4.1-nano');
      await look('visible');
      await page.getByRole('link', { name: 'gpt-4.1-nano' }).first().waitFor();
      await page.close();
    },
  );

  it('has its chart as a table', async () => {
    const page = await dashboard.open('/');
    await page.getByText('Table', { exact: true }).click();
    await page.getByRole('columnheader', { name: 'claude-sonnet-4-5' }).waitFor();
    await page.close();
  });
});
