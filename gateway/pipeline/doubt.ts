import type { GatewayError } from '../errors.ts';
import { chargeOf } from '../models/cost.ts';
import { priceAt } from '../models/price.ts';
import { type Exchange, need } from './exchange.ts';

/** The provider had the prompt and never refused it. */
const UNANSWERED: ReadonlySet<string> = new Set(['provider_timeout', 'provider_truncated', 'provider_bad_reply']);
/** A connection that was there and broke. */
const LOST: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
/** One that breaks sooner was dead before: nobody has read what was sent. */
const DEAD_MS = 1_000;

/** Whether a provider may charge a call that failed so, `sentMs` after it was sent. */
export function mayBeCharged({ code, providerCode }: GatewayError, sentMs: number): boolean {
  return UNANSWERED.has(code) || (code === 'provider_unreachable' && LOST.has(providerCode) && sentMs >= DEAD_MS);
}

/** Nano-dollars that a call is thought to have cost of which no answer came: its prompt, as estimated. */
export function promptNano({ routed, features, startedAtMs }: Exchange): number {
  const { model } = need(routed).candidate;
  const usage = { input: features?.inputTokens ?? 0, output: 0 };
  return chargeOf(usage, model === null ? null : priceAt(model, startedAtMs), false).totalNano ?? 0;
}
