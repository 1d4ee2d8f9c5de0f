import type { BrowserWindow } from 'electron';
import { GatewayError } from '../gateway/index.ts';
import { showNotification } from './notification.ts';
import type { PreferencesStore } from './preferences.ts';
import { ask } from './questions.ts';
import type { MainWindow } from './window.ts';

/** Returns where keys may be kept although nothing protects them here; asks once. Throws where the person does not want that. */
export async function acceptWeakKeys(
  preferences: PreferencesStore,
  window: BrowserWindow | undefined,
  accepted: () => void,
): Promise<void> {
  if (preferences.get().weakKeysAccepted) return;
  if (!(await askAboutWeakKeys(window))) {
    throw new GatewayError(
      'conflict',
      'The key was not kept: this computer has no keychain, and you chose not to keep keys in a file. ' +
        'Set up a keychain, or give the key in the environment of the headless gateway.',
    );
  }
  preferences.update({ weakKeysAccepted: true });
  accepted();
}

/** Whether keys may be kept although nothing protects them here. */
async function askAboutWeakKeys(window: BrowserWindow | undefined): Promise<boolean> {
  const answer = await ask({
    type: 'warning',
    message: 'This computer offers no keychain to LLM Gateway.',
    detail:
      'Your provider keys would be sealed with a key that lies in a file beside them. That protects a copy of the database, and ' +
      'not more: any program that runs as you, and whoever gets the whole folder, can read your keys.\n\n' +
      'Better: set up a keychain (on Linux GNOME Keyring or KWallet) and start again. Keys that you keep now then move into it.',
    buttons: [
      ['Keep Keys in the File', true],
      ['Do Not Keep Keys', false],
    ] as const,
    window,
  });
  return answer ?? false;
}

/** Offers a new version that is ready. To a person who does not look at the window only a notice is shown. */
export async function offerUpdate(version: string, window: MainWindow, install: () => Promise<boolean>): Promise<void> {
  const shown = window.current();
  if (!shown?.isVisible()) {
    const text = { title: `LLM Gateway ${version} is ready`, body: 'Click to see when it can be installed.' };
    showNotification(text, () => window.show('/settings'));
    return;
  }
  const answer = await ask({
    type: 'info',
    message: `LLM Gateway ${version} is ready.`,
    detail: 'It is installed when the app starts again. Open answers may end first, for at most 10 seconds.',
    buttons: [
      ['Restart Now', true],
      ['Later', false],
    ] as const,
    window: shown,
  });
  if (answer) await install();
}

/** Tells that preferences were put aside; `kept` is where they lie. */
export function tellOfDamage(kept: string, window: BrowserWindow | undefined): void {
  void ask({
    type: 'warning',
    message: 'Your preferences could not be read.',
    detail: `LLM Gateway uses its defaults, port 4556 included. The damaged file is kept as ${kept}.`,
    buttons: [['OK', true]] as const,
    window,
  });
}
