import './require-node.mjs';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sourceStamp } from './sources.mjs';

// Starts the bundled headless host, and bundles it and the dashboard first where that is missing or older than the sources. The bundle answers
// in a fifth of the time that the sources take: most of a start is opening the hundreds of files of the libraries.
const root = join(import.meta.dirname, '..');
const output = join(root, 'dist', 'headless');
const pages = join(root, 'dist', 'renderer');

// A named import would fail on the Node versions that the check is for, before it can speak.
module.enableCompileCache(join(root, 'node_modules', '.cache', 'node'));
const wanted = sourceStamp(root);
if (wanted !== undefined && wanted !== builtStamp()) await build();
await import(pathToFileURL(join(output, 'index.js')).href);

function builtStamp() {
  const path = join(output, 'stamp');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Builds beside the real place and then swaps, so that two starts at the same time cannot run half of a bundle. */
async function build() {
  process.stderr.write('Building the gateway (first start, or its sources changed) …\n');
  // Whatever it is where this runs: the pages would else be built for their developers, slow and three times as large.
  process.env.NODE_ENV = 'production';
  const { createBuilder } = await import('vite');
  const builder = await createBuilder({
    root,
    logLevel: 'error',
    environments: {
      headless: { build: { outDir: `${output}-${process.pid}` } },
      client: { build: { outDir: `${pages}-${process.pid}` } },
    },
  });
  await builder.buildApp();
  // The host comes last: its stamp says that both are there.
  swap(pages);
  swap(output);
}

/** @param {string} place a folder of `dist` */
function swap(place) {
  const fresh = `${place}-${process.pid}`;
  rmSync(place, { recursive: true, force: true });
  try {
    renameSync(fresh, place);
  } catch (error) {
    // Another start was faster and put its own there.
    rmSync(fresh, { recursive: true, force: true });
    if (builtStamp() !== wanted) throw error;
  }
}
