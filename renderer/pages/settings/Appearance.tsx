import { Group, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { type Language, language, languages, speak, t } from '../../i18n/index.ts';
import { Panel } from '../../parts/Panel.tsx';

const schemes = ['light', 'dark', 'auto'] as const;

/** Language and theme, kept in this browser or window. */
export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Panel title={t('settings.appearance')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Text size="sm">{t('settings.language')}</Text>
          <SegmentedControl
            size="xs"
            aria-label={t('settings.language')}
            value={language.get()}
            onChange={(value: Language) => void speak(value)}
            data={Object.entries(languages).map(([value, label]) => ({ value: value as Language, label }))}
          />
        </Group>
        <Group justify="space-between">
          <Text size="sm">{t('settings.theme')}</Text>
          <SegmentedControl
            size="xs"
            aria-label={t('settings.theme')}
            value={colorScheme}
            onChange={setColorScheme}
            data={schemes.map((value) => ({ value, label: t(`theme.${value}`) }))}
          />
        </Group>
      </Stack>
    </Panel>
  );
}
