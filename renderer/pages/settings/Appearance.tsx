import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { type Language, language, languages, t } from '../../i18n/index.ts';
import { useLook } from '../../look.ts';
import { Panel } from '../../parts/Panel.tsx';

const schemes = ['light', 'dark', 'auto'] as const;

/** Language and theme, kept in this browser or by the app. */
export function Appearance() {
  const { theme, chooseTheme, chooseLanguage } = useLook();
  return (
    <Panel title={t('settings.appearance')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Text size="sm">{t('settings.language')}</Text>
          <SegmentedControl
            size="xs"
            aria-label={t('settings.language')}
            value={language.get()}
            onChange={(value: Language) => chooseLanguage(value)}
            data={Object.entries(languages).map(([value, label]) => ({ value: value as Language, label }))}
          />
        </Group>
        <Group justify="space-between">
          <Text size="sm">{t('settings.theme')}</Text>
          <SegmentedControl
            size="xs"
            aria-label={t('settings.theme')}
            value={theme}
            onChange={chooseTheme}
            data={schemes.map((value) => ({ value, label: t(`theme.${value}`) }))}
          />
        </Group>
      </Stack>
    </Panel>
  );
}
