import './require-node.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createBuilder } from 'vite';
import { findElectron } from './electron.mjs';

// npm run dev: from the sources, again at each change. The desktop app where it can be opened: a change of the pages loads the window
// again, any other change starts the app again. Else the headless host, by Node's own watching.
const root = join(import.meta.dirname, '..');
const electron = await findElectron(root, process.env);
if ('why' in electron) {
  process.stderr.write(
    `The desktop app is not opened: ${electron.why}. The headless gateway starts, from the sources.\n`,
  );
  const flags = process.argv.slice(2);
  spawn(process.execPath, ['--watch', 'headless/index.ts', 'serve', ...flags], { cwd: root, stdio: 'inherit' });
} else {
  await watchDesktop(electron.path);
}

/** @param {string} path of Electron */
async function watchDesktop(path) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let app;
  /** @type {NodeJS.Timeout | undefined} */
  let soon;
  const restart = () => {
    clearTimeout(soon);
    // Two bundles that change together are one change.
    soon = setTimeout(() => {
      app?.removeAllListeners('exit');
      app?.kill();
      app = spawn(path, [root], { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
      app.on('exit', (code) => process.exit(code ?? 1));
    }, 200);
  };
  const watch = { build: { watch: {} } };
  const environments = { client: watch, preload: watch, main: watch };
  const builder = await createBuilder({ root, logLevel: 'warn', environments });
  for (const name of Object.keys(environments)) {
    const environment = builder.environments[name];
    if (environment === undefined) continue;
    const watcher = await builder.build(environment);
    if (!('on' in watcher)) continue;
    watcher.on('event', (event) => {
      if (event.code !== 'END') return;
      if (name !== 'client') restart();
      else if (app?.connected) app.send('reload');
    });
  }
}
