import { describe, expect, it } from 'vitest';
import type { AlertCondition } from '../../contract/index.ts';
import { type Figures, judge, type Sums } from './judge.ts';

const QUIET: Sums = { requests: 0, errors: 0, costNano: 0, p95LatencyMs: null, cacheHitRate: null };

function figures(
  given: { [Name in keyof Figures]?: Partial<Sums> } & { days?: Partial<Sums>[]; down?: string[] },
): Figures {
  const full = (sums: Partial<Sums> = {}): Sums => ({ ...QUIET, ...sums });
  return {
    today: async () => full(given.today),
    lately: async () => full(given.lately),
    weekBefore: async () => full(given.weekBefore),
    sameWeekdays: async () => (given.days ?? []).map(full),
    providersDown: () => given.down ?? [],
  };
}

const holds: [AlertCondition, Figures, Figures, RegExp][] = [
  [
    { kind: 'spendPerDay', usd: 5 },
    figures({ today: { costNano: 5e9 } }),
    figures({ today: { costNano: 4.99e9 } }),
    /Spent \$5\.00 today/,
  ],
  [
    { kind: 'errorRate', share: 0.1, minutes: 60, minRequests: 20 },
    figures({ lately: { requests: 20, errors: 2 } }),
    figures({ lately: { requests: 19, errors: 19 } }),
    /10 % of requests failed/,
  ],
  [
    { kind: 'p95Latency', ms: 4000, minutes: 60, minRequests: 20 },
    figures({ lately: { requests: 20, p95LatencyMs: 4100 } }),
    figures({ lately: { requests: 20, p95LatencyMs: 3900 } }),
    /Answers take 4\.1 s/,
  ],
  [{ kind: 'providerDown' }, figures({ down: ['OpenAI', 'Groq'] }), figures({}), /OpenAI, Groq are down/],
  [
    { kind: 'cacheHitRateDrop', points: 0.2, minRequests: 20 },
    figures({ today: { requests: 20, cacheHitRate: 0.1 }, weekBefore: { cacheHitRate: 0.4 } }),
    figures({ today: { requests: 20, cacheHitRate: 0.3 }, weekBefore: { cacheHitRate: 0.4 } }),
    /The cache answers 10 %/,
  ],
  [
    { kind: 'spendAnomaly', factor: 3, minUsd: 1 },
    figures({ today: { costNano: 6e9 }, days: [{ costNano: 1e9 }, { costNano: 3e9 }] }),
    figures({ today: { costNano: 5e9 }, days: [{ costNano: 1e9 }, { costNano: 3e9 }] }),
    /Spent \$6\.00 today, more than usual/,
  ],
];

describe('a condition', () => {
  it.each(holds)('%j holds where it should, and only there', async (condition, yes, no, title) => {
    expect((await judge(condition, yes))?.title).toMatch(title);
    expect(await judge(condition, no)).toBeUndefined();
  });

  it('of spending against the usual says nothing in the first week', async () => {
    const condition: AlertCondition = { kind: 'spendAnomaly', factor: 3, minUsd: 1 };
    expect(await judge(condition, figures({ today: { costNano: 100e9 } }))).toBeUndefined();
  });

  it('of the cache says nothing where nobody looked in it', async () => {
    const condition: AlertCondition = { kind: 'cacheHitRateDrop', points: 0.2, minRequests: 1 };
    expect(
      await judge(condition, figures({ today: { requests: 50 }, weekBefore: { cacheHitRate: 0.9 } })),
    ).toBeUndefined();
  });
});
