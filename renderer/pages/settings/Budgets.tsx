import { Select, SimpleGrid, Stack, Switch } from '@mantine/core';
import { t } from '../../i18n/index.ts';
import { Panel } from '../../parts/Panel.tsx';
import type { SettingsPart } from './part.ts';

const zones = Intl.supportedValuesOf('timeZone');

/** How budgets count. */
export function Budgets({ settings: { budgets, timeZone }, onChange }: SettingsPart) {
  return (
    <Panel title={t('settings.budgets')}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select
            label={t('settings.timeZone')}
            description={t('settings.timeZoneAbout')}
            data={[{ value: 'system', label: t('settings.timeZoneSystem') }, ...zones]}
            value={timeZone}
            searchable
            allowDeselect={false}
            onChange={(zone) => zone !== null && onChange({ timeZone: zone }, { timeZone })}
          />
          <Select
            label={t('settings.weekStart')}
            description={t('settings.weekStartAbout')}
            data={(['monday', 'sunday'] as const).map((value) => ({ value, label: t(`weekday.${value}`) }))}
            value={budgets.weekStartsOn}
            allowDeselect={false}
            onChange={(value) =>
              value !== null &&
              onChange({ budgets: { weekStartsOn: value } }, { budgets: { weekStartsOn: budgets.weekStartsOn } })
            }
          />
        </SimpleGrid>
        <Switch
          label={t('settings.unknownPrice')}
          description={t('settings.unknownPriceAbout')}
          checked={budgets.unknownPrice === 'allow'}
          onChange={(event) =>
            onChange(
              { budgets: { unknownPrice: event.currentTarget.checked ? 'allow' : 'refuse' } },
              { budgets: { unknownPrice: budgets.unknownPrice } },
            )
          }
        />
      </Stack>
    </Panel>
  );
}
