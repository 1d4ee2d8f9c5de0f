import { Grid, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { useParameters } from '../../location.ts';
import { useNow } from '../../now.ts';
import { Failure } from '../../parts/Failure.tsx';
import { NoRequests } from '../../parts/NoRequests.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { PeriodPicker } from '../../parts/PeriodPicker.tsx';
import { UserSelect, useUser } from '../../parts/UserSelect.tsx';
import { before, readPeriod } from '../../period.ts';
import { gateway } from '../../queries.ts';
import { ByModel } from './ByModel.tsx';
import { CostOverTime } from './CostOverTime.tsx';
import { Figures } from './Figures.tsx';
import { Latest } from './Latest.tsx';
import { RoutingMix } from './RoutingMix.tsx';

const DAY_MS = 24 * 3_600_000;
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Where the money goes. */
export function Overview() {
  const period = readPeriod(useParameters(), useNow());
  const user = useUser();
  const range = { fromMs: period.fromMs, ...(period.toMs !== undefined && { toMs: period.toMs }), user };
  const keep = { placeholderData: keepPreviousData };
  const byHour = period.lengthMs <= 2 * DAY_MS;
  const bucket = byHour ? ('hour' as const) : ('day' as const);
  const now = useQuery(gateway.analytics.overview.queryOptions({ input: range, ...keep }));
  const saved = useQuery(gateway.analytics.savings.queryOptions({ input: range, ...keep }));
  const savedBefore = useQuery(gateway.analytics.savings.queryOptions({ input: { ...before(period), user }, ...keep }));
  const series = useQuery(gateway.analytics.series.queryOptions({ input: { ...range, bucket, timeZone }, ...keep }));
  const byModel = useQuery(gateway.analytics.byModel.queryOptions({ input: range, ...keep }));
  const mix = useQuery(gateway.analytics.breakdown.queryOptions({ input: { ...range, by: 'mix' }, ...keep }));
  const latest = useQuery(gateway.requests.page.queryOptions({ input: { limit: 10, user } }));
  const failed = [now, saved, series, byModel, mix, latest].find((query) => query.isError);
  const isLost = (query: { isError: boolean; data: unknown }) => query.isError && query.data === undefined;
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
              now={now.data && { ...now.data, savedUsd: saved.data?.savedUsd ?? null }}
              before={now.data && { ...now.data.before, savedUsd: savedBefore.data?.savedUsd ?? null }}
              buckets={series.data?.buckets}
            />
          )}
          {!isLost(series) && <CostOverTime buckets={series.data?.buckets} byHour={byHour} />}
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Stack gap="md">
                {!isLost(byModel) && <ByModel models={byModel.data?.models} />}
                {!isLost(mix) && <RoutingMix groups={mix.data?.groups} />}
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              {!isLost(latest) && <Latest requests={latest.data?.requests} />}
            </Grid.Col>
          </Grid>
        </>
      )}
    </Page>
  );
}
