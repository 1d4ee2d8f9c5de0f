import { Button, Group, Modal, PasswordInput, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { session } from '../../session.ts';

/** The owner's address and password, and the browsers that are signed in. In the desktop app the system's account is the owner. */
export function Account() {
  const queries = useQueryClient();
  const account = useQuery(gateway.account.get.queryOptions());
  const [changing, form] = useDisclosure(false);
  const ending = useMutation(
    gateway.account.endSession.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: gateway.account.key() }),
      onError: showFailure,
    }),
  );
  const known = account.data?.account ?? null;
  return (
    <Panel
      title={t('account.title')}
      aside={
        account.data && (
          <Button size="compact-sm" variant="light" onClick={form.open}>
            {t(known === null ? 'account.make' : 'account.change')}
          </Button>
        )
      }
    >
      {account.isError && <Failure error={account.error} onRetry={() => void account.refetch()} />}
      {account.isPending && <Skeleton h={60} />}
      {account.data && (
        <Stack gap="sm">
          <Text size="sm" {...(known === null && { c: 'dimmed' })}>
            {known === null ? `${t('account.none')} ${t('account.about')}` : known.email}
          </Text>
          {account.data.sessions.length > 0 && (
            <div>
              <Text size="xs" c="dimmed" fw={600}>
                {t('account.sessions')}
              </Text>
              {account.data.sessions.map(({ id, agent, lastSeenAtMs }) => (
                <Group key={id} justify="space-between" wrap="nowrap" className="row">
                  <Text size="sm" truncate>
                    {nameOf(agent)} · {t('account.seen')} <Ago atMs={lastSeenAtMs} />
                  </Text>
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    aria-label={t('account.endOf', { agent: nameOf(agent) })}
                    onClick={() => ending.mutate({ id })}
                  >
                    {t('account.end')}
                  </Button>
                </Group>
              ))}
            </div>
          )}
        </Stack>
      )}
      {changing && <AccountForm email={known?.email ?? ''} onClose={form.close} />}
    </Panel>
  );
}

function AccountForm({ email: before, onClose }: { email: string; onClose(): void }) {
  const [email, setEmail] = useState(before);
  const [password, setPassword] = useState('');
  const saving = useMutation(
    gateway.account.set.mutationOptions({
      onSuccess: () => {
        onClose();
        showDone(t('account.saved'));
        session.set('out');
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate({ email: email.trim(), password });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('account.changeTitle')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            required
            type="email"
            label={t('account.email')}
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            data-autofocus
          />
          <PasswordInput
            required
            minLength={10}
            label={t('account.password')}
            description={t('account.passwordAbout')}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
          />
          {saving.isError && <Failure error={saving.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" loading={saving.isPending}>
              {t('action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** `Firefox · Linux` from what a browser calls itself. */
function nameOf(agent: string): string {
  const [browser] = /Firefox|Edg|Chrome|Safari/.exec(agent) ?? [];
  const [system] = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent) ?? [];
  return [browser ?? t('account.unknownAgent'), system].filter((part) => part !== undefined).join(' · ');
}
