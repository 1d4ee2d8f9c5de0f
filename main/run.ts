import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, nativeTheme, safeStorage } from 'electron';
import type { Host } from '../gateway/host.ts';
import { takeProviderSettings } from '../gateway/hosting/environment.ts';
import { createFileCipher } from '../gateway/hosting/key-file.ts';
import { readOwnerToken } from '../gateway/hosting/owner-token.ts';
import type { Gateway } from '../gateway/index.ts';
import { setApplicationMenu } from './application-menu.ts';
import { setAutostart, startedAtLogin } from './autostart.ts';
import { createKeychainCipher } from './cipher.ts';
import { type Client, createClient } from './client.ts';
import { watchCrashes } from './crashes.ts';
import { createDesktop } from './desktop.ts';
import { holdFoundKeys } from './found-keys.ts';
import { openLog } from './log-file.ts';
import { speak, systemLanguage } from './messages.ts';
import { createNotices } from './notices.ts';
import { showNotification } from './notification.ts';
import { acceptWeakKeys, offerUpdate, tellOfDamage } from './occasions.ts';
import { takePagePorts } from './page-port.ts';
import { servePages } from './pages.ts';
import { openPreferences } from './preferences.ts';
import { startQuestions } from './questions.ts';
import { drain } from './quit.ts';
import { repoint, startGateway } from './start-gateway.ts';
import { startTray, type TrayLife } from './tray-life.ts';
import { createUpdates } from './updates.ts';
import { createMainWindow, denyPermissions, fromApp } from './window.ts';

interface RunOptions {
  dataDirectory: string;
  /** Stay in the tray. */
  hidden: boolean;
  /** Stands before the one of the preferences. */
  port: number | undefined;
}

