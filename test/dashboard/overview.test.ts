import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { answerJson } from '../fake-answers.ts';
import { echo } from '../fake-echo.ts';
import { expectAccessible } from './checks.ts';
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
      expect(new Set(points?.split(' ').map((point) => point.split(',')[1])).size).toBeGreaterThan(1);
    }
    await page.close();
  });

  it('leads from each figure to the requests behind it, of the same period', async () => {
    const page = await dashboard.open('/?range=30d');
    await page.getByRole('group', { name: 'Cost', exact: true }).getByRole('link').click();
    await page.locator('[data-index="0"]').waitFor();
    expect(page.url()).toMatch(/requests\?range=30d&sort=dearest$/);
    await page.goBack();
    await page.getByRole('region', { name: 'By model' }).getByRole('link').first().click();
    await expect.poll(() => page.url()).toMatch(/requests\?range=30d&model=/);
    await page.goBack();
    const bar = page.locator('.recharts-bar-rectangle').first();
    await bar.click();
    await expect.poll(() => page.url()).toMatch(/requests\?from=([\d-]+)&to=\1$/);
    await page.goBack();
    await page.getByText('Table', { exact: true }).click();
    const day = page.getByRole('region', { name: 'Cost over time' }).getByRole('table').getByRole('link').first();
    expect(await day.getAttribute('href')).toMatch(/requests\?from=([\d-]+)&to=\1$/);
    await page.close();
  });

  it('marks the day that is not over, and counts whole ones', async () => {
    const page = await dashboard.open('/');
    await page
      .getByText(/ so far$/)
      .first()
      .waitFor();
    await page.getByText('Table', { exact: true }).click();
    const rows = page.getByRole('region', { name: 'Cost over time' }).getByRole('table').getByRole('row');
    await expect.poll(() => rows.count()).toBe(8);
    expect(await rows.last().innerText()).toContain('so far');
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

  it('keeps long words of a failure within their panel', async () => {
    const page = await dashboard.open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    dashboard.provider.respond(answerJson({ error: { message: 'No.' } }, 403));
    const response = await fetch(`${dashboard.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dashboard.gatewayKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(response.status).toBe(403);
    dashboard.provider.respond(echo);
    const latest = page.getByRole('region', { name: 'Latest requests' });
    await latest.getByText('Forbidden by provider').first().waitFor();
    for (const width of [1280, 900]) {
      await page.setViewportSize({ width, height: 800 });
      const [panel, table] = await Promise.all([latest.boundingBox(), latest.getByRole('table').boundingBox()]);
      expect((table?.x ?? 0) + (table?.width ?? 0)).toBeLessThan((panel?.x ?? 0) + (panel?.width ?? 0));
    }
    await page.close();
  });

  it('says that there is nothing to draw in place of an empty chart', async () => {
    const page = await dashboard.open('/?from=2024-01-01&to=2024-01-20');
    await page.getByRole('region', { name: 'Cost over time' }).getByText('No requests in this period.').waitFor();
    await page.close();
  });

  it('has its chart as a table', async () => {
    const page = await dashboard.open('/');
    await page.getByText('Table', { exact: true }).click();
    await page.getByRole('columnheader', { name: 'claude-sonnet-4-5' }).waitFor();
    await page.close();
  });
});

describe.skipIf(chromiumPath === undefined)(`the overview of the demo${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ keys: [] });
  }, 60_000);
  afterAll(() => dashboard.close());

  it('says that its answers are simulated and free, and leads to the first key', async () => {
    const page = await dashboard.open('/');
    await page.getByText('No requests yet').waitFor();
    const response = await fetch(`${dashboard.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dashboard.gatewayKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(response.status).toBe(200);
    await page.getByText('simulated and costs nothing').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Add a key' }).click();
    await page.getByRole('heading', { name: 'Providers', level: 1 }).waitFor();
    await page.close();
  });
});
