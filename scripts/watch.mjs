import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBuilder } from 'vite';

/** How long an app may take to leave before it is made to: what it still answers is nobody's in development. */
const LEAVE_MS = 3_000;

/**
 * Builds those bundles again at each change of their sources. `start` runs the app once all of them are there, and again after a change: the
 * one before has left by then, as two cannot have the port. A change of the pages alone goes to the app as the message `reload`, where it
 * listens for that. Returns what ends it all.
 *
 * @param {object} options
 * @param {string} options.root the project folder
 * @param {import('./bundle.mjs').Bundle[]} options.names
 * @param {() => import('node:child_process').ChildProcess} options.start
 */
export async function watch({ root, names, start }) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let app;
  /** @type {NodeJS.Timeout | undefined} */
  let soon;
  let turn = Promise.resolve();
  const missing = new Set(names);

  async function end() {
    if (app === undefined || app.exitCode !== null || app.signalCode !== null) return;
    const leaving = app;
    const left = new Promise((resolve) => leaving.once('exit', resolve));
    leaving.kill();
    const late = new AbortController();
    sleep(LEAVE_MS, undefined, { signal: late.signal }).then(
      () => leaving.kill('SIGKILL'),
      () => undefined,
    );
    await left;
    late.abort();
  }

  function restart() {
    clearTimeout(soon);
    // Two bundles that change together are one change.
    soon = setTimeout(() => {
      turn = turn.then(end).then(() => {
        app = start();
      });
    }, 200);
  }

  // What runs may still load chunks of the build before. They pile up, so that what lies there is no bundle to start or to pack.
  const environments = Object.fromEntries(names.map((name) => [name, { build: { watch: {}, emptyOutDir: false } }]));
  const builder = await createBuilder({ root, logLevel: 'warn', environments });
  /** @type {import('vite').Rolldown.RolldownWatcher[]} */
  const watchers = [];
  for (const name of names) {
    const environment = builder.environments[name];
    if (environment === undefined) continue;
    const watcher = await builder.build(environment);
    if (!('on' in watcher)) continue;
    watchers.push(watcher);
    let failed = false;
    watcher.on('event', ({ code }) => {
      if (code === 'START') failed = false;
      if (code === 'ERROR') failed = true;
      if (code !== 'END' || failed) return;
      rmSync(join(root, environment.config.build.outDir, 'stamp'), { force: true });
      missing.delete(name);
      if (missing.size > 0) return;
      if (name === 'client' && app?.connected) app.send('reload');
      else restart();
    });
  }
  return async () => {
    clearTimeout(soon);
    await Promise.all(watchers.map((watcher) => watcher.close()));
    await turn;
    await end();
  };
}
