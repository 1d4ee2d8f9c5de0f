import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { exampleRow } from '../../test/request-row.ts';
import { openDatabase } from '../db/open.ts';
import { createSettingsStore } from '../db/settings.ts';
import { createRequestId, openLedger } from '../ledger/index.ts';
import type { Model } from '../models/schema.ts';
import type { Candidate } from '../routing/route.ts';
import type { Client } from '../vault/gateway-keys.ts';
import type { Asking } from './budget.ts';
import { clock } from './counts.ts';
import { createLimits, type Limits, type Reached } from './index.ts';

const CLIENT = { id: 'gwk_1', name: 'Editor', cache: true, metadata: true } as Client;
const HOUR_MS = 3_600_000;
/** 1 USD a million either way: a token is 1,000 nano-dollars. */
const MODEL: Model = {
  id: 'openai/some',
  provider: 'openai',
  name: 'some',
  title: 'Some',
  contextTokens: 400_000,
  maxOutputTokens: 32_000,
  input: ['text'],
  output: ['text'],
  capabilities: { tools: true, structuredOutput: true, reasoning: true, promptCaching: true, sampling: true },
  prices: [{ input: 1, output: 1 }],
  quality: [],
};
const CANDIDATE: Candidate = {
  id: MODEL.id,
  provider: MODEL.provider,
  name: MODEL.name,
  model: MODEL,
  estimatedCostNano: 0,
  rating: 3,
  expectedMs: 1000,
  verdict: 'chosen',
};

let host: ReturnType<typeof createMemoryHost>;
beforeEach(() => {
  host = createMemoryHost();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 9, 24, 21, 30) });
});
afterEach(() => {
  vi.useRealTimers();
  host.remove();
});

function open(timeZone = 'Europe/Madrid') {
  const database = openDatabase(join(host.paths.data, 'gateway.sqlite'), join(host.paths.resources, 'migrations'));
  const settings = createSettingsStore(database, host.log);
  settings.update({ timeZone });
  const ledger = openLedger({
    database,
    journalPath: join(host.paths.data, 'ledger.journal'),
    log: host.log,
    timeZone,
    onRecorded: (rows) => limits.recorded(rows),
  });
  const reached: Reached[] = [];
  const limits: Limits = createLimits({
    database,
    journalPath: join(host.paths.data, 'reservations.journal'),
    settings,
    gatewayKeys: {
      list: () => [{ ...CLIENT, lastFour: '', userId: 'owner', createdAtMs: 0, lastUsedAtMs: null, revokedAtMs: null }],
    },
    ledger,
    log: host.log,
    onReached: (one) => reached.push(one),
  });
  return {
    limits,
    ledger,
    settings,
    reached,
    async close() {
      await ledger.close();
      limits.close();
      database.close();
    },
  };
}

async function ask(limits: Limits, { input = 0, output }: { input?: number; output: number }): Promise<Asking> {
  const startedAtMs = Date.now();
  const admission = await limits.admit(CLIENT);
  const more = { answers: 1, longCache: false, hostedTools: 0, serviceTier: undefined };
  admission.bounds = { inputTokens: input, maxOutputTokens: output, ...more };
  return { id: createRequestId(startedAtMs), startedAtMs, clientId: CLIENT.id, admission, mayShrink: false };
}

const usedToday = (limits: Limits, id = 'overall') => {
  const { day } = limits.periods();
  return limits.scope(id).sums.day.get(day.fromMs)?.used ?? 0;
};

const reservedToday = (limits: Limits, id = 'overall') =>
  limits.scope(id).sums.day.get(limits.periods().day.fromMs)?.reserved ?? 0;

/** A row of an earlier process: its id has another salt. */
const earlier = (startedAtMs: number, costNano: number, place = 0) => {
  const id = `${createRequestId(startedAtMs).slice(0, -8)}0000000${place}`;
  return exampleRow({ id, startedAtMs, costNano, clientId: CLIENT.id });
};

