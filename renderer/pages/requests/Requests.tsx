import { Button, Skeleton, Stack } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { t } from '../../i18n/index.ts';
import { changeParameters, readParameters, useParameters } from '../../location.ts';
import { useNow } from '../../now.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { NoRequests } from '../../parts/NoRequests.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { PeriodPicker } from '../../parts/PeriodPicker.tsx';
import { queryClient } from '../../queries.ts';
import { ColumnPicker, useColumns } from './ColumnPicker.tsx';
import { Detail } from './Detail.tsx';
import { ExportButton } from './ExportButton.tsx';
import { FilterBar } from './FilterBar.tsx';
import { filterNames, readFilters } from './filters.ts';
import { RequestTable } from './RequestTable.tsx';
import { listOf, useRows } from './rows.ts';

const HOUR_MS = 3_600_000;

// A list in the hand: its beginning moves on by hours, else it would be another list each minute.
const hourOf = (atMs: number) => Math.floor(atMs / HOUR_MS) * HOUR_MS;

/** Asks for the list before it is drawn. */
export function prepare(): void {
  void queryClient.prefetchInfiniteQuery(listOf(readFilters(readParameters(), hourOf(Date.now())).input));
}

/** Every exchange, live. */
export function Requests() {
  const parameters = useParameters();
  const hourMs = hourOf(useNow());
  const { period, input } = useMemo(() => readFilters(parameters, hourMs), [parameters, hourMs]);
  const list = useRows(input);
  const columns = useColumns();
  const open = parameters.get('open');
  const narrowed =
    filterNames.some((name) => parameters.has(name)) || parameters.has('range') || parameters.has('from');
  return (
    <Page
      title={t('requests.title')}
      fills
      actions={
        <>
          <PeriodPicker period={period} />
          <ColumnPicker />
          <ExportButton input={input} />
        </>
      }
    >
      <Stack gap="sm" className="rest">
        <FilterBar parameters={parameters} range={period} />
        {list.error !== null && <Failure error={list.error} onRetry={list.retry} />}
        {list.isPending && <Skeleton mih={320} className="rest" />}
        {!list.isPending && list.rows.length + list.fresh.length === 0 ? (
          <Panel>{narrowed ? <NothingLeft /> : <NoRequests />}</Panel>
        ) : (
          !list.isPending && (
            <RequestTable
              columns={columns}
              list={list}
              sort={input.sort}
              onOpen={(request) => changeParameters({ open: request.id })}
            />
          )
        )}
      </Stack>
      <Detail id={open} onClose={closeDetail} />
    </Page>
  );
}

/** The row that was opened has the focus again, also where the window that closes forgets it. */
function closeDetail(): void {
  changeParameters({ open: undefined });
  setTimeout(() => document.querySelector<HTMLElement>('[data-index][tabindex="0"]')?.focus());
}

function NothingLeft() {
  const clear = () =>
    changeParameters(Object.fromEntries([...filterNames, 'range', 'from', 'to'].map((name) => [name, undefined])));
  return (
    <Empty
      icon={IconListSearch}
      title={t('requests.nothing')}
      actions={<Button onClick={clear}>{t('requests.clear')}</Button>}
    >
      {t('requests.nothingAbout')}
    </Empty>
  );
}
