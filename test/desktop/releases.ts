import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';

const servers: Server[] = [];

/** A server of releases that has one of a version, as electron-builder lays it out. Its address. */
export async function publish(version: string): Promise<string> {
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

export async function stopReleases(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** What makes a packaged copy of the app, which keeps its files in a folder, look for new versions at `url`. */
export async function packagedAt(folder: string, url: string): Promise<Record<string, string>> {
  const resources = join(folder, 'resources');
  await mkdir(resources);
  await writeFile(
    join(resources, 'app-update.yml'),
    `provider: generic\nurl: ${url}\nupdaterCacheDirName: spec-updater\n`,
  );
  const image = join(folder, 'llm-gateway.AppImage');
  await writeFile(image, 'the version before', { mode: 0o755 });
  const cache = { XDG_CACHE_HOME: join(folder, 'cache') };
  return { ...cache, STAND_IN_PACKAGED: '1', STAND_IN_RESOURCES: resources, APPIMAGE: image };
}