test('whatever comes in whatever order, what is used and reserved stays within the cap', async () => {
  const steps = fc.array(
    fc.record({
      output: fc.integer({ min: 1, max: 4_000 }),
      input: fc.integer({ min: 0, max: 4_000 }),
      settles: fc.nat(10),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 60 },
  );
  const { limits, close } = open();
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 20_000_000 }), async (list, room) => {
      const cap = usedToday(limits) + room;
      limits.update('overall', { dayNano: cap });
      const underWay: { asking: Asking; mostNano: number }[] = [];
      const left = () => {
        const sum = limits.scope('overall').sums.day.get(limits.periods().day.fromMs);
        return cap - (sum?.used ?? 0) - (sum?.reserved ?? 0);
      };
      for (const { output, input, settles, share } of list) {
        const asking = await ask(limits, { input, output });
        const before = left();
        try {
          limits.budget.cover(asking, CANDIDATE);
          underWay.push({ asking, mostNano: (input + output) * 1000 });
        } catch (error) {
          expect(error).toMatchObject({ code: 'budget_exceeded', status: 429 });
          expect((input + output) * 1000).toBeGreaterThan(before);
        }
        for (const one of underWay.splice(0, settles > 7 ? 2 : 0))
          limits.settle(one.asking, Math.round(one.mostNano * share));
        expect(left()).toBeGreaterThanOrEqual(0);
      }
      for (const one of underWay) limits.settle(one.asking, one.mostNano);
      expect(left()).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 50 },
  );
  await close();
});

test('after a restart the ledger and its journal say what is used, each row once', async () => {
  const first = open();
  const inBoth = earlier(Date.now() - HOUR_MS, 500);
  first.ledger.record(inBoth, earlier(Date.now() - 30 * HOUR_MS, 70));
  await first.ledger.flush();
  await first.close();
  const { writeLine } = await import('../ledger/line.ts');
  for (const row of [inBoth, earlier(Date.now() - 1000, 9, 1)])
    appendFileSync(join(host.paths.data, 'ledger.journal'), `${writeLine(row)}\n`);
  const { limits, ledger, close } = open();
  limits.update('overall', { dayNano: 1_000_000 });
  await limits.admit(CLIENT);
  expect(usedToday(limits, CLIENT.id)).toBe(limits.scope('overall').sums.day.get(limits.periods().day.fromMs)?.used);
  const month = limits.scope('overall').sums.month.get(limits.periods().month.fromMs);
  expect(month?.used).toBe(500 + 70 + 9);
  await ledger.flush();
  await close();
});

test('what a killed process had reserved stays reserved, unless its row was written', async () => {
  const first = open();
  first.limits.update('overall', { monthNano: 1e12 });
  const [lost, written] = [await ask(first.limits, { output: 1000 }), await ask(first.limits, { output: 2000 })];
  for (const one of [lost, written]) first.limits.budget.cover(one, CANDIDATE);
  first.ledger.record(exampleRow({ id: written.id, startedAtMs: written.startedAtMs, costNano: 5 }));
  await first.ledger.flush();
  await first.close();
  const { limits, close } = open();
  await limits.admit(CLIENT);
  const month = () => limits.scope('overall').sums.month.get(limits.periods().month.fromMs);
  expect(month()?.reserved).toBe(1_000_000);
  await close();
  vi.setSystemTime(Date.UTC(2026, 11, 2));
  const later = open();
  await later.limits.admit(CLIENT);
  expect(later.limits.scope('overall').sums.month.get(later.limits.periods().month.fromMs)?.reserved ?? 0).toBe(0);
  await later.close();
});

