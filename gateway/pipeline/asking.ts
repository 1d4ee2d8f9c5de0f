import type { Asking } from '../limits/budget.ts';
import { boundsOf } from '../limits/worst.ts';
import { type Exchange, need } from './exchange.ts';

/** An exchange as the budgets see it: its worst case is measured once. */
export function askingOf(exchange: Exchange): Asking {
  const admission = need(exchange.admission);
  const request = need(exchange.request);
  admission.bounds ??= boundsOf(request, need(exchange.features).inputTokens, need(exchange.body).bytes.length);
  return {
    id: exchange.id,
    startedAtMs: exchange.startedAtMs,
    clientId: need(exchange.client).id,
    admission,
    mayShrink: exchange.decision?.obeyed === false,
  };
}
