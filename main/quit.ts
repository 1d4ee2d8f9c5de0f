import type { Logger } from '../gateway/host.ts';
import type { Gateway } from '../gateway/index.ts';
import type { Translate } from './messages.ts';
import { ask } from './questions.ts';

const drainMs = 10_000;

/** Lets open answers end, for at most 10 seconds, and says so where there are some; the person may cut that short. */
export async function drain(gateway: Gateway, log: Logger, t: Translate): Promise<void> {
  const open = gateway.openStreams();
  const over = new AbortController();
  const impatient = open === 0 ? new Promise<never>(() => {}) : askForPatience(open, over.signal, t);
  try {
    await Promise.race([gateway.close({ drainMs }), impatient]);
  } catch (thrown) {
    log.error('The gateway did not close cleanly.', { error: thrown });
  } finally {
    over.abort();
  }
}

/** Resolves when the person does not want to wait. A killed gateway loses no row: the journal has it. */
async function askForPatience(open: number, signal: AbortSignal, t: Translate): Promise<void> {
  const answer = await ask({
    type: 'info',
    message: t('quit.open', { count: open }),
    detail: t('quit.openAbout', { count: open, seconds: drainMs / 1000 }),
    buttons: [
      [t('quit.now'), 'now'],
      [t('quit.wait'), 'wait'],
    ] as const,
    byEnter: 'wait',
    signal,
  });
  if (answer !== 'now') await new Promise<never>(() => {});
}
