import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watch } from '../scripts/watch.mjs';

const project = join(import.meta.dirname, '..');
let root: string;
let end: (() => Promise<void>) | undefined;

// The project with two small bundles, and an app that writes down what happens to it and takes its time to leave.
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'watch-'));
  const folders = ['contract', 'gateway', 'headless', 'main', 'preload', 'renderer', 'scripts'];
  for (const name of folders) await mkdir(join(root, name));
  for (const name of ['scripts/sources.mjs', 'vite.config.ts']) await cp(join(project, name), join(root, name));
  await writeFile(join(root, 'package-lock.json'), '{}');
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await writeFile(join(root, 'preload', 'index.ts'), "console.log('first');\n");
  await writeFile(join(root, 'renderer', 'index.html'), '<!doctype html><title>first</title>\n');
  await writeFile(
    join(root, 'app.mjs'),
    `import { appendFileSync } from 'node:fs';
    const log = (what) => appendFileSync(${JSON.stringify(join(root, 'log'))}, what + ' ');
    process.on('message', log);
    process.on('SIGTERM', () => setTimeout(() => { log('left'); process.exit(0); }, 300));
    setInterval(() => undefined, 1_000);
    log('started');`,
  );
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'), 'junction');
});
afterEach(async () => {
  await end?.();
  end = undefined;
  await rm(root, { recursive: true, force: true, maxRetries: 10 });
});

const log = () => readFile(join(root, 'log'), 'utf8').catch(() => '');
const start = () =>
  spawn(process.execPath, [join(root, 'app.mjs')], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

/** In one step, as editors do it: a file that is emptied and then written is two changes to whoever watches it. */
async function change(path: string, text: string): Promise<void> {
  await writeFile(join(root, 'new'), text);
  await rename(join(root, 'new'), join(root, path));
}

it.skipIf(process.platform === 'win32')(
  'loads the pages again, and starts the app again once it has left',
  async () => {
    end = await watch({ root, names: ['client', 'preload'], start });
    await expect.poll(log).toBe('started ');
    expect(await readFile(join(root, 'dist', 'renderer', 'index.html'), 'utf8')).toContain('first');
    await change(join('renderer', 'index.html'), '<!doctype html><title>second</title>\n');
    await expect.poll(log).toBe('started reload ');
    expect(await readFile(join(root, 'dist', 'renderer', 'index.html'), 'utf8')).toContain('second');
    await change(join('preload', 'index.ts'), "console.log('second');\n");
    await expect.poll(log).toBe('started reload left started ');
    expect(await readFile(join(root, 'dist', 'preload', 'index.cjs'), 'utf8')).toContain('second');
    await end();
    expect(await log()).toBe('started reload left started left ');
  },
);
