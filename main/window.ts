import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen, session, shell, type WebContents } from 'electron';
import type { Logger } from '../gateway/host.ts';
import { isOurPage, pagesOrigin } from './pages.ts';
import type { PreferencesStore, WindowPlace } from './preferences.ts';

export interface MainWindow {
  /** Shows the window, on a page such as `/requests` where one is named. */
  show(page?: string): void;
  /** Undefined until it was first shown. */
  current(): BrowserWindow | undefined;
  /** From now on closing closes. */
  release(): void;
}

interface WindowOptions {
  preload: string;
  icon: string;
  preferences: PreferencesStore;
  log: Logger;
}

const smallest = { width: 760, height: 520 };
const usual: WindowPlace = { width: 1180, height: 800, maximized: false };
/** A page that dies more often than this within a minute is not loaded again by itself. */
const maxReloads = 3;

/** The one window. Closing it only hides it: the gateway goes on, and so does what the page was doing. */
export function createMainWindow(options: WindowOptions): MainWindow {
  let window: BrowserWindow | undefined;
  let released = false;

  function open(page: string): BrowserWindow {
    const { preferences, icon } = options;
    const { maximized, ...place } = onScreen(preferences.windowPlace()) ?? usual;
    const made = new BrowserWindow({
      ...place,
      minWidth: smallest.width,
      minHeight: smallest.height,
      title: 'LLM Gateway',
      icon,
      show: false,
      autoHideMenuBar: true,
      // What shows before the page draws.
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff',
      webPreferences: {
        preload: options.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        spellcheck: false,
        v8CacheOptions: 'bypassHeatCheck',
      },
    });
    if (maximized) made.maximize();
    const showNow = () => made.show();
    made.once('ready-to-show', showNow);
    // An empty window that can be closed is better than none.
    made.webContents.once('did-fail-load', showNow);
    made.on('close', (event) => {
      savePlace(made, preferences);
      if (released) return;
      event.preventDefault();
      made.hide();
    });
    made.on('closed', () => {
      window = undefined;
    });
    keepInside(made.webContents);
    keepAlive(made.webContents, options.log);
    load(made, page);
    return made;
  }

  return {
    current: () => window,
    release() {
      released = true;
    },
    show(page) {
      if (window === undefined) {
        window = open(page ?? '/');
        return;
      }
      if (page !== undefined) load(window, page);
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
  };
}

/** Pages live in the fragment, so that going to another one keeps the document and its port. */
function load(window: BrowserWindow, page: string): void {
  // The page may be gone before it has loaded; that is told by other events.
  window.loadURL(`${pagesOrigin}/#${page}`).catch(() => undefined);
}

/** Our pages only; what leads elsewhere opens in the person's browser. Nothing may ask the system for anything but the clipboard. */
function keepInside(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    if (isOurPage(event.url)) return;
    event.preventDefault();
    openOutside(event.url);
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Must run once the app is ready. */
export function denyPermissions(): void {
  const allowed = (permission: string, url: string) => permission === 'clipboard-sanitized-write' && isOurPage(url);
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(allowed(permission, contents.getURL())),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin));
}

function openOutside(url: string): void {
  if (/^https?:\/\//.test(url)) shell.openExternal(url).catch(() => undefined);
}

/** A page that died is loaded again; the gateway does not notice. */
function keepAlive(contents: WebContents, log: Logger): void {
  let deaths: number[] = [];
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || contents.isDestroyed()) return;
    const nowMs = Date.now();
    deaths = [...deaths.filter((atMs) => nowMs - atMs < 60_000), nowMs];
    const again = deaths.length <= maxReloads;
    log.error('The page of the window died.', { reason, exitCode, loadedAgain: again });
    if (again) contents.reload();
  });
}

function savePlace(window: BrowserWindow, preferences: PreferencesStore): void {
  preferences.saveWindowPlace({ ...window.getNormalBounds(), maximized: window.isMaximized() });
}

/** A place on a screen that is still there; of another one only the size is kept. */
function onScreen(place: WindowPlace | undefined): WindowPlace | undefined {
  if (place?.x === undefined || place.y === undefined) return place;
  const { x, y, ...size } = place;
  const seen = screen.getAllDisplays().some(({ workArea }) => {
    const right = workArea.x + workArea.width;
    const bottom = workArea.y + workArea.height;
    return x + 80 <= right && x + size.width >= workArea.x + 80 && y >= workArea.y - 10 && y + 40 <= bottom;
  });
  return seen ? place : size;
}

/** Files that lie beside the bundle, in the project as in the package. */
export function fromApp(...path: string[]): string {
  return join(app.getAppPath(), ...path);
}
