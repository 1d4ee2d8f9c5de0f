import { SimpleGrid, Stack, Switch } from '@mantine/core';
import { t } from '../../i18n/index.ts';
import { Panel } from '../../parts/Panel.tsx';
import { NumberField } from './NumberField.tsx';
import { MIB, type SettingsPart } from './part.ts';

const MINUTE_MS = 60_000;

/** Answers that are remembered. */
export function Cache({ settings: { cache }, onChange }: SettingsPart) {
  return (
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
            value={Math.round(cache.maxBytes / MIB)}
            min={0}
            max={65_536}
            onSet={(value) => onChange({ cache: { maxBytes: value * MIB } }, { cache: { maxBytes: cache.maxBytes } })}
          />
          <NumberField
            label={t('settings.cacheLife')}
            suffix=" min"
            value={Math.round(cache.ttlMs / MINUTE_MS)}
            min={1}
            max={43_200}
            onSet={(value) => onChange({ cache: { ttlMs: value * MINUTE_MS } }, { cache: { ttlMs: cache.ttlMs } })}
          />
        </SimpleGrid>
      </Stack>
    </Panel>
  );
}
