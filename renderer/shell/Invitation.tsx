import { Anchor, Button, PasswordInput, Skeleton, Text, TextInput } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { lookAtInvitation, takeInvitation } from '../client.ts';
import { exactTime } from '../format.ts';
import { t } from '../i18n/index.ts';
import { navigate } from '../location.ts';
import { Failure } from '../parts/Failure.tsx';
import { queryClient } from '../queries.ts';
import { Entrance } from './Entrance.tsx';

/** For who opens the link that the owner has made for them: makes the account, or chooses another password. */
export function Invitation({ code }: { code: string }) {
  useDocumentTitle('LLM Gateway');
  const invitation = useQuery({
    queryKey: ['invitation', code],
    queryFn: () => lookAtInvitation(code),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [typed, setTyped] = useState<string>();
  const [password, setPassword] = useState('');
  const known = invitation.data;
  const email = typed ?? known?.email ?? '';
  const taking = useMutation({
    mutationFn: () => takeInvitation({ code, email: email.trim(), password }),
    onSuccess: async () => {
      navigate('/', { replace: true });
      await queryClient.resetQueries();
    },
  });
  return (
    <Entrance
      title={known ? t('invitation.title', { name: known.name }) : t('invitation.unknown')}
      about={t(typeof known?.email === 'string' ? 'invitation.anew' : 'invitation.about')}
      onSubmit={taking.mutate}
    >
      {invitation.isPending && <Skeleton h={160} />}
      {invitation.isError && (
        <>
          <Failure error={invitation.error} />
          <Anchor href="#/" size="sm">
            {t('signIn.title')}
          </Anchor>
        </>
      )}
      {known && (
        <>
          <TextInput
            required
            withAsterisk={false}
            type="email"
            label={t('account.email')}
            autoComplete="username"
            value={email}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
          />
          <PasswordInput
            required
            withAsterisk={false}
            minLength={10}
            label={t('account.password')}
            description={t('invitation.password')}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
          />
          {taking.isError && <Failure error={taking.error} />}
          <Button type="submit" loading={taking.isPending}>
            {t('invitation.take')}
          </Button>
          <Text size="xs" c="dimmed">
            {t('invitation.until', { at: exactTime(known.endsAtMs) })}
          </Text>
        </>
      )}
    </Entrance>
  );
}