/** The app from its start to its end: everything is made and wired here. */
export async function run({ dataDirectory, hidden, port }: RunOptions): Promise<void> {
  const ready = app.whenReady();
  const folder = app.getPath('userData');
  mkdirSync(folder, { recursive: true });
  const logPath = join(dataDirectory, 'desktop.log');
  const log = openLog(logPath, { echo: !app.isPackaged });
  const life = new AbortController();
  let gateway: Gateway | undefined;
  let client: Client | undefined;
  let tray: TrayLife | undefined;
  let phase: 'open' | 'closing' | 'closed' = 'open';

  const crashes = watchCrashes(join(folder, 'crash.json'), log, () => void restart());
  const preferences = openPreferences(folder, log);
  const language = () => {
    const wanted = preferences.get().language;
    return wanted === 'system' ? undefined : wanted;
  };
  const translate = () => speak(language());
  const { environmentKeys, baseUrls } = takeProviderSettings(process.env, port ?? preferences.get().port, log);
  const foundKeys = holdFoundKeys(environmentKeys);
  const window = createMainWindow({
    preload: fromApp('dist', 'preload', 'index.cjs'),
    icon: fromApp('resources', 'icons', 'app.png'),
    preferences,
    log,
  });
  const updates = createUpdates({
    app,
    log,
    platform: process.platform,
    environment: process.env,
    resources: process.resourcesPath,
    wanted: () => preferences.get().checkForUpdates,
    translate,
    onChange: () => desktop.changed(),
    onReady: (version) => void offerUpdate(version, window, translate(), () => updates.install()),
    drain: close,
  });
  const desktop = createDesktop({
    dataDirectory,
    logPath,
    preferences,
    crashes,
    foundKeys,
    updates,
    client: () => client,
    translate,
    setAutostart: (wanted) =>
      setAutostart(wanted, { app, platform: process.platform, environment: process.env, executable: process.execPath }),
  });
  const cipher = createKeychainCipher({
    safeStorage,
    ready,
    platform: process.platform,
    file: () => createFileCipher(dataDirectory, log),
    consent: () => acceptWeakKeys(preferences, window.current(), translate(), () => desktop.changed()),
  });
  const host: Host = {
    paths: { data: dataDirectory, resources: fromApp('resources'), models: fromApp('models.json') },
    cipher,
    user: { platform: process.platform, environment: process.env, home: homedir() },
    log,
    desktop,
    language: () => language() ?? systemLanguage(),
    notify: createNotices({
      translate,
      wanted: () => preferences.get().notifications,
      show: ({ page, ...text }) => showNotification(text, () => window.show(page)),
    }),
  };

  const starting = readOwnerToken(dataDirectory, process.env, log).then((ownerToken) =>
    startGateway(
      host,
      {
        hostname: '127.0.0.1',
        port: port ?? preferences.get().port,
        version: app.getVersion(),
        ownerToken,
        environmentKeys: [],
        baseUrls,
      },
      startQuestions(ready, translate, (chosen) => void preferences.update({ port: chosen })),
    ),
  );
  // Until it is there, what a page asks waits in its port.
  takePagePorts((pagePort) => void starting.then((started) => started?.serve(pagePort)).catch(() => undefined), log);
  // `npm run dev` has built the pages anew.
  if (!app.isPackaged)
    process.on('message', (message) => message === 'reload' && window.current()?.webContents.reload());
  // By a person who looks for the window; at login, while the app is open already, nobody does.
  app.on('second-instance', (_event, _argv, _folder, given) => {
    if ((given as { hidden?: boolean } | null)?.hidden !== true) window.show();
  });
  app.on('activate', () => window.show());
  // Without a listener Electron would quit with its last window.
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', (event) => {
    if (phase === 'closed') return;
    event.preventDefault();
    if (phase === 'open') void close().then(() => app.quit());
  });
  preferences.onChange(({ theme }) => {
    nativeTheme.themeSource = theme;
    tray?.refresh();
  });

  await ready;
  denyPermissions();
  servePages(fromApp('dist', 'renderer'));
  setApplicationMenu(process.platform);
  nativeTheme.themeSource = preferences.get().theme;
  tray = startTray({
    log,
    language,
    open: (page) => window.show(page),
    quit: () => app.quit(),
    say: (text) => showNotification(text, () => window.show()),
  });
  const quiet = hidden || preferences.get().startHidden || startedAtLogin(app, process.platform);
  if (!quiet) window.show();

  try {
    const started = await starting;
    if (started === null || phase !== 'open') {
      app.quit();
      return;
    }
    gateway = started;
    client = createClient(started);
    tray.running(client, started.url, life.signal);
    log.info('The gateway answers.', { address: started.url, version: app.getVersion() });
    await takeToolsAlong(started);
    desktop.keyProtection(await cipher.protection());
    if (preferences.damagedFile) tellOfDamage(preferences.damagedFile, window.current(), translate());
  } catch (thrown) {
    tray.failed();
    log.error('The gateway did not start.', { error: thrown });
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    dialog.showErrorBox(translate()('start.failed'), why);
    app.exit(1);
  }

  /** Ends what is under way, for at most 10 seconds, and writes everything down. */
  async function close(): Promise<void> {
    phase = 'closing';
    life.abort();
    if (gateway) await drain(gateway, log, translate());
    phase = 'closed';
    window.release();
    tray?.destroy();
  }

  /** Where the person has changed the port since the last start, the tools that are connected must follow. */
  async function takeToolsAlong(started: Gateway): Promise<void> {
    const wanted = preferences.get().port;
    const before = preferences.answeredPort();
    // A port of the command line is for this run alone.
    if (before === wanted || new URL(started.url).port !== String(wanted)) return;
    if (before !== undefined)
      await repoint(started, log).catch((error: unknown) => log.warn('Tools kept their port.', { error }));
    preferences.saveAnsweredPort(wanted);
  }

  /** After an error that nobody caught. Not again and again: an app that dies at its start stays down. */
  async function restart(): Promise<void> {
    if (process.uptime() > 30) app.relaunch();
    await Promise.race([
      gateway?.close({ drainMs: 1_000 }),
      new Promise((resolve) => setTimeout(resolve, 2_000)),
    ]).catch(() => undefined);
    app.exit(1);
  }
}
