import type { AlertCondition } from '../../../contract/index.ts';
import { duration, money, percent } from '../../format.ts';
import { type MessageKey, t } from '../../i18n/index.ts';

export type Kind = AlertCondition['kind'];

/** Conditions in the order in which people ask for them, each as it begins. */
export const BEGINNINGS: { readonly [Name in Kind]: Extract<AlertCondition, { kind: Name }> } = {
  spendPerDay: { kind: 'spendPerDay', usd: 5 },
  budget: { kind: 'budget', percent: 80 },
  spendAnomaly: { kind: 'spendAnomaly', factor: 3, minUsd: 1 },
  priceChange: { kind: 'priceChange' },
  providerDown: { kind: 'providerDown' },
  errorRate: { kind: 'errorRate', share: 0.1, minutes: 60, minRequests: 20 },
  p95Latency: { kind: 'p95Latency', ms: 30_000, minutes: 60, minRequests: 20 },
  cacheHitRateDrop: { kind: 'cacheHitRateDrop', points: 0.2, minRequests: 20 },
};

export const KINDS = Object.keys(BEGINNINGS) as Kind[];

export function titleOf(kind: Kind): string {
  return t(`condition.${kind}` satisfies MessageKey);
}

/** A condition in one sentence. */
export function sentenceOf(condition: AlertCondition): string {
  switch (condition.kind) {
    case 'spendPerDay':
      return t('condition.spendPerDayIs', { amount: money(condition.usd) });
    case 'budget':
      return t('condition.budgetIs', { percent: condition.percent });
    case 'spendAnomaly':
      return t('condition.spendAnomalyIs', { factor: condition.factor, amount: money(condition.minUsd) });
    case 'priceChange':
      return t('condition.priceChangeIs');
    case 'providerDown':
      return t('condition.providerDownIs');
    case 'errorRate':
      return t('condition.errorRateIs', { share: percent(condition.share), minutes: condition.minutes });
    case 'p95Latency':
      return t('condition.p95LatencyIs', { time: duration(condition.ms), minutes: condition.minutes });
    case 'cacheHitRateDrop':
      return t('condition.cacheHitRateDropIs', { share: percent(condition.points) });
  }
}
