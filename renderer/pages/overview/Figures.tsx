import { Group, Paper, SimpleGrid, Skeleton, Text, Tooltip } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import type { Daily, Overview } from '../../../contract/index.ts';
import { change, count, duration, money, percent, signedPercent } from '../../format.ts';
import { type MessageKey, t } from '../../i18n/index.ts';
import { Sparkline } from '../../parts/Sparkline.tsx';

interface FiguresProps {
  now: Overview | undefined;
  before: Overview | undefined;
  days: Daily['days'] | undefined;
}

interface Figure {
  title: MessageKey;
  of(overview: Overview): number | null;
  write(value: number | null): string;
  course?(day: Daily['days'][number]): number;
  /** Whether more of it is good, bad, or neither. */
  more: 'good' | 'bad' | 'neutral';
}

const figures: Figure[] = [
  { title: 'figure.cost', of: (o) => o.costUsd, write: money, course: (day) => day.costUsd, more: 'bad' },
  { title: 'figure.requests', of: (o) => o.requests, write: count, course: (day) => day.requests, more: 'neutral' },
  { title: 'figure.averageLatency', of: (o) => o.averageLatencyMs, write: duration, more: 'bad' },
  { title: 'figure.p95Latency', of: (o) => o.p95LatencyMs, write: duration, more: 'bad' },
  { title: 'figure.cacheHitRate', of: (o) => o.cacheHitRate, write: percent, more: 'good' },
  { title: 'figure.errors', of: (o) => (o.requests === 0 ? null : o.errors / o.requests), write: percent, more: 'bad' },
];

/** The figures of a period, each beside the period before. */
export function Figures({ now, before, days }: FiguresProps) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      {figures.map((figure) => (
        <Paper key={figure.title} p="sm" bg="var(--surface)" mih={112}>
          <Text size="xs" c="dimmed">
            {t(figure.title)}
          </Text>
          {now === undefined ? (
            <Skeleton h={24} mt={6} w="60%" />
          ) : (
            <Group gap={6} align="baseline" wrap="nowrap">
              <Text fz={22} fw={600} lh={1.4} className="clip">
                {figure.write(figure.of(now))}
              </Text>
              <Change figure={figure} now={now} before={before} />
            </Group>
          )}
          {figure.course && days && <Sparkline values={days.map(figure.course)} />}
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function Change({ figure, now, before }: { figure: Figure; now: Overview; before: Overview | undefined }) {
  const earlier = before === undefined ? null : figure.of(before);
  const share = change(figure.of(now), earlier);
  if (share === null) return null;
  const up = share > 0;
  const color =
    figure.more === 'neutral' || share === 0
      ? 'dimmed'
      : up === (figure.more === 'good')
        ? 'var(--good)'
        : 'var(--bad)';
  const Arrow = up ? IconArrowUpRight : IconArrowDownRight;
  return (
    <Tooltip label={t('figure.before', { value: figure.write(earlier) })}>
      <Text component="span" size="xs" c={color} style={{ whiteSpace: 'nowrap' }}>
        {share !== 0 && <Arrow size={12} aria-hidden style={{ verticalAlign: '-1px' }} />}
        {signedPercent(share)}
      </Text>
    </Tooltip>
  );
}
