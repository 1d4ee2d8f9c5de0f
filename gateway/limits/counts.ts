import { type Admission, admitted } from './admission.ts';
import type { Scope } from './scope.ts';
import { tooLarge, tooMany, tooManyAtOnce } from './sentences.ts';

/** Monotonic milliseconds; the minute before this process began has its place too. */
export function clock(): number {
  return performance.now() + 3_600_000;
}

/** Counts a request in, or throws `rate_limited`. */
export function enter(scopes: readonly [Scope, Scope]): Admission {
  const now = clock();
  for (const scope of scopes) refuse(scope, now);
  for (const scope of scopes) {
    scope.requests.add(1, now);
    scope.concurrent += 1;
  }
  return admitted(scopes);
}

function refuse(scope: Scope, now: number): void {
  const { concurrentRequests, requestsPerMinute, tokensPerMinute } = scope.caps;
  if (concurrentRequests !== null && scope.concurrent >= concurrentRequests)
    throw tooManyAtOnce(scope, concurrentRequests);
  if (requestsPerMinute !== null && scope.requests.total(now) >= requestsPerMinute)
    throw tooMany(scope, requestsPerMinute, 'requests', scope.requests.waitFor(requestsPerMinute - 1, now));
  if (tokensPerMinute !== null && scope.tokens.total(now) >= tokensPerMinute)
    throw tooMany(scope, tokensPerMinute, 'tokens', scope.tokens.waitFor(tokensPerMinute - 1, now));
}

/** Counts the tokens of a prompt before it is sent, or throws `rate_limited`. */
export function countTokens(admission: Admission, tokens: number): void {
  const now = clock();
  for (const scope of admission.scopes) {
    const cap = scope.caps.tokensPerMinute;
    if (cap === null || scope.tokens.total(now) + tokens <= cap) continue;
    if (tokens > cap) throw tooLarge(scope, cap, tokens);
    throw tooMany(scope, cap, 'tokens', scope.tokens.waitFor(cap - tokens, now));
  }
  for (const scope of admission.scopes) scope.tokens.add(tokens, now);
  admission.countedTokens = tokens;
}

/** The real tokens, once they are known, in the place of those that were counted. */
export function correctTokens({ scopes, countedTokens }: Admission, tokens: number): void {
  if (tokens === countedTokens) return;
  const now = clock();
  for (const scope of scopes) scope.tokens.add(tokens - countedTokens, now);
}

export function leave({ scopes }: Admission): void {
  for (const scope of scopes) scope.concurrent -= 1;
}
