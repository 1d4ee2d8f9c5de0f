import '@mantine/spotlight/styles.css';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import {
  type Icon,
  IconAlertCircle,
  IconArrowsSplit2,
  IconBellPlus,
  IconCoins,
  IconKey,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPlugConnected,
  IconSearch,
  IconServer,
  IconSun,
  IconUserCircle,
  IconUserPlus,
  IconWebhook,
} from '@tabler/icons-react';
import { inBrowser, signOut } from '../client.ts';
import { language, languages, type MessageKey, t } from '../i18n/index.ts';
import { navigate } from '../location.ts';
import { useLook } from '../look.ts';
import { useRole } from '../role.ts';
import { usePages } from './pages.ts';

interface Action {
  title: MessageKey;
  icon: Icon;
  /** The page that does it, and how its address says so. */
  to: string;
  /** Not for users whom the owner invited, though they have the page. */
  forOwner?: boolean;
}

/** What is done most, wherever one is. */
const actions: readonly Action[] = [
  { title: 'palette.providerKey', icon: IconKey, to: '/providers?do=key' },
  { title: 'palette.ownProvider', icon: IconServer, to: '/providers?do=own' },
  { title: 'palette.gatewayKey', icon: IconPlugConnected, to: '/keys?do=create' },
  { title: 'palette.dearest', icon: IconCoins, to: '/requests?sort=dearest' },
  { title: 'palette.failed', icon: IconAlertCircle, to: '/requests?status=error' },
  { title: 'palette.alertRule', icon: IconBellPlus, to: '/alerts?do=rule' },
  { title: 'palette.alertChannel', icon: IconWebhook, to: '/alerts?do=channel' },
  { title: 'palette.routingRule', icon: IconArrowsSplit2, to: '/routing?do=rule' },
];

/** In the desktop app the account of the operating system is the owner, alone. */
const browserActions: readonly Action[] = [
  { title: 'users.invite', icon: IconUserPlus, to: '/settings?do=invite', forOwner: true },
  { title: 'account.changeTitle', icon: IconUserCircle, to: '/settings?do=account' },
];

/** Everything one can go to or switch, by typing. */
export function Palette() {
  const { chooseTheme, chooseLanguage } = useLook();
  const pages = usePages();
  const isOwner = useRole() === 'owner';
  const goTo: SpotlightActionData[] = pages.map(({ path, title, icon: Drawn }) => ({
    id: path,
    label: t(title),
    leftSection: <Drawn size={18} stroke={1.6} />,
    onClick: () => navigate(path),
  }));
  const paths = pages.map(({ path }) => path);
  const deeds: SpotlightActionData[] = [...actions, ...(inBrowser ? browserActions : [])]
    .filter(({ to, forOwner = false }) => paths.includes(to.split('?', 1)[0] ?? '') && (isOwner || !forOwner))
    .map(({ to, title, icon: Drawn }) => ({
      id: to,
      label: t(title),
      leftSection: <Drawn size={18} stroke={1.6} />,
      onClick: () => navigate(to),
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
  if (inBrowser) {
    switches.push({
      id: 'signOut',
      label: t('shell.signOut'),
      leftSection: <IconLogout size={18} stroke={1.6} />,
      onClick: () => void signOut(),
    });
  }
  return (
    <Spotlight
      shortcut="mod + K"
      actions={[
        { group: t('palette.pages'), actions: goTo },
        { group: t('palette.actions'), actions: deeds },
        { group: t('palette.switches'), actions: switches },
      ]}
      nothingFound={t('palette.nothing')}
      highlightQuery
      attributes={{ content: { 'aria-label': t('shell.search') } }}
      scrollable
      maxHeight="min(560px, 76dvh)"
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('shell.search'),
      }}
    />
  );
}
