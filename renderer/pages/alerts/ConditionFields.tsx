import { Group, type NumberInputProps, SegmentedControl } from '@mantine/core';
import type { AlertCondition } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { AmountInput } from '../../parts/AmountInput.tsx';

type Labelled = Pick<NumberInputProps, 'label' | 'prefix' | 'suffix' | 'min' | 'max' | 'decimalScale'> & {
  whole?: boolean;
};

interface ConditionFieldsProps {
  condition: AlertCondition;
  onChange(condition: AlertCondition): void;
}

/** What can be set of a condition; an emptied field keeps its last number. */
export function ConditionFields({ condition, onChange }: ConditionFieldsProps) {
  const number = (value: number, set: (value: number) => AlertCondition, props: Labelled) => (
    <AmountInput
      flex={1}
      min={0}
      {...props}
      value={value}
      onChange={(next) => next !== null && next > 0 && onChange(set(next))}
    />
  );
  switch (condition.kind) {
    case 'spendPerDay':
      return number(condition.usd, (usd) => ({ ...condition, usd }), { label: t('alerts.amount'), prefix: '$' });
    case 'budget':
      return (
        <SegmentedControl
          aria-label={t('condition.budget')}
          data={['50', '80', '100'].map((value) => ({ value, label: `${value} %` }))}
          value={String(condition.percent)}
          onChange={(value) => onChange({ kind: 'budget', percent: value === '50' ? 50 : value === '80' ? 80 : 100 })}
        />
      );
    case 'spendAnomaly':
      return (
        <Group align="flex-end">
          {number(condition.factor, (factor) => ({ ...condition, factor }), {
            label: t('alerts.factor'),
            suffix: ' ×',
            min: 1.1,
            max: 100,
            decimalScale: 2,
          })}
          {number(condition.minUsd, (minUsd) => ({ ...condition, minUsd }), { label: t('alerts.from'), prefix: '$' })}
        </Group>
      );
    case 'errorRate':
      return (
        <Group align="flex-end">
          {number(inPercent(condition.share), (share) => ({ ...condition, share: share / 100 }), {
            label: t('alerts.share'),
            suffix: ' %',
            max: 100,
            decimalScale: 2,
          })}
          {number(condition.minutes, (minutes) => ({ ...condition, minutes }), minutesField())}
          {number(condition.minRequests, (minRequests) => ({ ...condition, minRequests }), leastField())}
        </Group>
      );
    case 'p95Latency':
      return (
        <Group align="flex-end">
          {number(condition.ms / 1000, (seconds) => ({ ...condition, ms: Math.round(seconds * 1000) }), {
            label: t('alerts.seconds'),
            suffix: ' s',
            max: 3600,
            decimalScale: 3,
          })}
          {number(condition.minutes, (minutes) => ({ ...condition, minutes }), minutesField())}
          {number(condition.minRequests, (minRequests) => ({ ...condition, minRequests }), leastField())}
        </Group>
      );
    case 'cacheHitRateDrop':
      return number(inPercent(condition.points), (points) => ({ ...condition, points: points / 100 }), {
        label: t('alerts.points'),
        max: 100,
        decimalScale: 2,
      });
    case 'priceChange':
    case 'providerDown':
      return null;
  }
}

function minutesField(): Labelled {
  return { label: t('alerts.minutes'), min: 5, max: 1440, whole: true };
}

function leastField(): Labelled {
  return { label: t('alerts.least'), min: 1, whole: true };
}

/** Without what binary fractions leave: 7, not 7.000000000000001. */
function inPercent(share: number): number {
  return Math.round(share * 10_000) / 100;
}
