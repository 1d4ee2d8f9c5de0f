import type { AlertCondition } from '../../contract/index.ts';
import { type Words, wordsIn } from '../hosting/words.ts';

/** The ledger's sums of some time. */
export interface Sums {
  requests: number;
  errors: number;
  costNano: number;
  p95LatencyMs: number | null;
  cacheHitRate: number | null;
}

/** What the conditions are held against; only what a condition needs is asked for. */
export interface Figures {
  /** So far today, in the owner's time zone. */
  today(): Promise<Sums>;
  /** The last minutes. */
  lately(minutes: number): Promise<Sums>;
  /** The seven whole days before today. */
  weekBefore(): Promise<Sums>;
  /** The same weekday, up to the same time of day, one to four weeks ago; only days of which anything is known. */
  sameWeekdays(): Promise<Sums[]>;
  /** Titles of providers whose circuit is open. */
  providersDown(): string[];
}

/** What is told when a condition begins to hold. */
export interface Finding {
  title: string;
  body: string;
  page: string;
}

/** Conditions that hold for a moment, told of by whoever notices it. The others are looked at every minute. */
const MOMENTARY: ReadonlySet<string> = new Set<AlertCondition['kind']>(['budget', 'priceChange']);

export function isMomentary(kind: string): boolean {
  return MOMENTARY.has(kind);
}

/** Whether a condition holds now, and what to say. Undefined: it does not. */
export async function judge(
  condition: AlertCondition,
  figures: Figures,
  say: Words = wordsIn(),
): Promise<Finding | undefined> {
  switch (condition.kind) {
    case 'spendPerDay': {
      const { costNano } = await figures.today();
      if (costNano < condition.usd * 1e9) return undefined;
      return {
        title: say('alert.spend', { usd: usd(costNano) }),
        body: say('alert.spendAbout', { limit: usd(condition.usd * 1e9) }),
        page: '/',
      };
    }
    case 'errorRate': {
      const { requests, errors } = await figures.lately(condition.minutes);
      if (requests < condition.minRequests || errors / requests < condition.share) return undefined;
      return {
        title: say('alert.errors', { share: percent(errors / requests) }),
        body: say('alert.errorsAbout', {
          errors,
          requests,
          minutes: condition.minutes,
          limit: percent(condition.share),
        }),
        page: '/requests?status=error',
      };
    }
    case 'p95Latency': {
      const { requests, p95LatencyMs } = await figures.lately(condition.minutes);
      if (p95LatencyMs === null || requests < condition.minRequests || p95LatencyMs < condition.ms) return undefined;
      return {
        title: say('alert.latency', { time: seconds(p95LatencyMs) }),
        body: say('alert.latencyAbout', { requests, minutes: condition.minutes, limit: seconds(condition.ms) }),
        page: '/requests',
      };
    }
    case 'providerDown': {
      const down = figures.providersDown();
      if (down.length === 0) return undefined;
      return {
        title: say('alert.down', { names: down.join(', '), count: down.length }),
        body: say('alert.downAbout'),
        page: '/providers',
      };
    }
    case 'cacheHitRateDrop': {
      const [today, before] = await Promise.all([figures.today(), figures.weekBefore()]);
      if (today.cacheHitRate === null || before.cacheHitRate === null) return undefined;
      if (today.requests < condition.minRequests || before.cacheHitRate - today.cacheHitRate < condition.points)
        return undefined;
      return {
        title: say('alert.cache', { share: percent(today.cacheHitRate) }),
        body: say('alert.cacheAbout', { before: percent(before.cacheHitRate) }),
        page: '/',
      };
    }
    case 'spendAnomaly': {
      const [today, days] = await Promise.all([figures.today(), figures.sameWeekdays()]);
      if (days.length === 0 || today.costNano < condition.minUsd * 1e9) return undefined;
      const usual = days.reduce((sum, { costNano }) => sum + costNano, 0) / days.length;
      if (today.costNano < usual * condition.factor) return undefined;
      return {
        title: say('alert.anomaly', { usd: usd(today.costNano) }),
        body: say('alert.anomalyAbout', { usual: usd(usual) }),
        page: '/requests?sort=dearest',
      };
    }
    case 'budget':
    case 'priceChange':
      return undefined;
  }
}

function usd(nano: number): string {
  const amount = nano / 1e9;
  return amount >= 1 || amount === 0 ? `$${amount.toFixed(2)}` : `$${Number(amount.toPrecision(2))}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
