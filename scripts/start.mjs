import './require-node.mjs';
import { spawn } from 'node:child_process';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { findElectron } from './electron.mjs';

// `npm start` opens the desktop app; where that cannot be, and with any command or flag, it starts the bundled headless host. The
// bundle answers in a fifth of the time that the sources take: most of a start is opening the hundreds of files of the libraries.
const root = join(import.meta.dirname, '..');
/** An app that ends with an error this soon never came up: a missing library of the system, or a sandbox that it forbids. */
const EARLY_MS = 10_000;

// A named import would fail on the Node versions that the check is for, before it can speak.
module.enableCompileCache(join(root, 'node_modules', '.cache', 'node'));
const why = process.argv.length > 2 ? undefined : await openDesktop();
if (why !== undefined) process.stderr.write(`The desktop app is not opened: ${why}. The headless gateway starts.\n`);
await bundle(root, ['client', 'headless']);
await import(pathToFileURL(join(root, 'dist', 'headless', 'index.js')).href);

/** Runs the desktop app and leaves with it. Returns only where it cannot be opened: why, as the end of a sentence. */
async function openDesktop() {
  const electron = await findElectron(root, process.env);
  if ('why' in electron) return electron.why;
  await bundle(root, ['client', 'preload', 'main']);
  const startedAt = performance.now();
  // What npm gave Node for the headless host holds for Electron's main process too, which takes it from its command line alone; but for what is
  // Node's own and not V8's.
  const flags = process.execArgv.filter((flag) => !/^--(use-largepages|v8-pool-size)/.test(flag));
  const child = spawn(electron.path, [`--js-flags=${flags.join(' ')}`, root], { stdio: 'inherit' });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const pass = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(null));
    child.on('exit', (status) => resolve(status));
  });
  // 2 is the app's own word for what a person can mend.
  if (code === 0 || code === 2 || performance.now() - startedAt > EARLY_MS) process.exit(code ?? 1);
  for (const signal of signals) process.off(signal, pass);
  return 'Electron does not run on this system';
}
