import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeDesktop, makeHome, optionsFor, SOON, startApp, welcomed, withSpecPage } from './app.ts';
import { createHeldProvider, openStream } from './held-stream.ts';
import { launchAgain } from './launch.ts';

const probe = { keychain: 'gnome_libsecret' };

describeDesktop('the life of the app', () => {
  it('shows its window when it is started a second time, and the second one leaves', async () => {
    const home = await makeHome();
    const folder = await withSpecPage(home);
    const app = await startApp({ home, folder });
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
    await app.closeWindow();
    expect(await app.isVisible()).toBe(false);
    expect(await launchAgain(optionsFor(home, { folder }))).toBe(0);
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
    expect((await fetch(`${await app.address()}/health`)).status).toBe(200);
  });

  it('leaves its window as it is when it is started a second time at login', async () => {
    const home = await makeHome();
    const folder = await withSpecPage(home);
    const app = await startApp({ home, folder });
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
    await app.closeWindow();
    const told = () => app.evaluate(() => globalThis.probe.secondStarts, null);
    expect(await launchAgain(optionsFor(home, { folder, flags: ['--hidden'] }))).toBe(0);
    await expect.poll(told, SOON).toBe(1);
    expect(await app.isVisible()).toBe(false);
    expect(await launchAgain(optionsFor(home, { folder }))).toBe(0);
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
  });

  it('stays in the tray when it is started at login', async () => {
    const app = await startApp({ flags: ['--port', '0', '--hidden'] });
    await app.address();
    expect(await app.isVisible()).toBe(false);
    await app.click('open');
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
  });

  it('opens its window where it was left, and on a screen that is there', async () => {
    const bounds = (app: Awaited<ReturnType<typeof startApp>>) =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds(), null);
    const home = await makeHome();
    const folder = await withSpecPage(home);
    const left = { x: 40, y: 60, width: 900, height: 640 };
    await welcomed(home, { window: { ...left, maximized: false } });
    const app = await startApp({ home, folder });
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
    expect(await bounds(app)).toEqual(left);
    await app.closeWindow();
    await app.quit();
    await app.exit;
    const path = join(home.data, 'app', 'preferences.json');
    const preferences = JSON.parse(await readFile(path, 'utf8'));
    expect(preferences.window).toEqual({ ...left, maximized: false });
    await writeFile(path, JSON.stringify({ ...preferences, window: { ...left, x: 90_000, maximized: false } }));
    const again = await startApp({ home, folder });
    await expect.poll(() => again.isVisible(), SOON).toBe(true);
    const { x = 0, width, height } = (await bounds(again)) ?? {};
    expect({ width, height }).toEqual({ width: 900, height: 640 });
    expect(x).toBeLessThan(10_000);
  });

  it('loads its page again when `npm run dev` has built another one', async () => {
    const app = await startApp();
    const page = await app.page();
    await page.locator('#status', { hasText: 'version' }).waitFor();
    const loadedAt = await page.evaluate('performance.timeOrigin');
    await app.evaluate(() => process.emit('message', 'reload', undefined), null);
    const shown = async () => (await app.page()).evaluate('performance.timeOrigin').catch(() => loadedAt);
    await expect.poll(shown, SOON).not.toBe(loadedAt);
    await (await app.page()).locator('#status', { hasText: 'version' }).waitFor();
  });

  it('lets a stream go on when the window is closed, and when the page is loaded again', async () => {
    const { letGo, environment } = await createHeldProvider();
    const app = await startApp({ environment, probe });
    const page = await app.page();
    await page.locator('#status', { hasText: 'version' }).waitFor();
    const stream = await openStream(app);
    await page.reload();
    await page.locator('#status', { hasText: 'version' }).waitFor();
    await app.closeWindow();
    expect(await app.isVisible()).toBe(false);
    letGo();
    expect(stream.status).toBe(200);
    expect(await stream.rest()).toContain('[DONE]');
  });

  it('waits for an open stream when it quits, says so, and writes the row', async () => {
    const { letGo, environment } = await createHeldProvider();
    const home = await makeHome();
    const app = await startApp({ home, environment, probe });
    const stream = await openStream(app);
    await app.quit();
    await expect
      .poll(async () => (await app.boxes()).map(({ message }) => message), SOON)
      .toEqual(['An answer is still being written.']);
    expect(
      await fetch(`${stream.to.address}/health`).then(
        ({ status }) => status,
        () => 'refused',
      ),
    ).not.toBe(200);
    letGo();
    expect(await stream.rest()).toContain('[DONE]');
    expect(await app.exit).toBe(0);
    const again = await startApp({ home, folder: join(home.path, 'app'), probe });
    const { requests } = await (await again.owner()).requests.page({ limit: 5 });
    expect(requests).toMatchObject([{ model: 'gpt-4.1', status: 'ok' }]);
  });

  it('quits at once when the person does not want to wait', async () => {
    const { environment } = await createHeldProvider();
    const app = await startApp({ environment, probe });
    const stream = await openStream(app);
    await app.quit();
    await expect.poll(() => app.boxes(), SOON).toMatchObject([{ byEnter: 'Wait', byEscape: 'Wait' }]);
    await app.answer('Quit Now').catch(() => undefined);
    expect(await app.exit).toBe(0);
    await expect(stream.rest()).rejects.toThrow();
  });

  it('leaves without a question when nothing is open', async () => {
    const app = await startApp();
    const address = await app.address();
    await app.quit();
    expect(await app.exit).toBe(0);
    await expect(fetch(`${address}/health`)).rejects.toThrow();
    expect(await readFile(join(app.home.data, 'desktop.log'), 'utf8')).toContain('The gateway answers.');
  });
});
