import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { setAutostart, startedAtLogin } from './autostart.ts';

let home: string;
const items: unknown[] = [];
const app = { setLoginItemSettings: (settings: object) => void items.push(settings), getPath: () => home };

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'autostart-'));
  items.length = 0;
});
afterEach(() => rm(home, { recursive: true, force: true }));

const options = (environment: NodeJS.ProcessEnv = {}) =>
  ({ app, platform: 'linux', environment, executable: '/opt/LLM Gateway/llm-gateway' }) as const;

it('on Linux is a desktop entry that starts the app hidden, and is gone when it is not wanted', async () => {
  const path = join(home, '.config', 'autostart', 'llm-gateway.desktop');
  await setAutostart(true, options());
  const entry = await readFile(path, 'utf8');
  expect(entry).toMatch(/^\[Desktop Entry\]\nType=Application\n/);
  expect(entry).toContain('\nExec="/opt/LLM Gateway/llm-gateway" --hidden\n');
  await setAutostart(false, options());
  await expect(stat(path)).rejects.toThrow('ENOENT');
  await setAutostart(false, options());
});

it('on Linux starts the AppImage, not what it was mounted as, and quotes its name', async () => {
  const configuration = join(home, 'elsewhere');
  await setAutostart(true, options({ APPIMAGE: '/home/me/100% "mine"/$app', XDG_CONFIG_HOME: configuration }));
  const entry = await readFile(join(configuration, 'autostart', 'llm-gateway.desktop'), 'utf8');
  expect(entry).toContain('\nExec="/home/me/100%% \\\\"mine\\\\"/\\\\$app" --hidden\n');
});

it('elsewhere is a login item of the system', async () => {
  await setAutostart(true, { ...options(), platform: 'darwin' });
  await setAutostart(false, { ...options(), platform: 'win32' });
  expect(items).toEqual([{ openAtLogin: true }, { openAtLogin: false, args: ['--hidden'] }]);
});

it('is seen at the start, where macOS starts the app without a flag', () => {
  const opened = (wasOpenedAtLogin: boolean) => ({
    getLoginItemSettings: () => ({ wasOpenedAtLogin }) as Electron.LoginItemSettings,
  });
  expect(startedAtLogin(opened(true), 'darwin')).toBe(true);
  expect(startedAtLogin(opened(false), 'darwin')).toBe(false);
  // What it answers there means nothing.
  expect(startedAtLogin(opened(true), 'linux')).toBe(false);
});
