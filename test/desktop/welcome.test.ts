import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.mjs';
import { describeDesktop, makeHome, SOON, startApp, welcomed } from './app.ts';
import { createHeldProvider } from './held-stream.ts';
import { root } from './launcher.ts';

describeDesktop('the first steps', () => {
  beforeAll(() => bundle(root, ['client']), 120_000);

  it('lead from nothing to a first request: a key found, a tool connected, an answer seen as it arrives', async () => {
    const { letGo, environment } = await createHeldProvider();
    letGo();
    const home = await makeHome();
    const codex = join(home.path, '.codex');
    await mkdir(codex);
    await writeFile(join(codex, 'config.toml'), '# mine\napproval_policy = "never"\n');
    const app = await startApp({
      home,
      folder: root,
      environment: { ...environment, OPENAI_API_KEY: 'sk-proj-0123456789abcdef' },
      probe: { keychain: 'gnome_libsecret' },
    });
    const page = await app.page();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
    await page.getByLabel('OPENAI_API_KEY ••••cdef').waitFor();
    const owner = await app.owner();
    expect((await owner.providerKeys.list()).keys).toEqual([]);
    await page.getByRole('button', { name: 'Take over 1 key' }).click();
    await page.getByRole('region', { name: 'A provider’s key' }).getByText('done').waitFor();
    expect((await owner.providerKeys.list()).keys).toMatchObject([{ label: 'OPENAI_API_KEY', status: 'works' }]);

    await page.getByRole('button', { name: 'Connect Codex' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true }).click();
    const config = () => readFile(join(codex, 'config.toml'), 'utf8');
    await expect.poll(config, SOON).toContain(`base_url = "${await app.address()}/v1"`);
    expect(await config()).toContain('# mine\napproval_policy = "never"');

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Make a key and fill it in' }).click();
    const lines = page.getByRole('region', { name: 'Environment' });
    await expect.poll(() => lines.innerText(), SOON).toMatch(/OPENAI_API_KEY=gw_/);
    const [, key = ''] = /OPENAI_API_KEY=(gw_\S+)/.exec(await lines.innerText()) ?? [];
    await page.getByText('Waiting for it.').waitFor();
    await (await app.ask({ address: await app.address(), key }, { model: 'openai/gpt-4.1', stream: true })).text();
    await page.getByText(/^gpt-4\.1 answered in .* Cost: \$/).waitFor();

    await page.getByRole('button', { name: 'Add another key' }).waitFor();
    expect(await page.getByText('a demo answers').count()).toBe(0);
    await page.getByRole('button', { name: 'Go to the overview' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect((await owner.desktop.get()).desktop?.preferences.welcomed).toBe(true);
  });

  it('say what ended the app before, until that is dismissed, and switch notices of a kind off', async () => {
    const home = await makeHome();
    await welcomed(home, { language: 'es' });
    const crash = { atMs: Date.now() - 60_000, message: 'Error: it broke at ~/x.js' };
    await writeFile(join(home.data, 'app', 'crash.json'), JSON.stringify(crash));
    const app = await startApp({ home, folder: root });
    const page = await app.page();
    const told = page.getByText('La aplicación terminó de forma inesperada');
    await told.waitFor();
    await page.getByText('Error: it broke at ~/x.js').waitFor();
    await page.getByRole('button', { name: 'Descartar' }).click();
    await told.waitFor({ state: 'detached' });
    await page.evaluate("location.hash = '/settings'");
    await page.getByRole('switch', { name: 'Cambios de precios' }).press('Space');
    const read = async () => (await (await app.owner()).desktop.get()).desktop;
    await expect.poll(async () => (await read())?.preferences.notifications.prices, SOON).toBe(false);
    expect((await read())?.preferences.notifications.budget).toBe(true);
    expect((await read())?.lastCrash).toBeNull();
  });
});
