import { Group, NavLink, ScrollArea, Stack, Text } from '@mantine/core';
import { t } from '../i18n/index.ts';
import { type PageEntry, usePages } from './pages.ts';

const groups = ['watch', 'use', 'setUp'] as const;

export function Sidebar({ path }: { path: string }) {
  const pages = usePages();
  return (
    <ScrollArea h="100%" type="auto" viewportProps={{ tabIndex: -1 }}>
      <Stack gap="md" p="xs">
        {groups.map((group) => (
          <div key={group}>
            <Text size="xs" c="dimmed" fw={600} px="sm" py={4}>
              {t(`shell.group.${group}`)}
            </Text>
            {pages
              .filter((page) => page.group === group)
              .map((page) => (
                <PageLink key={page.path} page={page} active={page.path === path} />
              ))}
          </div>
        ))}
      </Stack>
    </ScrollArea>
  );
}

function PageLink({ page, active }: { page: PageEntry; active: boolean }) {
  const fetchCode = () => void page.load();
  return (
    <NavLink
      href={`#${page.path}`}
      active={active}
      aria-current={active ? 'page' : undefined}
      label={
        <Group gap={10} wrap="nowrap">
          <page.icon size={18} stroke={1.6} aria-hidden />
          {t(page.title)}
        </Group>
      }
      onMouseEnter={fetchCode}
      onFocus={fetchCode}
      style={{ borderRadius: 'var(--mantine-radius-md)' }}
      py={6}
    />
  );
}
