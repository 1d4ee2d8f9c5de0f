import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface RowProps {
  name: string;
  /** Before the name. */
  icon?: ReactNode;
  /** After the name: its state. */
  tag?: ReactNode;
  /** Under the name. */
  about: ReactNode;
  /** What can be done about it. */
  actions: ReactNode;
  /** Windows that it opens. */
  children?: ReactNode;
}

/** An entry of a list within a panel. */
export function Row({ name, icon, tag, about, actions, children }: RowProps) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="md" className="row">
      <Group gap="sm" wrap="nowrap">
        {icon}
        <div>
          <Group gap="xs">
            <Text fw={600} size="sm">
              {name}
            </Text>
            {tag}
          </Group>
          <Text size="sm" c="dimmed">
            {about}
          </Text>
        </div>
      </Group>
      <Group gap="xs" wrap="nowrap">
        {actions}
      </Group>
      {children}
    </Group>
  );
}
