import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.mjs';
import { describeDesktop, makeHome, SOON, startApp, welcomed } from './app.ts';
import { createHeldProvider, openStream } from './held-stream.ts';
import { isReal, root } from './launcher.ts';
import { packagedAt, publish, stopReleases } from './releases.ts';

afterEach(stopReleases);

// Real Electron is run unpackaged here, and an unpackaged app does not look for updates.
describeDesktop('new versions of the app', () => {
  beforeAll(() => bundle(root, ['client']), 120_000);

  it.skipIf(isReal)('are found, downloaded and offered; installing them lets a stream end first', async () => {
    const { letGo, environment } = await createHeldProvider();
    const home = await makeHome();
    const packaged = await packagedAt(home.path, await publish('9.9.9'));
    const app = await startApp({ home, environment: { ...environment, ...packaged }, probe: { keychain: 'kwallet6' } });
    const owner = await app.owner();
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
    const stream = await openStream(app);
    const { desktop } = await owner.desktop.checkForUpdate();
    expect(desktop.update).toMatchObject({ state: 'ready', version: '9.9.9', percent: 100, why: null });
    const offer = { message: 'LLM Gateway 9.9.9 is ready.', byEnter: 'Later', byEscape: 'Later' };
    expect(await app.boxes()).toMatchObject([offer]);
    await app.answer('Restart Now');
    await expect.poll(async () => (await app.boxes()).length, SOON).toBe(2);
    letGo();
    expect(await stream.rest()).toContain('[DONE]');
    await app.exit;
    expect(await readFile(packaged.APPIMAGE ?? '', 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  it.skipIf(isReal)('are not offered when there is none, and a server that is away does no harm', async () => {
    const home = await makeHome();
    const packaged = await packagedAt(home.path, await publish('0.0.1'));
    const app = await startApp({ home, environment: packaged });
    const owner = await app.owner();
    expect((await owner.desktop.checkForUpdate()).desktop.update).toMatchObject({
      state: 'idle',
      checkedAtMs: expect.any(Number),
    });
    await stopReleases();
    const { update } = (await owner.desktop.checkForUpdate()).desktop;
    expect(update).toMatchObject({ state: 'failed', why: expect.stringContaining('could not be fetched') });
    expect(await owner.desktop.installUpdate()).toEqual({ restarting: false });
    expect(await app.boxes()).toEqual([]);
  });

  it.skipIf(isReal)('are looked for, found and offered on the settings page', async () => {
    const home = await makeHome();
    await welcomed(home);
    const packaged = await packagedAt(home.path, await publish('9.9.9'));
    const app = await startApp({ home, folder: root, environment: packaged });
    const page = await app.page();
    await page.evaluate("location.hash = '/settings'");
    const section = page.getByRole('region', { name: 'Desktop app' });
    await section.getByText('Not looked for yet').waitFor();
    await section.getByRole('button', { name: 'Look for an update' }).click();
    await section.getByRole('button', { name: 'Install 9.9.9 and restart' }).waitFor();
    await section.getByText('Version 9.9.9 is ready').waitFor();
  });

  it('are not looked for by a copy for development', async () => {
    const app = await startApp();
    expect((await (await app.owner()).desktop.checkForUpdate()).desktop.update).toMatchObject({
      state: 'off',
      why: 'This is a development version.',
    });
  });
});
