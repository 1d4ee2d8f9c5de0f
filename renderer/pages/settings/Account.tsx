import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useAsked } from '../../asked.ts';
import { t } from '../../i18n/index.ts';
import { showFailure } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { AccountForm } from './AccountForm.tsx';
import { PasswordForm } from './PasswordForm.tsx';

/** Address and password of who is signed in, and the browsers that are signed in. In the desktop app the system's account is the owner. */
export function Account() {
  const queries = useQueryClient();
  const account = useQuery(gateway.account.get.queryOptions());
  // The header and the palette lead here too.
  const form = useAsked('account');
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
          <Button size="compact-sm" variant="default" onClick={form.open}>
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
            {known === null
              ? `${t('account.none')} ${t('account.about')}`
              : [account.data.name, known.email].filter((part) => part !== null).join(' · ')}
          </Text>
          {account.data.sessions.length > 0 && (
            <div>
              <Text size="xs" c="dimmed" fw={600}>
                {t('account.sessions')}
              </Text>
              {account.data.sessions.map(({ id, agent, lastSeenAtMs, isThis }) => (
                <Group key={id} justify="space-between" wrap="nowrap" className="row">
                  <Text size="sm" truncate>
                    {nameOf(agent)} · {t('account.seen')} <Ago atMs={lastSeenAtMs} />
                  </Text>
                  {isThis ? (
                    <Tag tone="good">{t('account.isThis')}</Tag>
                  ) : (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={t('account.endOf', { agent: nameOf(agent) })}
                      onClick={() => ending.mutate({ id })}
                    >
                      {t('account.end')}
                    </Button>
                  )}
                </Group>
              ))}
            </div>
          )}
        </Stack>
      )}
      {form.isOpen &&
        account.data &&
        (account.data.role === 'member' ? (
          <PasswordForm onClose={form.close} />
        ) : (
          <AccountForm email={known?.email ?? ''} onClose={form.close} />
        ))}
    </Panel>
  );
}

/** `Firefox · Linux` from what a browser calls itself. */
function nameOf(agent: string): string {
  const [browser] = /Firefox|Edg|Chrome|Safari/.exec(agent) ?? [];
  const [system] = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent) ?? [];
  return [browser ?? t('account.unknownAgent'), system].filter((part) => part !== undefined).join(' · ');
}
