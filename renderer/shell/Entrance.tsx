import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import logo from '../icon.svg';

interface EntranceProps {
  title: string;
  about: string;
  onSubmit(): void;
  children: ReactNode;
}

/** The form that somebody sees who is not signed in. */
export function Entrance({ title, about, onSubmit, children }: EntranceProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper p="xl" w={420} maw="100%" bg="var(--surface)">
        <form onSubmit={submit}>
          <Stack gap="md">
            <img src={logo} width={40} height={40} alt="" />
            <div>
              <Title order={1}>{title}</Title>
              <Text c="dimmed" size="sm" mt={4}>
                {about}
              </Text>
            </div>
            {children}
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
