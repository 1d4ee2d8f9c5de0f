import './require-node.mjs';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

// Starts the bundled headless host, and bundles it and the dashboard first where that is missing or older than the sources. The bundle answers
// in a fifth of the time that the sources take: most of a start is opening the hundreds of files of the libraries.
const root = join(import.meta.dirname, '..');

// A named import would fail on the Node versions that the check is for, before it can speak.
module.enableCompileCache(join(root, 'node_modules', '.cache', 'node'));
await bundle(root, ['client', 'headless']);
await import(pathToFileURL(join(root, 'dist', 'headless', 'index.js')).href);
