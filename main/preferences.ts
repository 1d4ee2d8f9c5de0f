import { renameSync } from 'node:fs';
import { join } from 'node:path';
import Store from 'electron-store';
import { type Preferences, type PreferencesPatch, preferencesSchema } from '../contract/desktop.ts';
import type { Logger } from '../gateway/host.ts';

const defaultPreferences: Preferences = {
  launchAtLogin: false,
  startHidden: false,
  port: 4556,
  theme: 'system',
  language: 'system',
  notifications: { prices: true, budget: true, provider: true, key: true, alert: true },
  checkForUpdates: true,
  welcomed: false,
  weakKeysAccepted: false,
};

/** Where the window was, in screen pixels. */
export interface WindowPlace {
  x?: number;
  y?: number;
  width: number;
  height: number;
  maximized: boolean;
}

export interface PreferencesStore {
  /** The object is replaced, never changed. */
  get(): Preferences;
  update(patch: PreferencesPatch): Preferences;
  onChange(listener: (now: Preferences, before: Preferences) => void): void;
  windowPlace(): WindowPlace | undefined;
  saveWindowPlace(place: WindowPlace): void;
  /** The port of the preferences at which the gateway answered last: tools that are connected point there. */
  answeredPort(): number | undefined;
  saveAnsweredPort(port: number): void;
  /** Where the damaged file lies that this start has put aside. */
  damagedFile: string | undefined;
}

type Stored = Record<string, unknown>;

/** A file that cannot be read is put aside and kept; a single value that is not valid falls back to its default. */
export function openPreferences(folder: string, log: Logger): PreferencesStore {
  const { store, damagedFile } = openStore(folder);
  if (damagedFile) log.warn('The preferences could not be read; the defaults are used.', { kept: damagedFile });
  const listeners = new Set<(now: Preferences, before: Preferences) => void>();
  let current = readPreferences(store.store, log);

  return {
    damagedFile,
    get: () => current,
    update(patch) {
      const before = current;
      const notifications = { ...before.notifications, ...present(patch.notifications ?? {}) };
      current = preferencesSchema.parse({ ...before, ...present(patch), notifications });
      for (const [name, value] of Object.entries(current)) store.set(name, value);
      for (const listener of listeners) listener(current, before);
      return current;
    },
    onChange: (listener) => void listeners.add(listener),
    windowPlace: () => readPlace(store.get('window')),
    saveWindowPlace: (place) => store.set('window', place),
    answeredPort() {
      const port = store.get('answeredPort');
      return typeof port === 'number' ? port : undefined;
    },
    saveAnsweredPort: (port) => store.set('answeredPort', port),
  };
}

function openStore(folder: string): { store: Store<Stored>; damagedFile: string | undefined } {
  const open = () => new Store<Stored>({ name: 'preferences', cwd: folder });
  try {
    return { store: open(), damagedFile: undefined };
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    const damagedFile = join(folder, `preferences.damaged-${Date.now()}.json`);
    renameSync(join(folder, 'preferences.json'), damagedFile);
    return { store: open(), damagedFile };
  }
}

function readPreferences(stored: Stored, log: Logger): Preferences {
  const merged: Stored = { ...defaultPreferences };
  for (const [name, field] of Object.entries(preferencesSchema.shape)) {
    if (!(name in stored)) continue;
    const value = stored[name];
    // What a later version has added to a group has its default.
    const parsed = field.safeParse(isGroup(value) ? { ...(merged[name] as object), ...value } : value);
    if (parsed.success) merged[name] = parsed.data;
    else log.warn('A stored preference is not valid; its default is used.', { preference: name });
  }
  return preferencesSchema.parse(merged);
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readPlace(value: unknown): WindowPlace | undefined {
  if (!isGroup(value)) return undefined;
  const { x, y, width, height, maximized } = value as Record<string, unknown>;
  if (typeof width !== 'number' || typeof height !== 'number') return undefined;
  const corner = typeof x === 'number' && typeof y === 'number' ? { x, y } : {};
  return { ...corner, width, height, maximized: maximized === true };
}

/** Without its undefined fields: absent means unchanged. */
function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
