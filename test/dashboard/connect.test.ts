import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible } from './checks.ts';
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

  it('names the files of a tool from the home directory, and whole where one points at them', async () => {
    const page = await dashboard.open('/connect');
    const file = page.getByText('~/.codex/config.toml');
    await file.hover();
    await page.getByRole('tooltip', { name: join(dashboard.home, '.codex', 'config.toml') }).waitFor();
    await page.close();
  });

  it('gives the lines for any SDK once, to be copied together', async () => {
    const page = await dashboard.open('/connect');
    await page.getByRole('button', { name: 'Connect Any OpenAI SDK' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await dialog.getByText('Copy these lines now').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Copy' }).click();
    const lines = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(lines).toMatch(/^OPENAI_BASE_URL=http:\S+\/v1\nOPENAI_API_KEY=gw_[\w-]{43}$/);
    await page.close();
  });

  it('shows what connecting a tool changes, does that, and puts it back', async () => {
    const folder = join(dashboard.home, '.codex');
    const config = join(folder, 'config.toml');
    const mine = '# mine\nmodel = "gpt-5"\napi_key = "sk-OWN-SECRET-0123456789"\n';
    mkdirSync(folder, { recursive: true });
    writeFileSync(config, mine);
    const page = await dashboard.open('/connect');
    await page.getByRole('button', { name: 'Connect Codex', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('+ model_provider = "llm-gateway"').waitFor();
    expect(await dialog.innerText()).not.toContain('OWN-SECRET');
    await expectAccessible(page);
    await dialog.getByRole('radio', { name: /^Obey them/ }).check();
    await dialog.getByText('+ model_provider = "llm-gateway"').waitFor();

    writeFileSync(config, `${mine}# changed meanwhile\n`);
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await dialog.getByText('is no longer as it was shown').waitFor();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await dialog.getByText('Codex is pointed here.').waitFor();
    expect(readFileSync(config, 'utf8')).toContain(`base_url = "${dashboard.url}/v1"`);
    expect(await page.content()).not.toMatch(/gw_[\w-]{43}/);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Disconnect Codex' }).click();
    await dialog.getByText('- model_provider = "llm-gateway"').waitFor();
    await dialog.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await page.getByText('Codex is as it was before.').waitFor();
    expect(readFileSync(config, 'utf8')).toBe(`${mine}# changed meanwhile\n`);
    await page.close();
  });
});
