import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sourceStamp } from './sources.mjs';

/** @typedef {'client' | 'headless' | 'main' | 'preload'} Bundle an environment of `vite.config.ts` */

/**
 * Makes those bundles that are missing or older than the sources. Where there are no sources, what is there is taken.
 *
 * @param {string} root the project folder
 * @param {Bundle[]} names
 */
export async function bundle(root, names) {
  const wanted = sourceStamp(root);
  if (wanted === undefined) return;
  const staleNames = () => names.filter((name) => stampOf(root, name) !== wanted);
  if (staleNames().length === 0) return;
  const release = await takeLock(root);
  try {
    // Another start may have made them meanwhile.
    const stale = staleNames();
    if (stale.length > 0) await build(root, stale);
  } finally {
    release();
  }
}

/**
 * Of several starts one builds and the others wait. The lock is SQLite's, on a file that stays empty: the system drops it with its holder,
 * however that ends.
 *
 * @param {string} root
 */
async function takeLock(root) {
  const { default: Database } = await import('better-sqlite3');
  mkdirSync(join(root, 'dist'), { recursive: true });
  const lock = new Database(join(root, 'dist', 'lock'), { timeout: 0 });
  for (;;) {
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return () => lock.close();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')) throw error;
      await sleep(100);
    }
  }
}

/**
 * Built beside the real place and then swapped, so that no start runs half of a bundle.
 *
 * @param {string} root
 * @param {Bundle[]} names
 */
async function build(root, names) {
  process.stderr.write('Building the gateway (first start, or its sources changed) …\n');
  const fresh = (/** @type {Bundle} */ name) => `${placeOf(root, name)}.new`;
  // Standard output is for what is started; the channel tells the builder when nobody waits any more.
  const builder = fork(
    join(import.meta.dirname, 'build.mjs'),
    [root, ...names.map((name) => `${name}=${fresh(name)}`)],
    { execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] },
  );
  const [code] = await once(builder, 'close');
  if (code !== 0) throw new Error('The gateway could not be built: see above.');
  for (const name of names) swap(placeOf(root, name), fresh(name));
}

/**
 * @param {string} root
 * @param {Bundle} name
 */
function placeOf(root, name) {
  return join(root, 'dist', name === 'client' ? 'renderer' : name);
}

/**
 * @param {string} root
 * @param {Bundle} name
 */
function stampOf(root, name) {
  const path = join(placeOf(root, name), 'stamp');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/**
 * @param {string} place
 * @param {string} fresh
 */
function swap(place, fresh) {
  const old = `${place}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(place)) renameSync(place, old);
  renameSync(fresh, place);
  rmSync(old, { recursive: true, force: true });
}
