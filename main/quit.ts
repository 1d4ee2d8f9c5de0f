import type { Logger } from '../gateway/host.ts';
import type { Gateway } from '../gateway/index.ts';
import { ask } from './questions.ts';

const drainMs = 10_000;

/** Lets open answers end, for at most 10 seconds, and says so where there are some; the person may cut that short. */
export async function drain(gateway: Gateway, log: Logger): Promise<void> {
  const open = gateway.openStreams();
  const over = new AbortController();
  const impatient = open === 0 ? new Promise<never>(() => {}) : askForPatience(open, over.signal);
  try {
    await Promise.race([gateway.close({ drainMs }), impatient]);
  } catch (thrown) {
    log.error('The gateway did not close cleanly.', { error: thrown });
  } finally {
    over.abort();
  }
}

/** Resolves when the person does not want to wait. A killed gateway loses no row: the journal has it. */
async function askForPatience(open: number, signal: AbortSignal): Promise<void> {
  const answer = await ask({
    type: 'info',
    message: open === 1 ? 'An answer is still being written.' : `${open} answers are still being written.`,
    detail: `LLM Gateway quits when they end, within ${drainMs / 1000} seconds. No new requests are taken.`,
    buttons: [
      ['Quit Now', 'now'],
      ['Wait', 'wait'],
    ] as const,
    signal,
  });
  if (answer !== 'now') await new Promise<never>(() => {});
}
