import { expect, it } from 'vitest';
import { createCalendar } from '../ledger/calendar.ts';
import type { Ledger } from '../ledger/index.ts';
import { readFigures } from './figures.ts';

const HOUR = 3_600_000;
const NONE = {
  requests: 0,
  errors: 0,
  costNano: 0,
  unknownCosts: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  cancelled: 0,
  averageLatencyMs: null,
  p95LatencyMs: null,
  cacheHitRate: null,
};

/** The ranges that are asked of the ledger, in hours from the start of the day that is looked at. */
function asked(nowMs: number, timeZone: string) {
  const calendar = createCalendar(timeZone);
  const startMs = calendar.periodsAt(nowMs).day.fromMs;
  const ranges: [number, number][] = [];
  const overview: Ledger['overview'] = async ({ fromMs, toMs }) => {
    ranges.push([(fromMs - startMs) / HOUR, Math.round((toMs - startMs) / HOUR)]);
    return { ...NONE, requests: 1 } as Awaited<ReturnType<Ledger['overview']>>;
  };
  return { ranges, figures: readFigures({ ledger: { overview }, calendar, nowMs, providersDown: () => [] }) };
}

it('today and the same weekdays before reach to the same time of day, whatever the clocks did', async () => {
  // Clocks in Madrid went back on 25 October 2026: 28 October, 10:00 there, is 09:00 UTC.
  const { ranges, figures } = asked(Date.UTC(2026, 9, 28, 9), 'Europe/Madrid');
  await figures.today();
  expect(await figures.sameWeekdays()).toHaveLength(4);
  expect(ranges).toEqual([
    [0, 10],
    [-7 * 24 - 1, -7 * 24 - 1 + 10],
    [-14 * 24 - 1, -14 * 24 - 1 + 10],
    [-21 * 24 - 1, -21 * 24 - 1 + 10],
    [-28 * 24 - 1, -28 * 24 - 1 + 10],
  ]);
});

it('the same figure is asked for once, however many rules want it', async () => {
  const { ranges, figures } = asked(Date.UTC(2026, 10, 25, 12), 'UTC');
  await Promise.all([figures.today(), figures.today(), figures.lately(60), figures.lately(60), figures.weekBefore()]);
  expect(ranges).toEqual([
    [0, 12],
    [11, 12],
    [-168, 0],
  ]);
});
