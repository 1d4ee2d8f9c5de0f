import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, inWindow, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`data in the settings${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ rows: 100 });
  }, 60_000);
  afterAll(() => dashboard.close());

  it('are backed up into a file that the browser gets, restored by typing a name, and that is taken back', async () => {
    const page = await dashboard.open('/settings');
    await page.getByText(/^Requests and settings/).waitFor();
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page.getByText(/Backed up as/).waitFor();
    // In the window there is nothing to fetch: the file lies on the person's own machine.
    if (!inWindow) {
      const link = page.getByRole('link', { name: /^llm-gateway-.*sqlite$/ });
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).subarray(0, 15).toString()).toBe('SQLite format 3');
    }
    if (!inWindow) {
      const choose = async (file: { name: string; mimeType: string; buffer: Buffer }) => {
        const chooser = page.waitForEvent('filechooser');
        await page.getByRole('button', { name: 'Upload a backup' }).click();
        await (await chooser).setFiles(file);
      };
      await choose({ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear all') });
      await page.getByText('it is no SQLite database').waitFor();
      const made = await fetch(`${dashboard.url}/api/data`, {
        headers: { authorization: `Bearer ${dashboard.ownerToken}` },
      });
      const { directory, backups } = (await made.json()) as { directory: string; backups: { name: string }[] };
      const buffer = await readFile(join(directory, 'backups', backups[0]?.name ?? ''));
      await choose({ name: 'mine.sqlite', mimeType: 'application/vnd.sqlite3', buffer });
      await page.getByText(/It lies among the backups now/).waitFor();
      await page.getByRole('link', { name: /^uploaded-/ }).waitFor();
    }
    await page.getByRole('button', { name: /^Restore llm-gateway/ }).click();
    const sure = page.getByRole('dialog');
    await sure.getByRole('textbox').fill('restore');
    await expectAccessible(page);
    await sure.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('Start the gateway again: a backup').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Keep the present data' }).click();
    await page.getByText('Start the gateway again').waitFor({ state: 'detached' });
    await page.close();
  });

  it.skipIf(inWindow)('help to find a fault, in a file without a secret', async () => {
    const page = await dashboard.open('/settings?section=data');
    const button = page.getByRole('button', { name: 'Export diagnostics' });
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expect(download.suggestedFilename()).toMatch(/^llm-gateway-diagnostics-[\d-]{10}\.json$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    expect(JSON.parse(text)).toMatchObject({ about: { address: dashboard.url }, settings: { cache: {} } });
    expect(JSON.parse(text).requests).toHaveLength(100);
    for (const secret of ['cdef', dashboard.ownerToken, dashboard.home]) expect(text).not.toContain(secret);
    await page.getByText(/^Saved as llm-gateway-diagnostics/).waitFor();
    await page.close();
  });

  it('are deleted only by typing a name', async () => {
    const page = await dashboard.open('/settings', { language: 'es' });
    await page.getByRole('button', { name: 'Borrar todo' }).click();
    const sure = page.getByRole('dialog');
    const act = sure.getByRole('button', { name: 'Borrar todo' });
    expect(await act.isDisabled()).toBe(true);
    await sure.getByRole('textbox').fill('borrar todo');
    await act.click();
    await page.getByText('entonces se borra todo').waitFor();
    await page.getByRole('button', { name: 'Conservar los datos actuales' }).click();
    await page.getByText('entonces se borra todo').waitFor({ state: 'detached' });
    await page.close();
  });
});