test('requests and tokens of the last minute count again after a restart, older ones do not', async () => {
  const first = open();
  const recent = { inputTokens: 70, outputTokens: 7 };
  first.ledger.record(
    { ...earlier(Date.now() - 90_000, 1, 1), ...recent },
    { ...earlier(Date.now() - 20_000, 1, 2), ...recent },
    { ...earlier(Date.now() - 10_000, 1, 3), ...recent },
  );
  await first.ledger.flush();
  await first.close();
  const { limits, close } = open();
  for (const id of ['overall', CLIENT.id]) {
    const { requests, tokens } = limits.scope(id);
    expect([requests.total(clock()), tokens.total(clock())]).toEqual([2, 154]);
  }
  limits.update(CLIENT.id, { requestsPerMinute: 2 });
  expect(() => limits.admit(CLIENT)).toThrow(/limit of 2 requests a minute/);
  await close();
});

test('its owner may let go what a killed process had reserved, for good', async () => {
  const first = open();
  first.limits.update('overall', { dayNano: 5_000_000 });
  for (const output of [1000, 2000]) first.limits.budget.cover(await ask(first.limits, { output }), CANDIDATE);
  await first.close();
  const second = open();
  await second.limits.admit(CLIENT);
  const [older, newer] = second.limits.unsettled.list();
  expect([older?.nano, newer?.nano]).toEqual([1_000_000, 2_000_000]);
  expect(reservedToday(second.limits)).toBe(3_000_000);
  expect(second.limits.unsettled.release([newer?.id ?? ''])).toEqual([newer]);
  expect(reservedToday(second.limits)).toBe(1_000_000);
  await second.close();
  const third = open();
  await third.limits.admit(CLIENT);
  expect(third.limits.unsettled.list()).toEqual([older]);
  expect(third.limits.unsettled.release(undefined)).toEqual([older]);
  expect([reservedToday(third.limits), reservedToday(third.limits, CLIENT.id)]).toEqual([0, 0]);
  await third.close();
});

test('whatever calls fail, are charged and are tried again, what was charged stays within the cap', async () => {
  const calls = fc.record({
    output: fc.integer({ min: 1, max: 4_000 }),
    /** What becomes of each call of the request; the last one answers, or is given up as well. */
    ends: fc.array(fc.constantFrom('refused', 'charged'), { maxLength: 3 }),
    isAnswered: fc.boolean(),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const { limits, close } = open();
  let chargedNano = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(calls, { maxLength: 40 }),
      fc.integer({ min: 1, max: 30_000_000 }),
      async (list, room) => {
        const sums = () => limits.scope('overall').sums.day.get(limits.periods().day.fromMs);
        const before = sums();
        const cap = (before?.used ?? 0) + (before?.reserved ?? 0) + room;
        limits.update('overall', { dayNano: cap });
        for (const { output, ends, isAnswered, share } of list) {
          const asking = await ask(limits, { output });
          const worst = output * 1000;
          const guess = Math.round((worst * share) / 4);
          let isCharged = false;
          try {
            limits.budget.cover(asking, CANDIDATE);
            for (const end of ends) {
              isCharged = end === 'charged';
              if (isCharged) chargedNano += worst;
              limits.budget.cover(asking, CANDIDATE, isCharged ? guess : undefined);
              isCharged = false;
            }
            isCharged = !isAnswered;
            const lastNano = isAnswered ? Math.round(worst * share) : worst;
            chargedNano += lastNano;
            const known = asking.admission.givenUpNano + (isAnswered ? lastNano : guess);
            limits.settle(asking, known, isCharged);
          } catch (error) {
            expect(error).toMatchObject({ code: 'budget_exceeded' });
            limits.settle(asking, asking.admission.givenUpNano + (isCharged ? guess : 0), isCharged);
          }
          const { used = 0, reserved = 0 } = sums() ?? {};
          expect(used + reserved).toBeLessThanOrEqual(cap);
          expect(used + reserved).toBeGreaterThanOrEqual(chargedNano);
        }
      },
    ),
    { numRuns: 50 },
  );
  await close();
});

