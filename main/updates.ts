import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';
import type { AppUpdater } from 'electron-updater';
import type { DesktopState } from '../contract/desktop.ts';
import type { Logger } from '../gateway/host.ts';
import type { Translate } from './messages.ts';

type UpdateState = DesktopState['update'];
type Why = 'update.development' | 'update.packageManager' | 'update.noPlace' | 'update.failed';

export interface Updates {
  state(): UpdateState;
  /** Looks for a new version and downloads it in the background. */
  check(): Promise<void>;
  /** Lets open answers end, installs and starts again. False where nothing is ready. */
  install(): Promise<boolean>;
}

interface UpdatesOptions {
  app: Pick<App, 'isPackaged'>;
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
  /** Folder with `app-update.yml`, which says where new versions are. */
  resources: string;
  wanted(): boolean;
  /** The person's language, as it is now. */
  translate(): Translate;
  log: Logger;
  onChange(): void;
  /** A version is ready: the person decides when it is installed. */
  onReady(version: string): void;
  /** Ends what is under way. */
  drain(): Promise<void>;
}

const firstCheckMs = 30_000;
const everyMs = 6 * 3_600_000;

/** New versions of the app itself. The updater's modules are loaded at the first check. */
export function createUpdates(options: UpdatesOptions): Updates {
  const { log, onChange } = options;
  const off = whyOff(options);
  let why: Why | null = off;
  let state: Omit<UpdateState, 'why'> = {
    state: off ? 'off' : 'idle',
    version: null,
    percent: null,
    checkedAtMs: null,
  };
  let updater: Promise<AppUpdater> | undefined;
  const change = (changes: Partial<UpdateState>) => {
    state = { ...state, ...changes };
    onChange();
  };

  async function check(): Promise<void> {
    if (off !== null || state.state === 'downloading' || state.state === 'ready') return;
    why = null;
    change({ state: 'checking' });
    try {
      updater ??= load();
      const found = await (await updater).checkForUpdates();
      change({ checkedAtMs: Date.now(), ...(!found?.isUpdateAvailable && { state: 'idle' }) });
      await found?.downloadPromise;
    } catch (thrown) {
      const message = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : '';
      log.warn('Looking for a new version failed.', { why: message });
      why = 'update.failed';
      change({ state: 'failed', percent: null });
    }
  }

  async function load(): Promise<AppUpdater> {
    const { autoUpdater } = await import('electron-updater');
    autoUpdater.autoDownload = true;
    autoUpdater.autoInstallOnAppQuit = false;
    autoUpdater.logger = null;
    autoUpdater.on('update-available', ({ version }) => change({ state: 'downloading', version, percent: 0 }));
    autoUpdater.on('download-progress', ({ percent }) => change({ percent }));
    autoUpdater.on('update-downloaded', ({ version }) => {
      change({ state: 'ready', version, percent: 100 });
      options.onReady(version);
    });
    // Told by the rejected check as well; unheard, it would end the process.
    autoUpdater.on('error', () => undefined);
    return autoUpdater;
  }

  if (off === null) {
    const checkIfWanted = () => void (options.wanted() && check());
    setTimeout(checkIfWanted, firstCheckMs).unref();
    setInterval(checkIfWanted, everyMs).unref();
  }

  return {
    state: () => ({ ...state, why: why && options.translate()(why) }),
    check,
    async install() {
      if (state.state !== 'ready' || updater === undefined) return false;
      const ready = await updater;
      // The caller gets its answer first: the gateway that carries it is about to close.
      setImmediate(() => void options.drain().then(() => ready.quitAndInstall(false, true)));
      return true;
    },
  };
}

/** Why this copy of the app does not look for new versions itself; null where it does. */
function whyOff({ app, platform, environment, resources }: UpdatesOptions): Why | null {
  if (!app.isPackaged) return 'update.development';
  if (platform === 'linux' && !environment.APPIMAGE) return 'update.packageManager';
  if (!existsSync(join(resources, 'app-update.yml'))) return 'update.noPlace';
  return null;
}
