import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extractAll, extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.mjs';
import { describeDesktop, SOON, startApp } from './app.ts';
import { isReal, root } from './launcher.ts';

/*
 * What electron-builder packs, around a stub in the place of Electron's binary: it needs no network, and says nothing about installers.
 * The workflow packs the real thing and starts it.
 */
let folder: string;
let packed: string;
let asar: string;

// Only here does the stub have the shape that electron-builder expects of the platform.
const here = process.platform === 'linux';

beforeAll(async () => {
  if (!here) return;
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  await bundle(root, ['client', 'preload', 'main']);
  await makeStub(join(folder, 'electron'));
  const cli = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const release = join(folder, 'release');
  const given = ['--dir', `-c.electronDist=${join(folder, 'electron')}`, `-c.directories.output=${release}`];
  await promisify(execFile)(process.execPath, [cli, ...given], { cwd: root });
  packed = join(release, process.arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');
  asar = join(packed, 'resources', 'app.asar');
}, 120_000);

afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe.runIf(here)('the package (around a stub in the place of Electron)', () => {
  it('holds what runs, and nothing that was needed to make it', () => {
    const files = listPackage(asar, { isPack: false });
    for (const name of ['/package.json', '/models.json', '/dist/main/index.js', '/dist/preload/index.cjs']) {
      expect(files).toContain(name);
    }
    expect(files).toContain('/dist/renderer/index.html');
    expect(files).toContain('/resources/icons/tray/running.png');
    expect(files.some((name) => name.startsWith('/resources/migrations/') && name.endsWith('.sql'))).toBe(true);
    const tops = new Set(files.map((name) => name.split('/')[1]));
    expect([...tops].sort()).toEqual(['dist', 'models.json', 'node_modules', 'package.json', 'resources']);
    const packages = new Set(files.flatMap((name) => /^\/node_modules\/([^/]+)/.exec(name)?.[1] ?? []));
    expect([...packages]).toEqual(['better-sqlite3']);
    expect(files.filter((name) => /\.(ts|map|test\.js|c|h)$|\/(headless|stamp)/.test(name))).toEqual([]);
  });

  it('has windows that the desktop finds the entry of', () => {
    const { desktopName } = JSON.parse(extractFile(asar, 'package.json').toString());
    expect(desktopName).toBe('llm-gateway.desktop');
  });

  it('is under 6 MB, with the one binary of this platform beside it', async () => {
    const { size } = await stat(asar);
    console.log(`app.asar: ${(size / 1e6).toFixed(2)} MB`);
    expect(size).toBeLessThan(6_000_000);
    const unpacked = await readdir(join(packed, 'resources', 'app.asar.unpacked'), { recursive: true });
    const files = unpacked.filter((name) => name.includes('.'));
    expect(files).toEqual([`node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`]);
  });

  it('has its fuses set', async () => {
    const wire = await getCurrentFuseWire(join(packed, 'llm-gateway'));
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    const on = [
      FuseV1Options.OnlyLoadAppFromAsar,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.EnableCookieEncryption,
    ];
    expect(off.map((fuse) => wire[fuse])).toEqual(off.map(() => FuseState.DISABLE));
    expect(on.map((fuse) => wire[fuse])).toEqual(on.map(() => FuseState.ENABLE));
  });
});

describeDesktop('the packed app', () => {
  it.runIf(here && !isReal)('starts and answers', async () => {
    const app = join(folder, 'app');
    extractAll(asar, app);
    const started = await startApp({ folder: app, environment: { STAND_IN_PACKAGED: '1' } });
    const reply = await started.ask(await started.makeKey());
    expect(await reply.json()).toMatchObject({ object: 'chat.completion', metadata: { provider: 'demo' } });
    const page = await started.page();
    await expect.poll(() => page.title(), SOON).toContain('LLM Gateway');
  });
});

/** The files that electron-builder looks for, and a binary with nothing but the place for fuses. */
async function makeStub(place: string): Promise<void> {
  await mkdir(join(place, 'resources'), { recursive: true });
  await mkdir(join(place, 'locales'));
  const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
  // Version 1 of the wire, and eight fuses.
  const binary = Buffer.concat([Buffer.from(`#!/bin/sh\n# ${sentinel}`), Buffer.of(1, 8), Buffer.from('11001101\n')]);
  await writeFile(join(place, 'electron'), binary);
  await chmod(join(place, 'electron'), 0o755);
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html']) await writeFile(join(place, name), '');
}
