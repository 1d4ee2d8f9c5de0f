import type { GatewayError } from '../errors.ts';
import type { Candidate } from '../routing/route.ts';
import type { Exchange } from './exchange.ts';

/** More than a row needs to tell how it went. */
const MOST = 16;

/** `startedAt`: `performance.now()` when it began. */
export function noteFailed(exchange: Exchange, { id }: Candidate, startedAt: number, { code }: GatewayError): void {
  exchange.attempts ??= [];
  if (exchange.attempts.length >= MOST) return;
  const [startMs, endMs] = [since(exchange, startedAt), since(exchange, performance.now())];
  exchange.attempts.push({ target: id, startMs, endMs, errorCode: code });
}

/** What succeeds at once is no news: the row tells all of it. */
export function noteAnswered(exchange: Exchange, { id }: Candidate, startedAt: number): void {
  exchange.attempts?.push({ target: id, startMs: since(exchange, startedAt), endMs: null, errorCode: null });
}

function since({ startedAt }: Exchange, moment: number): number {
  return Math.round(moment - startedAt);
}
