import { type Settings, type SettingsPatch, settingsSchema } from '../../contract/settings.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../host.ts';
import type { Database } from './open.ts';

/** Settings, read once and then kept in memory. */
export interface SettingsStore {
  /** The current settings; the object is replaced, never changed. */
  get(): Settings;
  /** Paths (`cache.ttlMs`) that a configuration file declares. */
  declared(): string[];
  /** Saves what changes and tells the listeners. Throws a `ZodError` when a value is out of range, `conflict` for what is declared. */
  update(patch: SettingsPatch): Settings;
  /** Returns what ends the subscription. */
  onChange(listener: (settings: Settings) => void): () => void;
}

/**
 * A stored value that no longer parses falls back to its default, with a line in the log. What is `declared` goes before what is
 * stored, and is stored nowhere.
 */
export function createSettingsStore(database: Database, log: Logger, declared: SettingsPatch = {}): SettingsStore {
  const listeners = new Set<(settings: Settings) => void>();
  const save = database.client.prepare<[string, string]>(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const fixed = pathsOf(declared);
  let stored = read(database, log);
  let current = settingsSchema.parse(merge(stored, declared));

  return {
    get: () => current,
    declared: () => fixed,
    update(patch) {
      const field = pathsOf(patch).find((path) => fixed.includes(path));
      if (field !== undefined) {
        throw new GatewayError(
          'conflict',
          `${field} is declared in the configuration file: change it there and start again.`,
          {
            field,
          },
        );
      }
      const next = settingsSchema.parse(merge(stored, patch));
      database.client.transaction(() => {
        for (const [name, value] of Object.entries(next)) {
          if (name in patch) save.run(name, JSON.stringify(value));
        }
      })();
      stored = next;
      current = settingsSchema.parse(merge(stored, declared));
      for (const listener of listeners) listener(current);
      return current;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What a patch sets: fields, and fields of groups. */
function pathsOf(patch: SettingsPatch): string[] {
  return Object.entries(present(patch)).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.keys(present(value)).map((field) => `${name}.${field}`)
      : name,
  );
}

function merge(settings: Settings, patch: SettingsPatch): unknown {
  const merged: Record<string, unknown> = { ...settings };
  for (const [name, value] of Object.entries(present(patch))) {
    merged[name] = isGroup(value) ? { ...(merged[name] as object), ...present(value) } : value;
  }
  return merged;
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
