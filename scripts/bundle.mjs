import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
  const stale = names.filter((name) => stampOf(root, name) !== wanted);
  if (stale.length === 0) return;
  process.stderr.write('Building the gateway (first start, or its sources changed) …\n');
  // Whatever it is where this runs: the pages would else be built for their developers, slow and three times as large.
  process.env.NODE_ENV = 'production';
  const { createBuilder } = await import('vite');
  const fresh = (/** @type {Bundle} */ name) => `${placeOf(root, name)}-${process.pid}`;
  const environments = Object.fromEntries(stale.map((name) => [name, { build: { outDir: fresh(name) } }]));
  const builder = await createBuilder({ root, logLevel: 'error', environments });
  for (const name of stale) {
    const environment = builder.environments[name];
    if (environment) await builder.build(environment);
    swap(root, name, fresh(name), wanted);
  }
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
 * Built beside the real place and then swapped, so that two starts at the same time cannot run half of a bundle.
 *
 * @param {string} root
 * @param {Bundle} name
 * @param {string} fresh
 * @param {string} wanted
 */
function swap(root, name, fresh, wanted) {
  const place = placeOf(root, name);
  // Another start may have been faster, and may run from there by now.
  if (stampOf(root, name) === wanted) {
    rmSync(fresh, { recursive: true, force: true });
    return;
  }
  rmSync(place, { recursive: true, force: true });
  try {
    renameSync(fresh, place);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (stampOf(root, name) !== wanted) throw error;
  }
}
