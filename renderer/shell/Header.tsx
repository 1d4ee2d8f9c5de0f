import {
  ActionIcon,
  Burger,
  Button,
  Group,
  Kbd,
  Text,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
} from '@mantine/core';
import { useOs } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { IconLogout, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { inBrowser, signOut } from '../client.ts';
import { t } from '../i18n/index.ts';
import logo from '../icon.svg';
import { connection } from '../live.ts';
import { useLook } from '../look.ts';
import { gateway } from '../queries.ts';
import { useStore } from '../store.ts';

interface HeaderProps {
  menuOpen: boolean;
  onMenu: () => void;
}

export function Header({ menuOpen, onMenu }: HeaderProps) {
  return (
    // What comes late or not at all stands between the two ends, so that it moves neither.
    <Group h="100%" px="md" gap={6} wrap="nowrap" bg="var(--surface)">
      <Group gap="sm" wrap="nowrap" flex={1}>
        <Burger opened={menuOpen} onClick={onMenu} hiddenFrom="sm" size="sm" aria-label={t('shell.menu')} />
        <a href="#/" className="plain" style={{ textDecoration: 'none' }}>
          <Group gap={8} wrap="nowrap">
            <img src={logo} width={24} height={24} alt="" />
            <Text fw={600} visibleFrom="xs">
              LLM Gateway
            </Text>
          </Group>
        </a>
        <Connection />
      </Group>
      {inBrowser && <MakeAccount />}
      <SearchButton />
      <ThemeButton />
      {inBrowser && (
        <Tooltip label={t('shell.signOut')}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('shell.signOut')} onClick={signOut}>
            <IconLogout size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

/** After the first sign-in, which was by the printed link: until the owner has an account, or for good where none is wanted. */
function MakeAccount() {
  const account = useQuery(gateway.account.get.queryOptions());
  if (account.data?.account !== null) return null;
  return (
    <Button component="a" href="#/settings?do=account" size="xs" variant="subtle" visibleFrom="sm">
      {t('account.make')}
    </Button>
  );
}

/** Whether what is shown is what is. Shown as text too: a colour alone says nothing to many. */
function Connection() {
  const state = useStore(connection);
  return (
    <Tooltip label={t(`shell.connection.${state}About`)}>
      <span className="connection" data-state={state} role="status">
        {t(`shell.connection.${state}`)}
      </span>
    </Tooltip>
  );
}

function SearchButton() {
  const apple = useOs() === 'macos';
  return (
    <UnstyledButton onClick={spotlight.open} className="search-button">
      <Group gap={8} wrap="nowrap">
        <IconSearch size={16} stroke={1.6} aria-hidden />
        <Text size="sm" c="dimmed">
          {t('shell.search')}
        </Text>
        <Kbd size="xs" visibleFrom="sm">
          {apple ? '⌘K' : 'Ctrl K'}
        </Kbd>
      </Group>
    </UnstyledButton>
  );
}

function ThemeButton() {
  const { chooseTheme } = useLook();
  const dark = useComputedColorScheme('light') === 'dark';
  const label = t(dark ? 'shell.toLight' : 'shell.toDark');
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={label}
        onClick={() => chooseTheme(dark ? 'light' : 'dark')}
      >
        {dark ? <IconSun size={18} stroke={1.6} /> : <IconMoon size={18} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  );
}
