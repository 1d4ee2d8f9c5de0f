import type { RequestDetail } from '../../../contract/index.ts';

type Kind = 'queue' | 'route' | 'failed' | 'pause' | 'firstByte' | 'answer';

/** A stretch of a request's time. */
export interface Span {
  kind: Kind;
  ms: number;
  /** The call that begins with it: a place in `attempts`. */
  attempt?: number;
}

type Timed = Pick<RequestDetail, 'queueMs' | 'routeMs' | 'firstByteMs' | 'latencyMs' | 'attempts'>;

/** Where the time went, in its order: until it was let in, until a model was chosen, calls that failed and pauses, the first byte, the rest. */
export function spansOf({ queueMs, routeMs, firstByteMs, latencyMs, attempts }: Timed): Span[] {
  const spans: Span[] = [];
  let at = 0;
  const go = (kind: Kind, untilMs: number, attempt?: number): void => {
    const ms = Math.max(0, Math.min(untilMs, latencyMs) - at);
    at += ms;
    spans.push({ kind, ms, ...(attempt !== undefined && { attempt }) });
  };
  if (queueMs !== null) go('queue', queueMs);
  if (routeMs !== null) go('route', at + routeMs);
  for (const [index, { startMs, endMs }] of attempts.entries()) {
    if (index > 0 && startMs > at) go('pause', startMs);
    if (endMs !== null) go('failed', endMs, index);
  }
  const answering = attempts.findIndex(({ endMs }) => endMs === null);
  if (attempts.length > 0 && answering < 0)
    return at < latencyMs ? [...spans, { kind: 'pause', ms: latencyMs - at }] : spans;
  go('firstByte', firstByteMs ?? latencyMs, answering < 0 ? undefined : answering);
  go('answer', latencyMs);
  return spans;
}
