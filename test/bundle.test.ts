import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const project = join(import.meta.dirname, '..');
let root: string;

// The project with one small bundle that has sources.
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundle-'));
  const folders = ['contract', 'gateway', 'headless', 'main', 'preload', 'renderer', 'scripts'];
  for (const name of folders) await mkdir(join(root, name));
  for (const name of ['scripts/build.mjs', 'scripts/bundle.mjs', 'scripts/sources.mjs', 'vite.config.ts'])
    await cp(join(project, name), join(root, name));
  await writeFile(join(root, 'preload', 'index.ts'), "console.log('first');\n");
  await writeFile(join(root, 'package-lock.json'), '{}');
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'), 'junction');
});
afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 10 }));

it('is built once where three starts need it at the same moment, and all of them find it whole', async () => {
  const starts = await Promise.all([ended(start()), ended(start()), ended(start())]);
  expect(starts.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(starts.map(({ said }) => said.match(/Building/g)?.length ?? 0).sort()).toEqual([0, 0, 1]);
  expect((await readdir(join(root, 'dist'))).sort()).toEqual(['lock', 'preload']);
  expect(await readFile(join(root, 'dist', 'preload', 'index.cjs'), 'utf8')).toContain('first');
});

it('is built by the next start where the one that built it was killed', async () => {
  const killed = start();
  await once(killed.stderr as NodeJS.EventEmitter, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'close');
  expect(await ended(start())).toEqual({ code: 0, said: expect.stringContaining('Building') });
  expect((await readdir(join(root, 'dist'))).sort()).toEqual(['lock', 'preload']);
});

it('replaces what was made from older sources', async () => {
  await ended(start());
  await writeFile(join(root, 'preload', 'index.ts'), "console.log('second');\n");
  await Promise.all([ended(start()), ended(start()), ended(start())]);
  expect(await readFile(join(root, 'dist', 'preload', 'index.cjs'), 'utf8')).toContain('second');
  expect((await readdir(join(root, 'dist'))).sort()).toEqual(['lock', 'preload']);
});

it('leaves nothing of the builder in the memory of what is started', async () => {
  const { code, said } = await ended(start('console.error(process.report.getReport().sharedObjects.join())'));
  expect(code).toBe(0);
  // The report names what is loaded: the lock's library, for one.
  expect(said).toContain('better-sqlite3');
  expect(said).not.toContain('rolldown');
});

function start(afterwards = ''): ChildProcess {
  const script = pathToFileURL(join(root, 'scripts', 'bundle.mjs')).href;
  const source = `const { bundle } = await import(${JSON.stringify(script)}); await bundle(${JSON.stringify(root)}, ['preload']); ${afterwards}`;
  const flags = ['--input-type=module', '--eval', source];
  return spawn(process.execPath, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  child.stderr?.on('data', (bytes) => {
    said += String(bytes);
  });
  const [code] = await once(child, 'close');
  return { code, said };
}
