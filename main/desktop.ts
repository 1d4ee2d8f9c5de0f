import { dialog, shell } from 'electron';
import type { DesktopState } from '../contract/desktop.ts';
import type { Desktop } from '../gateway/host.ts';
import { GatewayError } from '../gateway/index.ts';
import type { Client } from './client.ts';
import type { Crashes } from './crashes.ts';
import { writeDiagnostics } from './diagnostics.ts';
import type { FoundKeys } from './found-keys.ts';
import type { Translate } from './messages.ts';
import type { PreferencesStore } from './preferences.ts';
import type { Updates } from './updates.ts';

interface DesktopOptions {
  dataDirectory: string;
  logPath: string;
  preferences: PreferencesStore;
  crashes: Crashes;
  foundKeys: FoundKeys;
  updates: Updates;
  /** Undefined while the gateway is not up. */
  client(): Client | undefined;
  setAutostart(wanted: boolean): Promise<void>;
  /** The person's language, as it is now. */
  translate(): Translate;
}

/** What the pages may ask of the app, and how they learn that it has changed. */
export function createDesktop(
  options: DesktopOptions,
): Desktop & { keyProtection(known: Protection): void; changed(): void } {
  const { preferences, crashes, foundKeys, updates, dataDirectory } = options;
  const listeners = new Set<() => void>();
  let protection: Protection | null = null;
  const changed = () => {
    for (const listener of listeners) listener();
  };

  function state(): DesktopState {
    return {
      platform: process.platform,
      dataDirectory,
      preferences: preferences.get(),
      keyProtection: protection,
      update: updates.state(),
      foundKeys: foundKeys.shown(),
      lastCrash: crashes.last(),
    };
  }

  function client(): Client {
    const asked = options.client();
    if (asked === undefined) throw new GatewayError('shutting_down', options.translate()('busy.starting'));
    return asked;
  }

  return {
    state,
    changed,
    keyProtection(known) {
      protection = known;
      changed();
    },
    onChange: (listener) => void listeners.add(listener),
    async update(patch) {
      const { launchAtLogin } = patch;
      if (launchAtLogin !== undefined && launchAtLogin !== preferences.get().launchAtLogin) {
        await options.setAutostart(launchAtLogin).catch((thrown: unknown) => {
          throw new GatewayError('conflict', options.translate()('autostart.refused'), {
            field: 'launchAtLogin',
            cause: thrown,
          });
        });
      }
      preferences.update(patch);
      changed();
    },
    async importKeys(variables) {
      const imported = await foundKeys.take(variables, client());
      changed();
      return imported;
    },
    async dismissCrash() {
      crashes.dismiss();
      changed();
    },
    async exportDiagnostics() {
      const day = new Date().toISOString().slice(0, 10);
      const { canceled, filePath } = await dialog.showSaveDialog({
        title: options.translate()('diagnostics.title'),
        defaultPath: `llm-gateway-diagnostics-${day}.zip`,
      });
      if (canceled || !filePath) return null;
      await writeDiagnostics(filePath, { client: client(), state: state(), logPath: options.logPath });
      shell.showItemInFolder(filePath);
      return filePath;
    },
    openDataDirectory: async () => (await shell.openPath(dataDirectory)) === '',
    checkForUpdate: () => updates.check(),
    installUpdate: () => updates.install(),
  };
}

type Protection = NonNullable<DesktopState['keyProtection']>;
