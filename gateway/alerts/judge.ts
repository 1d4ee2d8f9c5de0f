import type { AlertCondition } from '../../contract/index.ts';

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
export async function judge(condition: AlertCondition, figures: Figures): Promise<Finding | undefined> {
  switch (condition.kind) {
    case 'spendPerDay': {
      const { costNano } = await figures.today();
      if (costNano < condition.usd * 1e9) return undefined;
      return {
        title: `Spent ${usd(costNano)} today`,
        body: `That is over the ${usd(condition.usd * 1e9)} a day that you wanted to hear of.`,
        page: '/',
      };
    }
    case 'errorRate': {
      const { requests, errors } = await figures.lately(condition.minutes);
      if (requests < condition.minRequests || errors / requests < condition.share) return undefined;
      return {
        title: `${percent(errors / requests)} of requests failed`,
        body: `${errors} of ${requests} in the last ${condition.minutes} minutes; you wanted to hear from ${percent(condition.share)} on.`,
        page: '/requests?status=error',
      };
    }
    case 'p95Latency': {
      const { requests, p95LatencyMs } = await figures.lately(condition.minutes);
      if (p95LatencyMs === null || requests < condition.minRequests || p95LatencyMs < condition.ms) return undefined;
      return {
        title: `Answers take ${seconds(p95LatencyMs)}`,
        body: `One in twenty of ${requests} answers in the last ${condition.minutes} minutes took longer; your limit is ${seconds(condition.ms)}.`,
        page: '/requests',
      };
    }
    case 'providerDown': {
      const down = figures.providersDown();
      if (down.length === 0) return undefined;
      return {
        title: `${down.join(', ')} ${down.length === 1 ? 'is' : 'are'} down`,
        body: 'Calls failed several times in a row. Requests go to other providers where they can, and it is tried again by itself.',
        page: '/providers',
      };
    }
    case 'cacheHitRateDrop': {
      const [today, before] = await Promise.all([figures.today(), figures.weekBefore()]);
      if (today.cacheHitRate === null || before.cacheHitRate === null) return undefined;
      if (today.requests < condition.minRequests || before.cacheHitRate - today.cacheHitRate < condition.points)
        return undefined;
      return {
        title: `The cache answers ${percent(today.cacheHitRate)} of requests`,
        body: `In the seven days before it was ${percent(before.cacheHitRate)}. Something in your requests may change each time, such as a date.`,
        page: '/',
      };
    }
    case 'spendAnomaly': {
      const [today, days] = await Promise.all([figures.today(), figures.sameWeekdays()]);
      if (days.length === 0 || today.costNano < condition.minUsd * 1e9) return undefined;
      const usual = days.reduce((sum, { costNano }) => sum + costNano, 0) / days.length;
      if (today.costNano < usual * condition.factor) return undefined;
      return {
        title: `Spent ${usd(today.costNano)} today, more than usual`,
        body: `On this weekday it is usually ${usd(usual)} by this time of day.`,
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
