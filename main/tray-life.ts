import { clipboard } from 'electron';
import type { Logger } from '../gateway/host.ts';
import type { Client } from './client.ts';
import { speak } from './messages.ts';
import { followChanges, readStats, type Stats } from './stats.ts';
import { createTray } from './tray.ts';
import type { TrayStatus } from './tray-menu.ts';

interface TrayLifeOptions {
  log: Logger;
  open(page?: string): void;
  quit(): void;
  /** A language, or undefined for the system's. */
  language(): string | undefined;
  /** Tells something that a click in the menu has done. */
  say(text: { title: string; body: string }): void;
}

export interface TrayLife {
  /** The gateway answers: its figures are shown from now on, until the signal aborts. */
  running(client: Client, address: string, signal: AbortSignal): void;
  failed(): void;
  refresh(): void;
  destroy(): void;
}

/** The tray through the life of the app: starting, then live figures, or an error. */
export function startTray(options: TrayLifeOptions): TrayLife {
  const { log } = options;
  let status: TrayStatus = 'starting';
  let client: Client | undefined;
  let address: string | undefined;
  let stats: Stats | undefined;

  const tray = createTray(
    {
      open: options.open,
      quit: options.quit,
      copyAddress() {
        if (address) clipboard.writeText(address).catch(failed('The address could not be copied.'));
      },
      pause(paused) {
        client?.settings.update({ routingPaused: paused }).catch(failed('Routing could not be paused or resumed.'));
      },
      checkPrices() {
        checkPrices().catch(failed('Prices could not be checked.'));
      },
      copyNewKey() {
        copyNewKey().catch(failed('A new key could not be made.'));
      },
    },
    process.platform,
  );
  if (tray === undefined) log.info('This system has no tray. Start the app again to see its window.');
  draw();

  function draw(): void {
    tray?.show({ status, address, stats, language: options.language() });
  }

  async function copyNewKey(): Promise<void> {
    if (client === undefined) return;
    const t = speak(options.language());
    const name = t('notice.keyName', { day: new Date().toISOString().slice(0, 10) });
    const { key } = await client.gatewayKeys.create({ name });
    await clipboard.writeText(key);
    options.say({ title: t('notice.newKey'), body: t('notice.newKeyAbout', { name }) });
  }

  /** What it changes is told by the updater itself, as after a check at night. */
  async function checkPrices(): Promise<void> {
    if (client === undefined) return;
    const { result, message } = await client.registry.check();
    if (result !== 'updated') options.say({ title: speak(options.language())('notice.pricesChecked'), body: message });
  }

  async function update(from: Client): Promise<void> {
    const [read, { routingPaused }] = await Promise.all([readStats(from), from.settings.get()]);
    stats = read;
    status = routingPaused ? 'paused' : 'running';
    draw();
  }

  function failed(sentence: string) {
    return (thrown: unknown) => log.warn(sentence, { error: thrown instanceof Error ? thrown.message : typeof thrown });
  }

  return {
    running(answering, at, signal) {
      client = answering;
      address = at;
      status = 'running';
      draw();
      // At the end it fails because it is the end.
      const unlessOver = (sentence: string) => (thrown: unknown) => {
        if (!signal.aborted) failed(sentence)(thrown);
      };
      const changed = () => void update(answering).catch(unlessOver('The figures of the tray could not be read.'));
      changed();
      followChanges(answering, changed, signal).catch(unlessOver('The tray no longer follows what happens.'));
    },
    failed() {
      status = 'error';
      draw();
    },
    refresh: draw,
    destroy: () => tray?.destroy(),
  };
}
