import { Button, Center, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { signIn } from '../client.ts';
import { t } from '../i18n/index.ts';
import logo from '../icon.svg';
import { queryClient } from '../queries.ts';

/** For a browser without a session: the printed link is the quick way, the owner token the one that always works. */
export function SignIn() {
  useDocumentTitle('LLM Gateway');
  const [token, setToken] = useState('');
  const entering = useMutation({
    mutationFn: async () => {
      if (!(await signIn({ token: token.trim() }))) return false;
      await queryClient.resetQueries();
      return true;
    },
  });
  const message = entering.isError
    ? t('failure.unreachableAdvice')
    : entering.data === false
      ? t('signIn.wrong')
      : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper p="xl" w={420} maw="100%" bg="var(--surface)">
        <form onSubmit={submit}>
          <Stack gap="md">
            <img src={logo} width={40} height={40} alt="" />
            <div>
              <Title order={1}>{t('signIn.title')}</Title>
              <Text c="dimmed" size="sm" mt={4}>
                {t('signIn.about')}
              </Text>
            </div>
            <PasswordInput
              label={t('signIn.token')}
              description={t('signIn.tokenAbout')}
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
              error={message}
              required
              withAsterisk={false}
              autoComplete="current-password"
              spellCheck={false}
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
              data-autofocus
            />
            <Button type="submit" loading={entering.isPending} disabled={token.trim() === ''}>
              {t('signIn.enter')}
            </Button>
            <Text size="xs" c="dimmed">
              {t('signIn.link')} <Code>npm start</Code>
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
