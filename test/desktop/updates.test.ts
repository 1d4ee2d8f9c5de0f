import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeDesktop, type Home, makeHome, SOON, startApp } from './app.ts';
import { createHeldProvider, openStream } from './held-stream.ts';
import { isReal } from './launcher.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server of releases that has one of a version, as electron-builder lays it out. */
async function publish(version: string): Promise<string> {
  const image = Buffer.from('#!/bin/sh\nexit 0\n');
  const sha512 = createHash('sha512').update(image).digest('base64');
  const file = `llm-gateway-${version}.AppImage`;
  const list = `version: ${version}\npath: ${file}\nsha512: ${sha512}\nfiles:\n  - url: ${file}\n    sha512: ${sha512}\n    size: ${image.length}\nreleaseDate: '2026-11-01T00:00:00.000Z'\n`;
  const server = createServer(({ url = '' }, response) => {
    if (url.startsWith('/latest-linux')) response.end(list);
    else if (url.startsWith(`/${file}`)) response.writeHead(200, { 'content-length': image.length }).end(image);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

/** What makes a packaged copy of the app look for new versions at `url`. */
async function packagedAt(home: Home, url: string): Promise<Record<string, string>> {
  const resources = join(home.path, 'resources');
  await mkdir(resources);
  await writeFile(
    join(resources, 'app-update.yml'),
    `provider: generic\nurl: ${url}\nupdaterCacheDirName: spec-updater\n`,
  );
  const image = join(home.path, 'llm-gateway.AppImage');
  await writeFile(image, 'the version before', { mode: 0o755 });
  const cache = { XDG_CACHE_HOME: join(home.path, 'cache') };
  return { ...cache, STAND_IN_PACKAGED: '1', STAND_IN_RESOURCES: resources, APPIMAGE: image };
}

// Real Electron is run unpackaged here, and an unpackaged app does not look for updates.
describeDesktop('new versions of the app', () => {
  it.skipIf(isReal)('are found, downloaded and offered; installing them lets a stream end first', async () => {
    const { letGo, environment } = await createHeldProvider();
    const home = await makeHome();
    const packaged = await packagedAt(home, await publish('9.9.9'));
    const app = await startApp({ home, environment: { ...environment, ...packaged }, probe: { keychain: 'kwallet6' } });
    const owner = await app.owner();
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
    const stream = await openStream(app);
    const { desktop } = await owner.desktop.checkForUpdate();
    expect(desktop.update).toMatchObject({ state: 'ready', version: '9.9.9', percent: 100, why: null });
    expect((await app.boxes()).map(({ message }) => message)).toEqual(['LLM Gateway 9.9.9 is ready.']);
    await app.answer('Restart Now');
    await expect.poll(async () => (await app.boxes()).length, SOON).toBe(2);
    letGo();
    expect(await stream.rest()).toContain('[DONE]');
    await app.exit;
    expect(await readFile(packaged.APPIMAGE ?? '', 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  it.skipIf(isReal)('are not offered when there is none, and a server that is away does no harm', async () => {
    const home = await makeHome();
    const packaged = await packagedAt(home, await publish('0.0.1'));
    const app = await startApp({ home, environment: packaged });
    const owner = await app.owner();
    expect((await owner.desktop.checkForUpdate()).desktop.update).toMatchObject({
      state: 'idle',
      checkedAtMs: expect.any(Number),
    });
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    const { update } = (await owner.desktop.checkForUpdate()).desktop;
    expect(update).toMatchObject({ state: 'failed', why: expect.stringContaining('could not be fetched') });
    expect(await owner.desktop.installUpdate()).toEqual({ restarting: false });
    expect(await app.boxes()).toEqual([]);
  });

  it('are not looked for by a copy for development', async () => {
    const app = await startApp();
    expect((await (await app.owner()).desktop.checkForUpdate()).desktop.update).toMatchObject({
      state: 'off',
      why: 'This is a development version.',
    });
  });
});
