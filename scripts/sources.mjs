import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const roots = [
  'contract',
  'gateway',
  'headless',
  'main',
  'preload',
  'renderer',
  'package-lock.json',
  'scripts/sources.mjs',
  'vite.config.ts',
];

/**
 * A fingerprint of everything that the bundle is made from: names, sizes and times, never content, so it takes a few milliseconds.
 * Undefined where the sources are not there, as in a copy that ships only the bundle.
 *
 * @param {string} root the project folder
 * @returns {string | undefined}
 */
export function sourceStamp(root) {
  const hash = createHash('sha256').update(process.version);
  try {
    for (const name of roots) add(hash, root, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} root
 * @param {string} name
 */
function add(hash, root, name) {
  const path = join(root, name);
  const found = statSync(path);
  if (found.isDirectory()) {
    for (const child of readdirSync(path).sort()) add(hash, root, `${name}/${child}`);
  } else if (!name.endsWith('.test.ts')) {
    hash.update(`${name} ${found.size} ${found.mtimeMs}\n`);
  }
}
