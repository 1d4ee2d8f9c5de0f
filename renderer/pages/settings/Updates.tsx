import { Switch } from '@mantine/core';
import { t } from '../../i18n/index.ts';
import { Panel } from '../../parts/Panel.tsx';
import type { SettingsPart } from './part.ts';

/** Whether models and prices are kept fresh. New versions of the app are the app's own. */
export function Updates({ settings: { modelUpdates }, onChange }: SettingsPart) {
  return (
    <Panel title={t('settings.updates')}>
      <Switch
        label={t('settings.updatesOn')}
        description={t('settings.updatesAbout')}
        checked={modelUpdates.enabled}
        onChange={(event) =>
          onChange(
            { modelUpdates: { enabled: event.currentTarget.checked } },
            { modelUpdates: { enabled: modelUpdates.enabled } },
          )
        }
      />
    </Panel>
  );
}
