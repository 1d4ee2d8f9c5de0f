import { Grid, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Savings } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { readParameters, useParameters } from '../../location.ts';
import { useNow } from '../../now.ts';
import { Failure } from '../../parts/Failure.tsx';
import { NoRequests } from '../../parts/NoRequests.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { PeriodPicker } from '../../parts/PeriodPicker.tsx';
import { readUser, UserSelect } from '../../parts/UserSelect.tsx';
import { periodBefore, readPeriod } from '../../period.ts';
import { gateway, queryClient } from '../../queries.ts';
import { ByModel } from './ByModel.tsx';
import { CostOverTime, loadChart } from './CostOverTime.tsx';
import { Figures } from './Figures.tsx';
import { Latest } from './Latest.tsx';
import { RoutingMix } from './RoutingMix.tsx';

const DAY_MS = 24 * 3_600_000;
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What the page asks, by the parameters of its address. */
function questionsOf(parameters: URLSearchParams, nowMs: number) {
  const period = readPeriod(parameters, nowMs);
  const user = readUser(parameters);
  const range = { fromMs: period.fromMs, ...(period.toMs !== undefined && { toMs: period.toMs }), user };
  const earlier = periodBefore(period, nowMs);
  const byHour = period.lengthMs <= 2 * DAY_MS;
  const course = { bucket: byHour ? ('hour' as const) : ('day' as const), timeZone };
  const { analytics, requests } = gateway;
  return {
    period,
    user,
    byHour,
    now: analytics.overview.queryOptions({ input: { ...range, earlierMs: period.lengthMs } }),
    saved: analytics.savings.queryOptions({ input: { ...range, ...course } }),
    savedBefore: analytics.savings.queryOptions({ input: { ...earlier, user } }),
    series: analytics.series.queryOptions({ input: { ...range, ...course } }),
    byModel: analytics.byModel.queryOptions({ input: range }),
    mix: analytics.breakdown.queryOptions({ input: { ...range, by: 'mix' } }),
    latest: requests.page.queryOptions({ input: { limit: 10, user } }),
  };
}

/** Asks for all of it at once, and fetches what draws it meanwhile. */
export function prepare(): void {
  const asked = questionsOf(readParameters(), Date.now());
  void queryClient.prefetchQuery(asked.latest);
  void queryClient.prefetchQuery(asked.now);
  void queryClient.prefetchQuery(asked.series);
  void queryClient.prefetchQuery(asked.saved);
  void queryClient.prefetchQuery(asked.savedBefore);
  void queryClient.prefetchQuery(asked.byModel);
  void queryClient.prefetchQuery(asked.mix);
  void loadChart().catch(() => {});
}

/** Null: no price to reckon with. */
function savedUsd(savings: Savings | undefined): number | null {
  return savings?.baseline == null ? null : savings.savedUsd;
}

/** Where the money goes. */
export function Overview() {
  const asked = questionsOf(useParameters(), useNow());
  const { period, user, byHour } = asked;
  const keep = { placeholderData: keepPreviousData };
  const now = useQuery({ ...asked.now, ...keep });
  const saved = useQuery({ ...asked.saved, ...keep });
  const savedBefore = useQuery({ ...asked.savedBefore, ...keep });
  const series = useQuery({ ...asked.series, ...keep });
  const byModel = useQuery({ ...asked.byModel, ...keep });
  const mix = useQuery({ ...asked.mix, ...keep });
  const latest = useQuery(asked.latest);
  const failed = [now, saved, series, byModel, mix, latest].find((query) => query.isError);
  const isLost = (query: { isError: boolean; data: unknown }) => query.isError && query.data === undefined;
  const runs = period.toMs === undefined;
  const nothingYet = user === undefined && latest.data?.requests.length === 0;

  return (
    <Page
      title={t('overview.title')}
      actions={
        <>
          <UserSelect />
          <PeriodPicker period={period} />
        </>
      }
    >
      {failed && (
        <Failure
          error={failed.error}
          onRetry={() => {
            for (const query of [now, saved, savedBefore, series, byModel, mix, latest]) void query.refetch();
          }}
        />
      )}
      {nothingYet ? (
        <Panel>
          <NoRequests />
        </Panel>
      ) : (
        <>
          {!isLost(now) && (
            <Figures
              now={now.data && { ...now.data, savedUsd: savedUsd(saved.data) }}
              before={now.data && { ...now.data.before, savedUsd: savedUsd(savedBefore.data) }}
              buckets={series.data?.buckets}
              savedBuckets={saved.data?.baseline ? saved.data.buckets : undefined}
              runs={runs}
            />
          )}
          {!isLost(series) && <CostOverTime buckets={series.data?.buckets} byHour={byHour} runs={runs} />}
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 6 }}>
              {!isLost(byModel) && <ByModel models={byModel.data?.models} />}
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Stack gap="md">
                {!isLost(mix) && <RoutingMix groups={mix.data?.groups} />}
                {!isLost(latest) && <Latest requests={latest.data?.requests} />}
              </Stack>
            </Grid.Col>
          </Grid>
        </>
      )}
    </Page>
  );
}
