import { Button } from '@mantine/core';
import { IconChartAreaLine } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { t } from '../i18n/index.ts';
import { gateway } from '../queries.ts';
import { Empty } from './Empty.tsx';

/** Before the first request: where one comes from. Without a provider that can be called, that is the first step. */
export function NoRequests() {
  const providers = useQuery(gateway.providers.list.queryOptions());
  const hasNone = providers.data?.providers.every(({ kind, hasKey }) => kind === 'demo' || !hasKey) ?? false;
  return (
    <Empty
      icon={IconChartAreaLine}
      title={t('overview.empty')}
      actions={
        <>
          {hasNone && (
            <Button component="a" href="#/providers">
              {t('providers.addKey')}
            </Button>
          )}
          <Button component="a" href="#/connect" variant={hasNone ? 'default' : 'filled'}>
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
  );
}
