import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { failing } from '../fake-answers.ts';
import { echo } from '../fake-echo.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, inWindow, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the requests page${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ rows: 100_000 });
  }, 120_000);
  afterAll(() => dashboard.close());

  it('scrolls through a hundred thousand rows while drawing only a screenful', async () => {
    const page = await dashboard.open('/requests?range=90d');
    await page.locator('[data-index="0"]').waitFor();
    for (const row of [199, 399, 599]) {
      // More rows may arrive after a scroll to the end: then it is the end no more.
      await expect
        .poll(async () => {
          await page.getByRole('grid').evaluate((grid) => grid.firstElementChild?.scrollBy(0, 1_000_000));
          return Number(await page.locator('[data-index]').last().getAttribute('data-index'));
        })
        .toBeGreaterThanOrEqual(row);
    }
    expect(await page.locator('[data-index]').count()).toBeLessThan(60);
    await page.close();
  });

  it('finds the dearest request and tells why its model was chosen', async () => {
    const page = await dashboard.open('/requests');
    await page.getByRole('columnheader', { name: 'Cost' }).getByRole('button').click();
    await expect
      .poll(() => page.getByRole('columnheader', { name: 'Cost' }).getAttribute('aria-sort'))
      .toBe('descending');
    expect(page.url()).toContain('sort=dearest');
    const cost = (index: number) => page.locator(`[data-index="${index}"] [role=gridcell]`).last().innerText();
    await expect.poll(async () => Number((await cost(0)).slice(1)) >= Number((await cost(5)).slice(1))).toBe(true);
    const dearest = await cost(0);
    await page.locator('[data-index="0"]').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('good enough for a').first().waitFor();
    expect(await drawer.innerText()).toContain(dearest);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await page.close();
  });

  it('shows on the bar where each call began and how it ended, and what the provider said of it', async () => {
    const [failure] = failing(1, 500);
    dashboard.provider.respond([
      failure,
      (request, response) => echo(request, response.setHeader('x-request-id', 'req_of_the_provider')),
    ]);
    const response = await fetch(`${dashboard.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dashboard.gatewayKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(response.status).toBe(200);
    const page = await dashboard.open(`/requests?open=${response.headers.get('x-gateway-request-id')}`);
    const drawer = page.getByRole('dialog');
    const calls = drawer.getByRole('listitem');
    await calls.nth(1).waitFor();
    expect(await calls.allInnerTexts()).toEqual([
      expect.stringMatching(/^First call: openai\/gpt-4o-mini, from .+ on · Provider failed after /),
      expect.stringMatching(/^Retry: openai\/gpt-4o-mini, from .+ on · answered$/),
    ]);
    for (const part of ['Failed calls', 'Pauses', 'Until the first byte']) await drawer.getByText(part).waitFor();
    await drawer.getByText('req_of_the_provider').waitFor();
    await page.close();
  });

  // In the window nobody is offered an account.
  it.skipIf(inWindow)('moves nothing that is drawn already as the rest arrives', async () => {
    const page = await dashboard.open('/settings');
    await page.goto('about:blank');
    await page.addInitScript(`globalThis.moved = [];
      new PerformanceObserver((list) => {
        for (const { sources } of list.getEntries()) for (const { node } of sources) moved.push(node?.textContent);
      }).observe({ type: 'layout-shift', buffered: true })`);
    await page.goto(`${dashboard.url}/#/requests`);
    await page.locator('[data-index="0"]').waitFor();
    await page.getByRole('link', { name: 'Make an account' }).waitFor();
    const frames = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';
    expect(await page.evaluate(`${frames}.then(() => moved)`)).toEqual([]);
    await page.close();
  });

  it('keeps its filters in the address', async () => {
    const page = await dashboard.open('/requests?status=error');
    await page.locator('[data-failed]').first().waitFor();
    expect(await page.locator('[data-index]:not([data-failed])').count()).toBe(0);
    await page.getByLabel('Text of error').fill('no such error');
    await page.getByText('No request fits').waitFor();
    expect(page.url()).toContain('error=no+such+error');
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await page.locator('[data-index="0"]').waitFor();
    expect(page.url()).not.toContain('status');
    await page.close();
  });

  it('is moved through and opened from the keyboard', async () => {
    const page = await dashboard.open('/requests');
    await page.locator('[data-index="0"]').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'PageDown', 'ArrowUp']) await page.keyboard.press(key);
    await expect
      .poll(() => page.evaluate<number>('Number(document.activeElement?.getAttribute("data-index"))'))
      .toBeGreaterThan(5);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Timeline').waitFor();
    await page.close();
  });

  it('keeps the focus on its row while others arrive above it', async () => {
    const page = await dashboard.open('/requests');
    const first = page.locator('[data-index="0"]');
    const second = page.locator('[data-index="1"]');
    await first.focus();
    await page.keyboard.press('ArrowDown');
    const id = await second.getAttribute('data-id');
    await page.locator(`[data-id="${id}"]:focus`).waitFor();
    await fetch(`${dashboard.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dashboard.gatewayKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'One more' }] }),
    });
    await page.locator(`[data-index="2"][data-id="${id}"]:focus`).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-index="3"]:focus').waitFor();
    await page.close();
  });

  // The window's download goes through a dialog of the system.
  it.skipIf(inWindow)('saves what is filtered', async () => {
    const page = await dashboard.open('/requests?status=cancelled&range=24h');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const lines = readFileSync(await (await saving).path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines.slice(1)) expect(line).toContain(',cancelled,499,');
    await page.close();
  });

  it('shows the columns that one chooses, also after a reload', async () => {
    const page = await dashboard.open('/requests');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('First byte').check();
    await page.reload();
    await page.getByRole('columnheader', { name: 'First byte' }).waitFor();
    await page.evaluate(() => localStorage.clear());
    await page.close();
  });
});
