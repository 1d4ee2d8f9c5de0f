import { Paper, SimpleGrid, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import type { AnalyticsSeries } from '../../../contract/analytics.ts';
import type { Overview, Savings } from '../../../contract/index.ts';
import { change, count, duration, money, percent, signedPercent } from '../../format.ts';
import { type MessageKey, t } from '../../i18n/index.ts';
import { Sparkline } from '../../parts/Sparkline.tsx';
import { useRequestsLink } from './link.ts';

/** The period hour by hour or day by day; undefined while it is asked for. */
interface Courses {
  buckets: AnalyticsSeries['buckets'] | undefined;
  savedBuckets: Savings['buckets'] | undefined;
}

/** The figures of one period. */
interface Sums extends Pick<Overview, 'costUsd' | 'requests' | 'averageLatencyMs' | 'p95LatencyMs' | 'cacheHitRate'> {
  savedUsd: number | null;
}

interface FiguresProps extends Courses {
  /** The last hour or day is not over yet. */
  runs: boolean;
  now: Sums | undefined;
  before: Sums | undefined;
}

interface Figure {
  title: MessageKey;
  /** What to look for among the requests behind it; absent where none of them tells more. */
  requests?: Record<string, string>;
  of(sums: Sums): number | null;
  write(value: number | null): string;
  /** Null: nothing to tell of that hour or day. */
  course(courses: Courses): (number | null)[] | undefined;
  /** Whether more of it is good, bad, or neither. */
  more: 'good' | 'bad' | 'neutral';
}

const figures: Figure[] = [
  {
    title: 'figure.cost',
    requests: { sort: 'dearest' },
    of: (sums) => sums.costUsd,
    write: money,
    course: ({ buckets }) => buckets?.map((one) => one.costUsd),
    more: 'bad',
  },
  {
    title: 'figure.saved',
    of: (sums) => sums.savedUsd,
    write: money,
    course: ({ savedBuckets }) => savedBuckets?.map((one) => one.savedUsd),
    more: 'good',
  },
  {
    title: 'figure.requests',
    requests: {},
    of: (sums) => sums.requests,
    write: count,
    course: ({ buckets }) => buckets?.map((one) => one.requests),
    more: 'neutral',
  },
  {
    title: 'figure.averageLatency',
    requests: { sort: 'slowest' },
    of: (sums) => sums.averageLatencyMs,
    write: duration,
    course: ({ buckets }) => buckets?.map((one) => one.averageLatencyMs),
    more: 'bad',
  },
  {
    title: 'figure.p95Latency',
    requests: { sort: 'slowest' },
    of: (sums) => sums.p95LatencyMs,
    write: duration,
    course: ({ buckets }) => buckets?.map((one) => one.p95LatencyMs),
    more: 'bad',
  },
  {
    title: 'figure.cacheHitRate',
    requests: { cache: 'hit' },
    of: (sums) => sums.cacheHitRate,
    write: percent,
    course: ({ buckets }) => buckets?.map((one) => one.cacheHitRate),
    more: 'good',
  },
];

/** The figures of a period, each beside the period before. */
export function Figures({ now, before, runs, ...courses }: FiguresProps) {
  const linkTo = useRequestsLink();
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      {figures.map((figure) => (
        <Paper key={figure.title} p="sm" bg="var(--surface)" h={128} role="group" aria-label={t(figure.title)}>
          <Stack gap={0} h="100%">
            <Text size="xs" c="dimmed" className="clip">
              {figure.requests ? (
                <a className="plain" href={linkTo(figure.requests)}>
                  {t(figure.title)}
                </a>
              ) : (
                t(figure.title)
              )}
            </Text>
            {now === undefined ? (
              <Skeleton h={24} mt={6} w="60%" />
            ) : (
              <>
                <Text fz={22} fw={600} lh={1.3} className="clip figures">
                  {figure.write(figure.of(now))}
                </Text>
                <Change figure={figure} now={now} before={before} />
              </>
            )}
            <Sparkline values={figure.course(courses) ?? []} runs={runs} />
          </Stack>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function Change({ figure, now, before }: { figure: Figure; now: Sums; before: Sums | undefined }) {
  const earlier = before === undefined ? null : figure.of(before);
  const exact = change(figure.of(now), earlier);
  // What would be written as 0 % is no change.
  const share = exact !== null && Math.abs(exact) < 0.0005 ? 0 : exact;
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
      <Text component="span" size="xs" c={color} style={{ alignSelf: 'flex-start' }}>
        {share !== 0 && <Arrow size={12} aria-hidden style={{ verticalAlign: '-1px' }} />}
        {signedPercent(share)}
      </Text>
    </Tooltip>
  );
}
