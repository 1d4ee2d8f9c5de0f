import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { changeParameters, useParameters } from '../../location.ts';
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
  // The header leads here so.
  const asked = useParameters().get('make') === 'account';
  const [changing, form] = useDisclosure(false);
  const ending = useMutation(
    gateway.account.endSession.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: gateway.account.key() }),
      onError: showFailure,
    }),
  );
  const close = () => {
    form.close();
    changeParameters({ make: undefined });
  };
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
      {(changing || (asked && account.isSuccess && known === null)) &&
        (account.data?.role === 'member' ? (
          <PasswordForm onClose={form.close} />
        ) : (
          <AccountForm email={known?.email ?? ''} onClose={close} />
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
