import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCalendar, daysBetween } from './calendar.ts';

const HOUR_MS = 3_600_000;

test('days are as long as the zone makes them when clocks change', () => {
  const spring = daysBetween(Date.UTC(2026, 2, 27, 23), Date.UTC(2026, 2, 30, 22), createCalendar('Europe/Madrid'));
  expect(spring.map(({ date, fromMs, toMs }) => [date, (toMs - fromMs) / HOUR_MS])).toEqual([
    ['2026-03-28', 24],
    ['2026-03-29', 23],
    ['2026-03-30', 24],
  ]);
});

test('zones that lie a part of an hour from UTC have their own midnight', () => {
  const [day] = daysBetween(
    Date.UTC(2026, 4, 3, 18, 15),
    Date.UTC(2026, 4, 4, 18, 15),
    createCalendar('Asia/Kathmandu'),
  );
  expect(day).toEqual({
    date: '2026-05-04',
    fromMs: Date.UTC(2026, 4, 3, 18, 15),
    toMs: Date.UTC(2026, 4, 4, 18, 15),
  });
});

test('the first and the last day are cut to the range, and no instant is lost or counted twice', () => {
  const fromMs = Date.UTC(2025, 11, 30, 7, 30, 1);
  const toMs = Date.UTC(2027, 0, 2, 3, 4, 5);
  const days = daysBetween(fromMs, toMs, createCalendar('America/New_York'));
  expect(days[0]?.fromMs).toBe(fromMs);
  expect(days.at(-1)?.toMs).toBe(toMs);
  for (const [index, day] of days.entries()) {
    if (index > 0) expect(day.fromMs).toBe(days[index - 1]?.toMs);
  }
  expect(new Set(days.map((day) => day.date)).size).toBe(days.length);
});

test('an unknown zone is a RangeError', () => {
  expect(() => createCalendar('Mars/Olympus')).toThrow(RangeError);
});

test('periods are those of the calendar, whatever the clocks do', () => {
  const madrid = createCalendar('Europe/Madrid');
  // The last Sunday of October 2026 has 25 hours.
  const { day, week, month } = madrid.periodsAt(Date.UTC(2026, 9, 25, 12));
  expect(day).toEqual({ fromMs: Date.UTC(2026, 9, 24, 22), toMs: Date.UTC(2026, 9, 25, 23) });
  expect(week).toEqual({ fromMs: Date.UTC(2026, 9, 18, 22), toMs: Date.UTC(2026, 9, 25, 23) });
  expect(month).toEqual({ fromMs: Date.UTC(2026, 8, 30, 22), toMs: Date.UTC(2026, 9, 31, 23) });
  const sunday = createCalendar('Europe/Madrid', 'sunday').periodsAt(Date.UTC(2026, 9, 25, 12)).week;
  expect(sunday).toEqual({ fromMs: Date.UTC(2026, 9, 24, 22), toMs: Date.UTC(2026, 9, 31, 23) });
});

test('every moment lies in its day, its week and its month, in any zone', () => {
  const zones = ['UTC', 'Europe/Madrid', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'];
  const times = fc.integer({ min: Date.UTC(2011, 11, 28), max: Date.UTC(2030, 0, 1) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), times, (zone, atMs) => {
      const { day, week, month } = createCalendar(zone).periodsAt(atMs);
      const holds = [day, week, month].every(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
      const inside = [week, month].every(({ fromMs, toMs }) => fromMs <= day.fromMs && day.toMs <= toMs);
      const next = createCalendar(zone).periodsAt(month.toMs).month;
      return holds && inside && next.fromMs === month.toMs;
    }),
    { numRuns: 60 },
  );
});
