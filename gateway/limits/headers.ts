import { PERIODS } from '../ledger/calendar.ts';
import type { Admission } from './admission.ts';
import { budgetOf } from './caps.ts';
import { clock } from './counts.ts';
import type { Minute } from './minute.ts';
import { type Periods, type Scope, sumOf } from './scope.ts';

interface Left {
  cap: number;
  left: number;
  resetMs: number;
}

/**
 * `x-ratelimit-limit-*`, `-remaining-*` and `-reset-*` (seconds) for `requests`, `tokens` and `usd`, each of the limit with the least
 * left. Undefined where there is none.
 */
export function headersOf({ scopes }: Admission, periods: Periods): Record<string, string> | undefined {
  const now = clock();
  const nowMs = Date.now();
  const headers: Record<string, string> = {};
  write(
    headers,
    'requests',
    least(scopes, (scope) => minuteOf(scope.caps.requestsPerMinute, scope.requests, now)),
    String,
  );
  write(
    headers,
    'tokens',
    least(scopes, (scope) => minuteOf(scope.caps.tokensPerMinute, scope.tokens, now)),
    String,
  );
  write(
    headers,
    'usd',
    least(scopes, (scope) => moneyOf(scope, periods, nowMs)),
    (nano) => String(nano / 1e9),
  );
  return (headers['x-ratelimit-limit-requests'] ??
    headers['x-ratelimit-limit-tokens'] ??
    headers['x-ratelimit-limit-usd'])
    ? headers
    : undefined;
}

function minuteOf(cap: number | null, minute: Minute, now: number): Left | undefined {
  if (cap === null) return undefined;
  return { cap, left: cap - minute.total(now), resetMs: minute.waitFor(0, now) };
}

function moneyOf(scope: Scope, periods: Periods, nowMs: number): Left | undefined {
  let found: Left | undefined;
  for (const period of PERIODS) {
    const cap = budgetOf(scope.caps, period);
    if (cap === null) continue;
    const { used, reserved } = sumOf(scope, period, periods[period]);
    const left = cap - used - reserved;
    if (found === undefined || left < found.left) found = { cap, left, resetMs: periods[period].toMs - nowMs };
  }
  return found;
}

function least(scopes: readonly Scope[], of: (scope: Scope) => Left | undefined): Left | undefined {
  let found: Left | undefined;
  for (const scope of scopes) {
    const one = of(scope);
    if (one !== undefined && (found === undefined || one.left < found.left)) found = one;
  }
  return found;
}

function write(
  headers: Record<string, string>,
  unit: string,
  left: Left | undefined,
  say: (amount: number) => string,
): void {
  if (left === undefined) return;
  headers[`x-ratelimit-limit-${unit}`] = say(left.cap);
  headers[`x-ratelimit-remaining-${unit}`] = say(Math.max(0, left.left));
  headers[`x-ratelimit-reset-${unit}`] = String(Math.ceil(left.resetMs / 1000));
}
