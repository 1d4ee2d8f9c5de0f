import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type Electron from 'electron';

/** An event that a listener may prevent. */
export function preventable() {
  const event = {
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  return event;
}

type Used =
  | 'setName'
  | 'getName'
  | 'getVersion'
  | 'getAppPath'
  | 'getPath'
  | 'setPath'
  | 'isPackaged'
  | 'isReady'
  | 'whenReady'
  | 'requestSingleInstanceLock'
  | 'setAppUserModelId'
  | 'setLoginItemSettings'
  | 'getLoginItemSettings'
  | 'relaunch'
  | 'quit'
  | 'exit';

interface Manifest {
  name: string;
  version: string;
  main: string;
}

const appPath = process.argv[1] ?? '';
export const manifest: Manifest = JSON.parse(readFileSync(join(appPath, 'package.json'), 'utf8'));

const events = new EventEmitter();
const paths = new Map([
  ['home', homedir()],
  ['temp', tmpdir()],
  ['userData', join(homedir(), '.config', manifest.name)],
]);
const { promise: readiness, resolve: resolveReady } = Promise.withResolvers<void>();
let name = manifest.name;
let isReady = false;
/** What asks each window to close; false where one of them did not want to. */
let closeWindows = () => true;

const made: Pick<Electron.App, Used> = {
  setName(given) {
    name = given;
  },
  getName: () => name,
  getVersion: () => manifest.version,
  getAppPath: () => appPath,
  getPath: (key) => paths.get(key) ?? join(tmpdir(), key),
  setPath: (key, path) => void paths.set(key, path),
  isPackaged: process.env.STAND_IN_PACKAGED === '1',
  isReady: () => isReady,
  whenReady: () => readiness,
  requestSingleInstanceLock,
  setAppUserModelId: () => undefined,
  setLoginItemSettings: () => undefined,
  getLoginItemSettings: () => ({
    openAtLogin: false,
    openAsHidden: false,
    wasOpenedAtLogin: false,
    wasOpenedAsHidden: false,
    restoreState: false,
    status: 'not-registered',
    executableWillLaunchAtLogin: false,
    launchItems: [],
  }),
  relaunch: () => process.send?.({ type: 'relaunch' }),
  quit,
  exit: (code) => leave(code ?? 0),
};

export const app = Object.assign(events, made);

/** As Electron: ready once the main module has been loaded, its top-level awaits included. */
export function becomeReady(close: () => boolean): void {
  closeWindows = close;
  isReady = true;
  resolveReady();
  app.emit('ready', {}, {});
  process.on('SIGTERM', quit);
  process.on('SIGINT', quit);
}

function quit(): void {
  const before = preventable();
  app.emit('before-quit', before);
  if (before.defaultPrevented || !closeWindows()) return;
  const will = preventable();
  app.emit('will-quit', will);
  if (will.defaultPrevented) return;
  leave(0);
}

function leave(code: number): void {
  app.emit('quit', {}, code);
  const lock = join(paths.get('userData') ?? '', 'stand-in.lock');
  // A second start leaves the lock to the first one.
  if (existsSync(lock) && readFileSync(lock, 'utf8') === String(process.pid)) rmSync(lock);
  process.exit(code);
}

/** The first one leaves its process id; a later one leaves what it was told for the first one to find. */
function requestSingleInstanceLock(data: object = {}): boolean {
  const folder = paths.get('userData') ?? '';
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'stand-in.lock');
  if (existsSync(lock) && isAlive(Number(readFileSync(lock, 'utf8')))) {
    writeFileSync(join(folder, `stand-in-second-${process.pid}`), JSON.stringify(data));
    return false;
  }
  writeFileSync(lock, String(process.pid));
  const watcher = watch(folder, () => {
    for (const file of readdirSync(folder).filter((found) => found.startsWith('stand-in-second-'))) {
      const left = readFileSync(join(folder, file), 'utf8');
      // The watcher may be quicker than the one that writes.
      if (left === '') continue;
      rmSync(join(folder, file), { force: true });
      app.emit('second-instance', {}, [], folder, JSON.parse(left));
    }
  });
  watcher.unref();
  return true;
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
