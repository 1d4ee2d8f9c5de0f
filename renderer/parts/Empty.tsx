import { Center, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface EmptyProps {
  icon: Icon;
  title: string;
  /** What to do about it. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** A place where nothing is yet: says what will be there and how to get it. */
export function Empty({ icon: Drawn, title, children, actions }: EmptyProps) {
  return (
    <Center py={40} px="md">
      <Stack align="center" gap="sm" maw={440}>
        <ThemeIcon variant="light" size={48} radius="xl" aria-hidden>
          <Drawn size={24} stroke={1.5} />
        </ThemeIcon>
        <Text fw={600}>{title}</Text>
        {children && (
          <Text c="dimmed" size="sm" ta="center">
            {children}
          </Text>
        )}
        {actions && <Group gap="xs">{actions}</Group>}
      </Stack>
    </Center>
  );
}
