import { expect, test } from 'vitest';
import { daysBetween } from './days.ts';

const HOUR_MS = 3_600_000;

test('days are as long as the zone makes them when clocks change', () => {
  const spring = daysBetween(Date.UTC(2026, 2, 27, 23), Date.UTC(2026, 2, 30, 22), 'Europe/Madrid');
  expect(spring.map(({ date, fromMs, toMs }) => [date, (toMs - fromMs) / HOUR_MS])).toEqual([
    ['2026-03-28', 24],
    ['2026-03-29', 23],
    ['2026-03-30', 24],
  ]);
});

test('zones that lie a part of an hour from UTC have their own midnight', () => {
  const [day] = daysBetween(Date.UTC(2026, 4, 3, 18, 15), Date.UTC(2026, 4, 4, 18, 15), 'Asia/Kathmandu');
  expect(day).toEqual({
    date: '2026-05-04',
    fromMs: Date.UTC(2026, 4, 3, 18, 15),
    toMs: Date.UTC(2026, 4, 4, 18, 15),
  });
});

test('the first and the last day are cut to the range, and no instant is lost or counted twice', () => {
  const fromMs = Date.UTC(2025, 11, 30, 7, 30, 1);
  const toMs = Date.UTC(2027, 0, 2, 3, 4, 5);
  const days = daysBetween(fromMs, toMs, 'America/New_York');
  expect(days[0]?.fromMs).toBe(fromMs);
  expect(days.at(-1)?.toMs).toBe(toMs);
  for (const [index, day] of days.entries()) {
    if (index > 0) expect(day.fromMs).toBe(days[index - 1]?.toMs);
  }
  expect(new Set(days.map((day) => day.date)).size).toBe(days.length);
});

test('an unknown zone is a RangeError', () => {
  expect(() => daysBetween(0, 1, 'Mars/Olympus')).toThrow(RangeError);
});
