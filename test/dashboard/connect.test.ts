import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectSound } from './checks.ts';
import { type Dashboard, openDashboard } from './open.ts';

const run = promisify(execFile);

describe.skipIf(chromiumPath === undefined)(`the connect page${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  }, 60_000);
  afterAll(() => dashboard.close());

  it('has a curl line with address and key that works as it is pasted', async () => {
    const page = await dashboard.open('/connect');
    await page.getByRole('button', { name: 'Make a key and fill it in' }).click();
    await page.getByText('The new key is filled in below').waitFor();
    await page.getByRole('tab', { name: 'curl' }).click();
    const panel = page.getByRole('tabpanel', { name: 'curl' });
    await panel.getByRole('button', { name: 'Copy' }).click();
    const line = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(line).toContain(dashboard.url);
    const { stdout } = await run('sh', ['-c', line.replace('curl ', 'curl -s ')]);
    expect(JSON.parse(stdout)).toMatchObject({ object: 'chat.completion' });
    await page.close();
  });

  it('is sound in both themes and languages', () =>
    expectSound(dashboard, '/connect', { en: 'Paste this', es: 'Pega esto' }));
});
