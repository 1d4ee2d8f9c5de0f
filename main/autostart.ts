import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { App } from 'electron';

interface AutostartOptions {
  app: Pick<App, 'setLoginItemSettings' | 'getPath'>;
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
  /** The program that was started. */
  executable: string;
}

/** Launches the app at login, in the tray, or no longer. Throws where the system does not let it. */
export async function setAutostart(wanted: boolean, options: AutostartOptions): Promise<void> {
  const { app, platform } = options;
  if (platform === 'linux') return setDesktopEntry(wanted, options);
  app.setLoginItemSettings({ openAtLogin: wanted, ...(platform === 'win32' && { args: ['--hidden'] }) });
}

/**
 * Whether the system has started the app at login. Elsewhere than on macOS `--hidden` says so, which its login items cannot carry. Known
 * once the app is ready. See https://www.electronjs.org/docs/latest/api/app#appgetloginitemsettingsoptions (2026-11).
 */
export function startedAtLogin(app: Pick<App, 'getLoginItemSettings'>, platform: NodeJS.Platform): boolean {
  return platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}

/** Electron has no login items on Linux. See https://specifications.freedesktop.org/autostart-spec/latest/ (2026-11). */
async function setDesktopEntry(wanted: boolean, { app, environment, executable }: AutostartOptions): Promise<void> {
  const configuration = environment.XDG_CONFIG_HOME?.startsWith('/')
    ? environment.XDG_CONFIG_HOME
    : join(app.getPath('home'), '.config');
  const path = join(configuration, 'autostart', 'llm-gateway.desktop');
  if (!wanted) return rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, entryFor(environment.APPIMAGE || executable));
}

/** An AppImage is mounted anew at each start: what to run is the image, not the program inside. */
function entryFor(program: string): string {
  const quoted = `"${program.replaceAll(/(["`$\\])/g, '\\$1').replaceAll('%', '%%')}"`;
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=LLM Gateway',
    'Comment=One local gateway for every LLM tool on this machine',
    // Backslashes are escaped once more, for the file itself.
    `Exec=${quoted.replaceAll('\\', '\\\\')} --hidden`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}
