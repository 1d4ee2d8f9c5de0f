import { Group, Progress, SimpleGrid, Text } from '@mantine/core';
import type { LimitInfo } from '../../../contract/index.ts';
import { count, exactTime, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';

const periods = ['day', 'week', 'month'] as const;
const counts = ['requestsPerMinute', 'tokensPerMinute', 'concurrentRequests'] as const;

/** What was spent of each budget and is used of each rate, now. Rates without a limit are left out. */
export function LimitBars({ limit }: { limit: LimitInfo }) {
  const rates = counts.filter((one) => limit.use[one].cap !== null);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="lg" verticalSpacing="sm">
      {periods.map((period) => {
        const { usedUsd, reservedUsd, capUsd, resetsAtMs } = limit.use[period];
        return (
          <Bar
            key={period}
            title={t(`limit.${period}`)}
            used={money(usedUsd)}
            cap={capUsd === null ? null : money(capUsd)}
            share={capUsd === null ? null : (usedUsd + reservedUsd) / capUsd}
            hint={t('limit.resets', { at: exactTime(resetsAtMs) })}
          />
        );
      })}
      {rates.map((rate) => {
        const { used, cap } = limit.use[rate];
        return (
          <Bar
            key={rate}
            title={t(`limit.${rate}`)}
            used={count(used)}
            cap={count(cap)}
            share={cap === null ? null : used / cap}
            hint={t('limit.now')}
          />
        );
      })}
    </SimpleGrid>
  );
}

interface BarProps {
  title: string;
  used: string;
  cap: string | null;
  /** 0..1; null: no limit. */
  share: number | null;
  hint: string;
}

function Bar({ title, used, cap, share, hint }: BarProps) {
  const full = Math.min(1, share ?? 0);
  const color = full >= 1 ? 'red' : full >= 0.8 ? 'yellow' : 'pine';
  return (
    <div title={hint}>
      <Group justify="space-between" gap={4} wrap="nowrap">
        <Text size="xs" c="dimmed">
          {title}
        </Text>
        <Text size="sm">
          <b>{used}</b>
          {cap !== null && ` / ${cap}`}
        </Text>
      </Group>
      <Progress
        value={full * 100}
        color={color}
        size={6}
        mt={4}
        aria-label={`${title}: ${used}${cap === null ? '' : ` / ${cap}`}`}
      />
    </div>
  );
}
