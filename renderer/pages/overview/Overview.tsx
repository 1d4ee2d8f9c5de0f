import { Button, Grid } from '@mantine/core';
import { IconChartAreaLine } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { useParameters } from '../../location.ts';
import { useNow } from '../../now.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { PeriodPicker } from '../../parts/PeriodPicker.tsx';
import { before, readPeriod } from '../../period.ts';
import { gateway } from '../../queries.ts';
import { ByModel } from './ByModel.tsx';
import { CostOverTime } from './CostOverTime.tsx';
import { Figures } from './Figures.tsx';
import { Latest } from './Latest.tsx';

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Where the money goes. */
export function Overview() {
  const period = readPeriod(useParameters(), useNow());
  const range = { fromMs: period.fromMs, ...(period.toMs !== undefined && { toMs: period.toMs }) };
  const keep = { placeholderData: keepPreviousData };
  const now = useQuery(gateway.analytics.overview.queryOptions({ input: range, ...keep }));
  const earlier = useQuery(gateway.analytics.overview.queryOptions({ input: before(period), ...keep }));
  const daily = useQuery(gateway.analytics.daily.queryOptions({ input: { ...range, timeZone }, ...keep }));
  const byModel = useQuery(gateway.analytics.byModel.queryOptions({ input: range, ...keep }));
  const latest = useQuery(gateway.requests.page.queryOptions({ input: { limit: 10 } }));
  const failed = [now, daily, byModel, latest].find((query) => query.isError);
  const nothingYet = latest.data?.requests.length === 0;

  return (
    <Page title={t('overview.title')} actions={<PeriodPicker period={period} />}>
      {failed && (
        <Failure
          error={failed.error}
          onRetry={() => {
            for (const query of [now, earlier, daily, byModel, latest]) void query.refetch();
          }}
        />
      )}
      {nothingYet ? (
        <Start />
      ) : (
        <>
          <Figures now={now.data} before={earlier.data} days={daily.data?.days} />
          <CostOverTime days={daily.data?.days} />
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <ByModel models={byModel.data?.models} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Latest requests={latest.data?.requests} />
            </Grid.Col>
          </Grid>
        </>
      )}
    </Page>
  );
}

/** Before the first request. */
function Start() {
  return (
    <Panel>
      <Empty
        icon={IconChartAreaLine}
        title={t('overview.empty')}
        actions={
          <>
            <Button component="a" href="#/connect">
              {t('connect.title')}
            </Button>
            <Button component="a" href="#/playground" variant="default">
              {t('playground.title')}
            </Button>
          </>
        }
      >
        {t('overview.emptyAbout')}
      </Empty>
    </Panel>
  );
}