test('a file of reservations stays short though some of them stay', async () => {
  const { limits, close } = open();
  limits.update('overall', { monthNano: 1e12 });
  limits.budget.cover(await ask(limits, { output: 1000 }), CANDIDATE);
  for (let asked = 0; asked < 2_000; asked++) {
    const asking = await ask(limits, { output: 10 });
    limits.budget.cover(asking, CANDIDATE);
    limits.settle(asking, 1);
    limits.flush();
  }
  expect(readFileSync(join(host.paths.data, 'reservations.journal'), 'utf8').split('\n').length).toBeLessThan(300);
  await close();
  const again = open();
  await again.limits.admit(CLIENT);
  expect(again.limits.unsettled.list()).toMatchObject([{ nano: 1_000_000 }]);
  await again.close();
});

test('a day begins when the zone says so, also on the day on which clocks change', async () => {
  const { limits, close } = open();
  limits.update('overall', { dayNano: 1_000_000 });
  const spend = async (nano: number) => limits.settle(await ask(limits, { output: 1 }), nano);
  // 23:30 in Madrid, summer time.
  await spend(900_000);
  await expect(ask(limits, { output: 101 }).then((asking) => limits.budget.cover(asking, CANDIDATE))).rejects.toThrow(
    /It resets on 2026-10-25 00:00 \(Europe\/Madrid\)/,
  );
  vi.setSystemTime(Date.UTC(2026, 9, 24, 22, 1));
  expect(usedToday(limits)).toBe(0);
  await spend(600_000);
  // 25 hours later it is still the same day, for an hour.
  vi.setSystemTime(Date.UTC(2026, 9, 25, 22, 59));
  expect(usedToday(limits)).toBe(600_000);
  vi.setSystemTime(Date.UTC(2026, 9, 25, 23, 0));
  expect(usedToday(limits)).toBe(0);
  await close();
});

test('a clock that is set back finds what was used that day', async () => {
  const { limits, close } = open();
  limits.update('overall', { dayNano: 1_000_000 });
  limits.settle(await ask(limits, { output: 1 }), 900_000);
  vi.setSystemTime(Date.UTC(2026, 9, 27));
  expect(usedToday(limits)).toBe(0);
  vi.setSystemTime(Date.UTC(2026, 9, 24, 12));
  expect(usedToday(limits)).toBe(900_000);
  await close();
});

test('another time zone counts the same spending by its own days, what is under way included', async () => {
  const { limits, ledger, settings, close } = open('UTC');
  limits.update('overall', { dayNano: 10_000_000 });
  const row = exampleRow({
    id: createRequestId(Date.now()),
    startedAtMs: Date.now(),
    costNano: 300,
    clientId: CLIENT.id,
  });
  limits.settle({ startedAtMs: row.startedAtMs, admission: await limits.admit(CLIENT) }, 300);
  ledger.record(row);
  const asking = await ask(limits, { output: 700 });
  limits.budget.cover(asking, CANDIDATE);
  settings.update({ timeZone: 'Asia/Tokyo' });
  const day = () => limits.scope('overall').sums.day.get(limits.periods().day.fromMs);
  await vi.waitFor(() => expect(day()).toMatchObject({ used: 300, reserved: 700_000 }));
  expect(limits.periods().day.fromMs).toBe(Date.UTC(2026, 9, 24, 15));
  limits.settle(asking, 7);
  expect(day()).toMatchObject({ used: 307, reserved: 0 });
  await close();
});

test('marks are told once a period, and anew for another budget', async () => {
  const { limits, reached, close } = open();
  limits.update('overall', { monthNano: 1000 });
  const spend = async (nano: number) => limits.settle(await ask(limits, { output: 1 }), nano);
  for (const nano of [490, 10, 10, 289, 1, 1, 500]) await spend(nano);
  expect(reached.map(({ percent }) => percent)).toEqual([50, 80, 100]);
  limits.update('overall', { monthNano: 10_000 });
  await spend(8_000);
  expect(reached.map(({ percent }) => percent)).toEqual([50, 80, 100, 80]);
  await close();
});
