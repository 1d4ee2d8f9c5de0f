import { NumberInput, Select, SimpleGrid, Stack, Switch } from '@mantine/core';
import { useState } from 'react';
import { numberSigns } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { Panel } from '../../parts/Panel.tsx';
import type { SettingsPart } from './part.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const zones = Intl.supportedValuesOf('timeZone');

/** What is remembered and for how long, how budgets count, and whether prices are kept fresh. */
export function CacheAndData({ settings, onChange }: SettingsPart) {
  const { cache, retention, budgets, modelUpdates, local, timeZone } = settings;
  return (
    <>
      <Panel title={t('settings.cache')}>
        <Stack gap="sm">
          <Switch
            label={t('settings.cacheOn')}
            description={t('settings.cacheAbout')}
            checked={cache.enabled}
            onChange={(event) =>
              onChange({ cache: { enabled: event.currentTarget.checked } }, { cache: { enabled: cache.enabled } })
            }
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <NumberField
              label={t('settings.cacheSize')}
              suffix=" MiB"
              value={cache.maxBytes / MIB}
              min={0}
              max={65_536}
              onSet={(value) => onChange({ cache: { maxBytes: value * MIB } }, { cache: { maxBytes: cache.maxBytes } })}
            />
            <NumberField
              label={t('settings.cacheLife')}
              suffix=" min"
              value={cache.ttlMs / MINUTE_MS}
              min={1}
              max={43_200}
              onSet={(value) => onChange({ cache: { ttlMs: value * MINUTE_MS } }, { cache: { ttlMs: cache.ttlMs } })}
            />
          </SimpleGrid>
        </Stack>
      </Panel>
      <Panel title={t('settings.data')}>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <NumberField
              label={t('settings.keepDays')}
              description={t('settings.keepAbout')}
              value={retention.days ?? undefined}
              min={1}
              max={10_000}
              onSet={(days) => onChange({ retention: { days } }, { retention: { days: retention.days } })}
            />
            <NumberField
              label={t('settings.keepSize')}
              description={t('settings.keepSizeAbout')}
              suffix=" MiB"
              value={retention.maxMib ?? undefined}
              min={16}
              max={1_000_000}
              onSet={(maxMib) => onChange({ retention: { maxMib } }, { retention: { maxMib: retention.maxMib } })}
            />
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
          <Switch
            label={t('settings.updates')}
            description={t('settings.updatesAbout')}
            checked={modelUpdates.enabled}
            onChange={(event) =>
              onChange(
                { modelUpdates: { enabled: event.currentTarget.checked } },
                { modelUpdates: { enabled: modelUpdates.enabled } },
              )
            }
          />
          <Switch
            label={t('settings.discover')}
            description={t('settings.discoverAbout')}
            checked={local.discover}
            onChange={(event) =>
              onChange({ local: { discover: event.currentTarget.checked } }, { local: { discover: local.discover } })
            }
          />
        </Stack>
      </Panel>
    </>
  );
}

interface NumberFieldProps {
  label: string;
  description?: string;
  suffix?: string;
  value: number | undefined;
  min: number;
  max: number;
  onSet(value: number): void;
}

/** Set when one leaves the field or presses Enter, not at each digit. */
export function NumberField({ value, onSet, ...rest }: NumberFieldProps) {
  const [typed, setTyped] = useState<number | string>(value ?? '');
  const settle = () => {
    if (typeof typed === 'number' && typed !== value) onSet(Math.min(rest.max, Math.max(rest.min, Math.round(typed))));
  };
  return (
    <NumberInput
      {...rest}
      value={typed}
      onChange={setTyped}
      onBlur={settle}
      onKeyDown={(event) => event.key === 'Enter' && settle()}
      allowDecimal={false}
      {...numberSigns()}
      hideControls
      placeholder={t('settings.unlimited')}
    />
  );
}
