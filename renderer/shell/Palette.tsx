import '@mantine/spotlight/styles.css';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconLanguage, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { language, languages, t } from '../i18n/index.ts';
import { navigate } from '../location.ts';
import { useLook } from '../look.ts';
import { usePages } from './pages.ts';

/** Everything one can go to or switch, by typing. */
export function Palette() {
  const { chooseTheme, chooseLanguage } = useLook();
  const pages = usePages();
  const goTo: SpotlightActionData[] = pages.map(({ path, title, icon: Drawn }) => ({
    id: path,
    label: t(title),
    leftSection: <Drawn size={18} stroke={1.6} />,
    onClick: () => navigate(path),
  }));
  const switches: SpotlightActionData[] = [
    {
      id: 'light',
      label: t('shell.toLight'),
      leftSection: <IconSun size={18} stroke={1.6} />,
      onClick: () => chooseTheme('light'),
    },
    {
      id: 'dark',
      label: t('shell.toDark'),
      leftSection: <IconMoon size={18} stroke={1.6} />,
      onClick: () => chooseTheme('dark'),
    },
    ...(Object.keys(languages) as (keyof typeof languages)[])
      .filter((one) => one !== language.get())
      .map((one) => ({
        id: one,
        label: languages[one],
        leftSection: <IconLanguage size={18} stroke={1.6} />,
        onClick: () => chooseLanguage(one),
      })),
  ];
  return (
    <Spotlight
      shortcut="mod + K"
      actions={[
        { group: t('palette.pages'), actions: goTo },
        { group: t('palette.switches'), actions: switches },
      ]}
      nothingFound={t('palette.nothing')}
      highlightQuery
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('shell.search'),
      }}
    />
  );
}
