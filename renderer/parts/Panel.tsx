import { Group, Paper, type PaperProps, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface PanelProps extends PaperProps {
  title?: string;
  aside?: ReactNode;
  children: ReactNode;
}

/** A framed part of a page. */
export function Panel({ title, aside, children, ...paper }: PanelProps) {
  const id = useId();
  return (
    <Paper p="md" component="section" bg="var(--surface)" {...(title && { 'aria-labelledby': id })} {...paper}>
      {title && (
        <Group justify="space-between" mb="sm" gap="xs">
          <Title order={2} size="sm" id={id}>
            {title}
          </Title>
          {aside}
        </Group>
      )}
      {children}
    </Paper>
  );
}
