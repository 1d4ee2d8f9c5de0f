import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeDesktop, makeHome, SOON, startApp } from './app.ts';
import { createHeldProvider, openStream } from './held-stream.ts';

describeDesktop('preferences', () => {
  it('are changed through the contract, take effect, and hold at the next start', async () => {
    const home = await makeHome();
    const app = await startApp({ home });
    const page = await app.page();
    await page.locator('#status', { hasText: 'version' }).waitFor();
    const owner = await app.owner();
    const { desktop } = await owner.desktop.update({
      theme: 'dark',
      startHidden: true,
      notifications: { budget: false },
    });
    expect(desktop.preferences).toMatchObject({
      theme: 'dark',
      startHidden: true,
      notifications: { prices: true, budget: false, provider: true, key: true },
    });
    expect(await app.evaluate(({ nativeTheme }) => nativeTheme.themeSource, null)).toBe('dark');
    await expect.poll(() => page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"), SOON).toBe(true);
    await page.locator('#events li', { hasText: '"type":"desktop"' }).first().waitFor();
    await app.quit();
    await app.exit;

    const again = await startApp({ home, folder: join(home.path, 'app') });
    await again.address();
    expect((await (await again.owner()).desktop.get()).desktop?.preferences.theme).toBe('dark');
    expect(await again.isVisible()).toBe(false);
  });

  it('make tray, dialogs and notices speak another language at once', async () => {
    const { environment } = await createHeldProvider();
    const app = await startApp({ environment, probe: { keychain: 'gnome_libsecret' } });
    await openStream(app);
    await (await app.owner()).desktop.update({ language: 'es' });
    const labels = async () => (await app.menu()).map(({ label }) => label);
    await expect.poll(labels, SOON).toContain('Abrir el panel');
    expect(await labels()).toContainEqual(expect.stringMatching(/^En marcha · /));
    await app.click('copy-key');
    await expect.poll(() => app.notices(), SOON).toMatchObject([{ title: 'Hay una clave nueva en el portapapeles' }]);
    await app.quit();
    await expect.poll(async () => (await app.boxes())[0]?.buttons, SOON).toEqual(['Salir ya', 'Esperar']);
  });

  it('refuse what makes no sense', async () => {
    const app = await startApp();
    const owner = await app.owner();
    await expect(owner.desktop.update({ port: 70_000 })).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(owner.desktop.update({ language: 'not a language' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it.runIf(process.platform === 'linux')('launch the app at login by a desktop entry', async () => {
    const app = await startApp();
    const owner = await app.owner();
    const entry = join(app.home.path, '.config', 'autostart', 'llm-gateway.desktop');
    await owner.desktop.update({ launchAtLogin: true });
    expect(await readFile(entry, 'utf8')).toContain('--hidden');
    await owner.desktop.update({ launchAtLogin: false });
    await expect(stat(entry)).rejects.toThrow('ENOENT');
  });
});
