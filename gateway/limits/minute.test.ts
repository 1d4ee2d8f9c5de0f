import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMinute } from './minute.ts';

test('what is older than a minute no longer counts', () => {
  const minute = createMinute();
  minute.add(1, 1_000_500);
  minute.add(2, 1_030_000);
  expect(minute.total(1_059_000)).toBe(3);
  expect(minute.total(1_060_000)).toBe(2);
  expect(minute.total(9_000_000)).toBe(0);
});

test('the wait is as long as it takes for the total to fall', () => {
  const minute = createMinute();
  minute.add(5, 1_000_000);
  minute.add(5, 1_020_000);
  expect(minute.waitFor(10, 1_020_000)).toBe(0);
  expect(minute.waitFor(5, 1_020_000)).toBe(40_000);
  expect(minute.waitFor(0, 1_020_000)).toBe(60_000);
});

test('whatever comes when, the total is that of the last 60 whole seconds', () => {
  const events = fc.array(
    fc.record({ afterMs: fc.integer({ min: 0, max: 90_000 }), amount: fc.integer({ min: 0, max: 50 }) }),
  );
  fc.assert(
    fc.property(events, (list) => {
      const minute = createMinute();
      const seen: { second: number; amount: number }[] = [];
      let now = 5_000_000;
      for (const { afterMs, amount } of list) {
        now += afterMs;
        minute.add(amount, now);
        const second = Math.floor(now / 1000);
        seen.push({ second, amount });
        const recent = seen.filter((one) => one.second > second - 60).reduce((sum, one) => sum + one.amount, 0);
        if (minute.total(now) !== recent) return false;
        const half = Math.floor(recent / 2);
        const waitMs = minute.waitFor(half, now);
        if (waitMs > 0 && minute.total(now + waitMs) > half) return false;
        now += waitMs;
      }
      return true;
    }),
  );
});
