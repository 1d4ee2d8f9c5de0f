import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface PageProps {
  title: string;
  /** One sentence under the title. */
  about?: string;
  /** Beside the title: the page's main actions. */
  actions?: ReactNode;
  /** Whether it is at least as high as the window, for a part that takes what is left. */
  fills?: boolean;
  children: ReactNode;
}

/** What every page begins with. */
export function Page({ title, about, actions, fills, children }: PageProps) {
  useDocumentTitle(`${title} · LLM Gateway`);
  return (
    <Stack gap="md" {...(fills && { className: 'filling' })}>
      <Group justify="space-between" align="flex-start" gap="md" mb={4}>
        <Box maw={640}>
          <Title order={1}>{title}</Title>
          {about && (
            <Text c="dimmed" size="sm" mt={4}>
              {about}
            </Text>
          )}
        </Box>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
