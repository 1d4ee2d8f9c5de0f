import './require-node.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findElectron } from './electron.mjs';
import { watch } from './watch.mjs';

// npm run dev: bundled again at each change. The desktop app where it can be opened: a change of the pages loads the window again, any
// other starts the app again. Else the headless host, started again at any change.
const root = join(import.meta.dirname, '..');
const flags = process.argv.slice(2);
const electron = await findElectron(root, process.env);
if ('why' in electron)
  process.stderr.write(`The desktop app is not opened: ${electron.why}. The headless gateway starts.\n`);
const end = await watch(
  'why' in electron
    ? {
        root,
        names: ['client', 'headless'],
        start: () =>
          spawn(process.execPath, ['dist/headless/index.js', 'serve', ...flags], { cwd: root, stdio: 'inherit' }),
      }
    : {
        root,
        names: ['client', 'preload', 'main'],
        start: () => openApp(electron.path),
      },
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.once(signal, () => void end().then(() => process.exit(0)));

/** @param {string} path of Electron */
function openApp(path) {
  const app = spawn(path, [root, ...flags], { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  // Quit by the person, not by a change.
  app.on('exit', (code, signal) => {
    if (signal === null && !app.killed) void end().then(() => process.exit(code ?? 1));
  });
  return app;
}
