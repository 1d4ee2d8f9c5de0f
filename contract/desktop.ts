import { oc } from '@orpc/contract';
import { z } from 'zod';
import { milliseconds, providerId } from './common.ts';

const fields = {
  launchAtLogin: z.boolean(),
  /** In the tray only, until the window is asked for. */
  startHidden: z.boolean(),
  /** Takes effect at the next start. */
  port: z.int().min(1).max(65_535),
  theme: z.enum(['system', 'light', 'dark']),
  /** `system`, or the language (BCP 47) in which dates and numbers are written. */
  language: z.string().max(35).refine(isLanguage, 'A language such as en or pt-BR, or system'),
  /** Which kinds of notices are shown. */
  notifications: z.object({
    prices: z.boolean(),
    budget: z.boolean(),
    provider: z.boolean(),
    key: z.boolean(),
    alert: z.boolean(),
  }),
  /** Look for new versions of the app, where it is not a package manager that brings them. */
  checkForUpdates: z.boolean(),
  /** The first steps are done, or were skipped. */
  welcomed: z.boolean(),
  /** Keys may be kept although this system has no keychain that protects them. */
  weakKeysAccepted: z.boolean(),
};

/** What a person sets of the desktop app itself. */
export const preferencesSchema = z.object(fields);

/** What is to change; absent fields stay as they are. */
const preferencesPatchSchema = z.strictObject({ ...fields, notifications: fields.notifications.partial() }).partial();

/** How the keys of providers are kept. */
const keyProtection = z.object({
  /** `keychain` (macOS), `dpapi` (Windows), `gnome_libsecret`, `kwallet6` …, or `file`: a key file in the data directory. */
  backend: z.string(),
  /** False: whoever can read the data directory can read the keys. */
  strong: z.boolean(),
});

/** A new version of the app itself. */
const update = z.object({
  state: z.enum(['off', 'idle', 'checking', 'downloading', 'ready', 'failed']),
  /** The version that is on its way or ready. */
  version: z.string().nullable(),
  /** Of the download, 0..100. */
  percent: z.number().nullable(),
  /** Why it is off or has failed, for a person. */
  why: z.string().nullable(),
  checkedAtMs: milliseconds.nullable(),
});

/** A provider key that lies in the environment of the desktop app and is not used unless it is imported. */
const foundKey = z.object({ variable: z.string(), provider: providerId, lastFour: z.string().max(4).nullable() });

/** The desktop app around the gateway, as it is now. */
const desktopState = z.object({
  platform: z.string(),
  dataDirectory: z.string(),
  preferences: preferencesSchema,
  /** Null until the system has said. */
  keyProtection: keyProtection.nullable(),
  update,
  foundKeys: z.array(foundKey),
  /** What ended the run before this one, told once: a redacted sentence. */
  lastCrash: z.object({ atMs: milliseconds, message: z.string() }).nullable(),
});

const imported = z.object({
  variable: z.string(),
  /** As a check with the provider said; `failed`: it could not be kept. */
  status: z.enum(['works', 'refused', 'unreachable', 'rateLimited', 'unchecked', 'unreadable', 'failed']),
});

const desktop = oc.$route({ tags: ['Desktop'] });
const state = z.object({ desktop: desktopState });

/** The desktop app. A headless gateway answers `get` with null and the others with `not_found`. */
export const desktopRoutes = {
  get: desktop
    .route({ method: 'GET', path: '/desktop', summary: 'The desktop app around this gateway, or null' })
    .output(z.object({ desktop: desktopState.nullable() })),
  update: desktop
    .route({ method: 'PATCH', path: '/desktop/preferences', summary: 'Change some preferences' })
    .input(preferencesPatchSchema)
    .output(state),
  importKeys: desktop
    .route({ method: 'POST', path: '/desktop/import-keys', summary: 'Check and keep keys found in the environment' })
    .input(z.object({ variables: z.array(z.string().max(100)).max(100) }))
    .output(z.object({ imported: z.array(imported) })),
  dismissCrash: desktop
    .route({ method: 'POST', path: '/desktop/dismiss-crash', summary: 'Forget what ended the run before' })
    .output(state),
  exportDiagnostics: desktop
    .route({ method: 'POST', path: '/desktop/diagnostics', summary: 'Save a zip without keys or prompts' })
    .output(z.object({ path: z.string().nullable() })),
  openDataDirectory: desktop
    .route({ method: 'POST', path: '/desktop/open-data', summary: 'Show the data directory' })
    .output(z.object({ opened: z.boolean() })),
  checkForUpdate: desktop
    .route({ method: 'POST', path: '/desktop/update/check', summary: 'Look for a new version of the app now' })
    .output(state),
  installUpdate: desktop
    .route({ method: 'POST', path: '/desktop/update/install', summary: 'Let open requests end, install, start again' })
    .output(z.object({ restarting: z.boolean() })),
};

export type Preferences = z.infer<typeof preferencesSchema>;
export type PreferencesPatch = z.infer<typeof preferencesPatchSchema>;
export type DesktopState = z.infer<typeof desktopState>;
export type ImportedKey = z.infer<typeof imported>;

function isLanguage(name: string): boolean {
  if (name === 'system') return true;
  try {
    return Intl.getCanonicalLocales(name).length === 1;
  } catch {
    return false;
  }
}
