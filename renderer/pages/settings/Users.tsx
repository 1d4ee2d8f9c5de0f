import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAsked } from '../../asked.ts';
import { t } from '../../i18n/index.ts';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { InviteUser } from './InviteUser.tsx';
import { type Link, LinkOnce } from './LinkOnce.tsx';
import { UserRow } from './UserRow.tsx';

/** Who else may use this gateway, each with gateway keys of their own. */
export function Users() {
  const users = useQuery(gateway.users.list.queryOptions());
  const inviting = useAsked('invite');
  const [link, setLink] = useState<Link>();
  const present = users.data?.users.filter(({ state }) => state !== 'removed');
  return (
    <Panel
      title={t('users.title')}
      mih={96}
      aside={
        <Button size="compact-sm" variant="default" onClick={inviting.open}>
          {t('users.invite')}
        </Button>
      }
    >
      {users.isError && <Failure error={users.error} onRetry={() => void users.refetch()} />}
      {users.isPending && <Skeleton h={60} />}
      {present?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('users.none')} {t('users.noneAbout')}
        </Text>
      )}
      <Stack gap={0}>
        {present?.map((user) => (
          <UserRow key={user.id} user={user} onLink={setLink} />
        ))}
      </Stack>
      {inviting.isOpen && <InviteUser onClose={inviting.close} onLink={setLink} />}
      {link && <LinkOnce link={link} onClose={() => setLink(undefined)} />}
    </Panel>
  );
}
