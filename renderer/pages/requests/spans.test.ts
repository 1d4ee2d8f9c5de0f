import { expect, test } from 'vitest';
import { spansOf } from './spans.ts';

const times = { queueMs: 2, routeMs: 3, firstByteMs: 400, latencyMs: 1000, attempts: [] };
const failed = (startMs: number, endMs: number) => ({ target: 'a/b', startMs, endMs, errorCode: 'provider_failed' });
const answered = (startMs: number) => ({ target: 'c/d', startMs, endMs: null, errorCode: null });
const brief = (spans: ReturnType<typeof spansOf>) => spans.map(({ kind, ms, attempt }) => [kind, ms, attempt]);

test('a request that went well is queued, routed, waited for and answered', () => {
  expect(brief(spansOf(times))).toEqual([
    ['queue', 2, undefined],
    ['route', 3, undefined],
    ['firstByte', 395, undefined],
    ['answer', 600, undefined],
  ]);
});

test('calls that failed stand where they began, with the pauses before the next', () => {
  const attempts = [failed(5, 105), failed(305, 310), answered(310)];
  const spans = spansOf({ ...times, attempts });
  expect(brief(spans).slice(2)).toEqual([
    ['failed', 100, 0],
    ['pause', 200, undefined],
    ['failed', 5, 1],
    ['firstByte', 90, 2],
    ['answer', 600, undefined],
  ]);
  expect(spans.reduce((sum, { ms }) => sum + ms, 0)).toBe(1000);
});

test('a request of which every call failed ends with them', () => {
  expect(brief(spansOf({ ...times, firstByteMs: null, latencyMs: 120, attempts: [failed(5, 118)] })).slice(2)).toEqual([
    ['failed', 113, 0],
    ['pause', 2, undefined],
  ]);
});

test('a request of which little is known is one wait and an answer', () => {
  const spans = spansOf({ ...times, queueMs: null, routeMs: null, firstByteMs: null });
  expect(brief(spans)).toEqual([
    ['firstByte', 1000, undefined],
    ['answer', 0, undefined],
  ]);
});
