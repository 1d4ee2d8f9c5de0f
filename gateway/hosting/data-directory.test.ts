import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultDataDirectory, openDataDirectory } from './data-directory.ts';

const posix = process.platform !== 'win32';

describe.runIf(posix)('the default data directory', () => {
  it.each([
    ['linux', {}, '/home/ada/.local/share/llm-gateway'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/llm-gateway'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/llm-gateway'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/home/ada/Library/Application Support/LLM Gateway'],
    ['win32', { APPDATA: '/roaming' }, '/roaming/LLM Gateway'],
    ['win32', {}, '/home/ada/AppData/Roaming/LLM Gateway'],
  ] as const)('on %s with %o is %s', (platform, environment, path) => {
    expect(defaultDataDirectory({ platform, environment, home: '/home/ada' })).toBe(path);
  });
});

describe('opening a data directory', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'data-'));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('makes what is missing, for its owner alone, and leaves nothing inside', async () => {
    const path = await openDataDirectory(join(parent, 'a', 'b'));
    expect(await readdir(path)).toEqual([]);
    if (posix) expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('refuses a file in its place', async () => {
    const path = join(parent, 'file');
    await writeFile(path, '');
    await expect(openDataDirectory(path)).rejects.toThrow('is not a directory. Choose another with --data-dir.');
    await expect(openDataDirectory(join(path, 'below'))).rejects.toThrow('is not a directory');
    expect(await openDataDirectory(parent)).toBe(parent);
  });

  it.runIf(process.platform === 'linux')('refuses a place where nothing can be made', async () => {
    await expect(openDataDirectory('/proc/llm-gateway')).rejects.toThrow('cannot be made there');
  });

  // The superuser may write everywhere.
  it.runIf(posix && process.getuid?.() !== 0)('refuses one that it may not write', async () => {
    await chmod(parent, 0o500);
    await expect(openDataDirectory(join(parent, 'inside'))).rejects.toThrow('may not be written by this user');
    await chmod(parent, 0o700);
  });
});
