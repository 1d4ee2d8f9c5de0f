import type { BrowserWindow } from 'electron';
import { GatewayError } from '../gateway/index.ts';
import type { Translate } from './messages.ts';
import { showNotification } from './notification.ts';
import type { PreferencesStore } from './preferences.ts';
import { ask } from './questions.ts';
import type { MainWindow } from './window.ts';

/** Returns where keys may be kept although nothing protects them here; asks once. Throws where the person does not want that. */
export async function acceptWeakKeys(
  preferences: PreferencesStore,
  window: BrowserWindow | undefined,
  t: Translate,
  accepted: () => void,
): Promise<void> {
  if (preferences.get().weakKeysAccepted) return;
  if (!(await askAboutWeakKeys(window, t))) {
    throw new GatewayError('conflict', t('weakKeys.refused'));
  }
  preferences.update({ weakKeysAccepted: true });
  accepted();
}

/** Whether keys may be kept although nothing protects them here. */
async function askAboutWeakKeys(window: BrowserWindow | undefined, t: Translate): Promise<boolean> {
  const answer = await ask({
    type: 'warning',
    message: t('weakKeys.title'),
    detail: t('weakKeys.about'),
    buttons: [
      [t('weakKeys.keep'), true],
      [t('weakKeys.refuse'), false],
    ] as const,
    byEnter: false,
    window,
  });
  return answer ?? false;
}

/** Offers a new version that is ready. To a person who does not look at the window only a notice is shown. */
export async function offerUpdate(
  version: string,
  window: MainWindow,
  t: Translate,
  install: () => Promise<boolean>,
): Promise<void> {
  const shown = window.current();
  if (!shown?.isVisible()) {
    const text = { title: t('update.ready', { version }), body: t('update.click') };
    showNotification(text, () => window.show('/settings'));
    return;
  }
  const answer = await ask({
    type: 'info',
    message: t('update.ready', { version }),
    detail: t('update.about'),
    buttons: [
      [t('update.now'), true],
      [t('update.later'), false],
    ] as const,
    byEnter: false,
    window: shown,
  });
  if (answer) await install();
}

/** Tells that preferences were put aside; `kept` is where they lie. */
export function tellOfDamage(kept: string, window: BrowserWindow | undefined, t: Translate): void {
  void ask({
    type: 'warning',
    message: t('damage.title'),
    detail: t('damage.about', { kept }),
    buttons: [[t('action.ok'), true]] as const,
    byEnter: true,
    window,
  });
}
