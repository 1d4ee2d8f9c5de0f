import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Cipher, Host, Logger } from '../gateway/host.ts';

interface NodeHostOptions {
  dataDirectory: string;
  cipher: Cipher;
  log: Logger;
}

/** The folder that holds `models.json` and `resources/`: the nearest one above this file with a package.json, bundled or not. */
const root = findRoot(import.meta.dirname);

/** The host of a server, a container or a terminal: notices go to the log. */
export function createNodeHost({ dataDirectory, cipher, log }: NodeHostOptions): Host {
  const dashboard = join(root, 'dist', 'renderer');
  return {
    paths: {
      data: dataDirectory,
      resources: join(root, 'resources'),
      models: join(root, 'models.json'),
      ...(existsSync(join(dashboard, 'index.html')) && { dashboard }),
    },
    cipher,
    user: { platform: process.platform, environment: process.env, home: homedir() },
    notify: ({ title, body, page }) => log.info(`${title}: ${body}`, page ? { page } : {}),
    log,
  };
}

/** The version of the application, from its package.json. */
export function readVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  return findRoot(dirname(folder));
}
