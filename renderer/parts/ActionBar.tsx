import { Group, Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface ActionBarProps {
  /** What the actions are for. */
  about: string;
  children: ReactNode;
}

/** What can be done with what was chosen or changed on a page, in sight however far one has scrolled. */
export function ActionBar({ about, children }: ActionBarProps) {
  return (
    <Paper className="action-bar" shadow="md" px="md" py="xs" role="group" aria-label={about}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{about}</Text>
        <Group gap="xs">{children}</Group>
      </Group>
    </Paper>
  );
}
