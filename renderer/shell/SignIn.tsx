import { Alert, Anchor, Button, Code, PasswordInput, Text, TextInput } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { ORPCError } from '@orpc/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { hasAccount, hasSpentLink, signIn } from '../client.ts';
import { explainFailure } from '../failure.ts';
import { t } from '../i18n/index.ts';
import { queryClient } from '../queries.ts';
import { Entrance } from './Entrance.tsx';

/** For a browser without a session: by the account where there is one; the printed link is the quick way, the owner token the one that always works. */
export function SignIn() {
  useDocumentTitle('LLM Gateway');
  const [email, setEmail] = useState('');
  const [secret, setSecret] = useState('');
  const [wantsToken, setWantsToken] = useState(false);
  const account = useQuery({ queryKey: ['hasAccount'], queryFn: hasAccount });
  const byAccount = account.data === true && !wantsToken;
  const entering = useMutation({
    mutationFn: async () => {
      const proof = byAccount ? { email: email.trim(), password: secret } : { token: secret.trim() };
      if (!(await signIn(proof))) return false;
      await queryClient.resetQueries();
      return true;
    },
  });
  const message = entering.isError
    ? explainSignIn(entering.error)
    : entering.data === false
      ? t(byAccount ? 'signIn.wrongPassword' : 'signIn.wrong')
      : null;
  return (
    <Entrance title={t('signIn.title')} about={t('signIn.about')} onSubmit={entering.mutate}>
      {hasSpentLink() && (
        <Alert color="yellow" variant="outline" role="status">
          {t('signIn.spentLink')}
        </Alert>
      )}
      {byAccount && (
        <TextInput
          type="email"
          label={t('account.email')}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
          withAsterisk={false}
          autoComplete="username"
          data-autofocus
        />
      )}
      <PasswordInput
        key={byAccount ? 'password' : 'token'}
        label={t(byAccount ? 'account.password' : 'signIn.token')}
        description={byAccount ? undefined : t('signIn.tokenAbout')}
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
        error={message}
        required
        withAsterisk={false}
        autoComplete="current-password"
        spellCheck={false}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
        data-autofocus={!byAccount || undefined}
      />
      <Button type="submit" loading={entering.isPending} disabled={secret.trim() === ''}>
        {t('signIn.enter')}
      </Button>
      {account.data === true && (
        <Anchor component="button" type="button" size="xs" onClick={() => setWantsToken(!wantsToken)}>
          {t(byAccount ? 'signIn.byToken' : 'signIn.byAccount')}
        </Anchor>
      )}
      <Text size="xs" c="dimmed">
        {t('signIn.link')} <Code>npm start</Code>
      </Text>
    </Entrance>
  );
}

function explainSignIn(error: unknown): string {
  if (error instanceof ORPCError && error.code === 'rate_limited')
    return t('signIn.wait', { count: Number(error.data) });
  return explainFailure(error).advice;
}
