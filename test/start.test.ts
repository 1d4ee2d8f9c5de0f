import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundle } from '../scripts/bundle.mjs';
import { findElectron } from '../scripts/electron.mjs';

const root = join(import.meta.dirname, '..');
const start = join(root, 'scripts', 'start.mjs');
const linux = process.platform === 'linux';
const person = 1000;
const display = { DISPLAY: ':99' };

let folder: string;
beforeAll(() => bundle(root, ['client', 'preload', 'main', 'headless']), 120_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.runIf(linux)('npm start', () => {
  it('says in one line why no window opens, and starts the headless host', async () => {
    const env = { PATH: process.env.PATH, HOME: folder, LLM_GATEWAY_DATA_DIR: folder };
    const child = spawn(process.execPath, [start], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [line] = await once(createInterface({ input: child.stderr }), 'line');
    child.kill('SIGKILL');
    expect(line).toBe('The desktop app is not opened: there is no display. The headless gateway starts.');
  });

  it('goes straight to the headless host when it is given a command or a flag', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [start, '--version'], { env: {} });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(stderr).toBe('');
  });
});

describe.runIf(linux)('Electron', () => {
  it('is not looked for without a display', async () => {
    expect(await findElectron(root, {})).toEqual({ why: 'there is no display' });
  });

  it('is not started for root, whom it refuses', async () => {
    expect(await findElectron(root, display, 0)).toEqual({ why: 'Electron does not run as root' });
  });

  it('is not waited for where its server cannot be reached', async () => {
    const environment = { ...display, ELECTRON_MIRROR: 'http://127.0.0.1:9/', ELECTRON_OVERRIDE_DIST_PATH: folder };
    expect(await findElectron(root, environment, person)).toEqual({
      why: expect.stringContaining('could not be downloaded'),
    });
  });

  it('is found where it lies', async () => {
    const path = join(folder, 'electron');
    await writeFile(path, '#!/bin/sh\n');
    await chmod(path, 0o755);
    const environment = { ...display, ELECTRON_OVERRIDE_DIST_PATH: folder };
    expect(await findElectron(root, environment, person)).toEqual({ path });
  });
});
