import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long to wait for the first word of the server that has the binary: offline, nobody should wait for what cannot come. */
const REACH_MS = 1_500;
const DOWNLOAD_MS = 180_000;

/**
 * The program that runs the desktop app, downloaded where that has not been done yet; or why there is none, as the end of a sentence.
 *
 * @param {string} root the project folder
 * @param {NodeJS.ProcessEnv} environment
 * @param {number | undefined} userId
 * @returns {Promise<{ path: string } | { why: string }>}
 */
export async function findElectron(root, environment, userId = process.getuid?.()) {
  const why = whyNoWindow(environment, userId);
  if (why !== undefined) return { why };
  const found = installed(root, environment);
  if (found !== undefined) return { path: found };
  if (!(await canReach(environment))) return { why: 'Electron is not here yet, and could not be downloaded' };
  process.stderr.write('Downloading Electron (about 110 MB, once) …\n');
  await download(root);
  const path = installed(root, environment);
  return path === undefined ? { why: 'Electron could not be downloaded' } : { path };
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {number | undefined} userId
 */
function whyNoWindow(environment, userId) {
  if (process.platform !== 'linux') return environment.SSH_CONNECTION ? 'this is a remote session' : undefined;
  if (!environment.DISPLAY && !environment.WAYLAND_DISPLAY) return 'there is no display';
  return userId === 0 ? 'Electron does not run as root' : undefined;
}

/**
 * As the `electron` package finds it.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} environment
 */
function installed(root, environment) {
  const folder = join(root, 'node_modules', 'electron');
  const name = existsSync(join(folder, 'path.txt')) ? readFileSync(join(folder, 'path.txt'), 'utf8') : 'electron';
  const path = join(environment.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist'), name);
  return existsSync(path) ? path : undefined;
}

/** @param {NodeJS.ProcessEnv} environment */
async function canReach(environment) {
  const mirror = environment.ELECTRON_MIRROR || environment.npm_config_electron_mirror || 'https://github.com/';
  try {
    await fetch(mirror, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(REACH_MS) });
    return true;
  } catch {
    return false;
  }
}

/**
 * The package's own installer: it knows mirrors, caches and checksums.
 *
 * @param {string} root
 */
function download(root) {
  const installer = join(root, 'node_modules', 'electron', 'install.js');
  const child = spawn(process.execPath, [installer], { stdio: ['ignore', 'ignore', 'ignore'], timeout: DOWNLOAD_MS });
  return new Promise((resolve) => child.on('close', resolve).on('error', resolve));
}
