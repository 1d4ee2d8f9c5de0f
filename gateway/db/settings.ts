import { type Settings, type SettingsPatch, settingsSchema } from '../../contract/settings.ts';
import type { Logger } from '../host.ts';
import type { Database } from './open.ts';

/** Settings, read once and then kept in memory. */
export interface SettingsStore {
  /** The current settings; the object is replaced, never changed. */
  get(): Settings;
  /** Saves what changes and tells the listeners. Throws a `ZodError` when a value is out of range. */
  update(patch: SettingsPatch): Settings;
  /** Returns what ends the subscription. */
  onChange(listener: (settings: Settings) => void): () => void;
}

/** A stored value that no longer parses falls back to its default, with a line in the log. */
export function createSettingsStore(database: Database, log: Logger): SettingsStore {
  const listeners = new Set<(settings: Settings) => void>();
  const save = database.client.prepare<[string, string]>(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  let current = read(database, log);

  return {
    get: () => current,
    update(patch) {
      const next = settingsSchema.parse(merge(current, patch));
      database.client.transaction(() => {
        for (const [name, value] of Object.entries(next)) {
          if (name in patch) save.run(name, JSON.stringify(value));
        }
      })();
      current = next;
      for (const listener of listeners) listener(next);
      return next;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function merge(settings: Settings, patch: SettingsPatch): unknown {
  return {
    ...settings,
    ...present(patch),
    timeouts: { ...settings.timeouts, ...present(patch.timeouts ?? {}) },
    cache: { ...settings.cache, ...present(patch.cache ?? {}) },
    local: { ...settings.local, ...present(patch.local ?? {}) },
  };
}

/** Without its undefined fields, which would otherwise reset a setting to its default. */
function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function read(database: Database, log: Logger): Settings {
  const stored: Record<string, unknown> = {};
  for (const { name, value } of database.client
    .prepare<[], { name: string; value: string }>('SELECT name, value FROM settings')
    .all()) {
    stored[name] = parse(value);
  }
  const parsed = settingsSchema.safeParse(stored);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0]);
    log.warn('A stored setting is not valid; its default is used.', { setting: name });
    delete stored[name];
  }
  return settingsSchema.parse(stored);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
