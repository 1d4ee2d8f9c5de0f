import { Button } from '@mantine/core';
import { IconChartAreaLine } from '@tabler/icons-react';
import { t } from '../i18n/index.ts';
import { Empty } from './Empty.tsx';

/** Before the first request: where one comes from. */
export function NoRequests() {
  return (
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
  );
}
