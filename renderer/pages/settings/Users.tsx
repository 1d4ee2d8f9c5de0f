import { Button, Skeleton, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/index.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { InviteUser } from './InviteUser.tsx';
import { type Link, LinkOnce } from './LinkOnce.tsx';
import { UserRow } from './UserRow.tsx';

/** Who else may use this gateway, each with gateway keys of their own. */
export function Users() {
  const users = useQuery(gateway.users.list.queryOptions());
  const [inviting, form] = useDisclosure(false);
  const [link, setLink] = useState<Link>();
  const present = users.data?.users.filter(({ state }) => state !== 'removed');
  return (
    <Panel
      title={t('users.title')}
      mih={120}
      aside={
        <Button size="compact-sm" variant="light" onClick={form.open}>
          {t('users.invite')}
        </Button>
      }
    >
      {users.isError && <Failure error={users.error} onRetry={() => void users.refetch()} />}
      {users.isPending && <Skeleton h={60} />}
      {present?.length === 0 && (
        <Empty icon={IconUsers} title={t('users.none')}>
          {t('users.noneAbout')}
        </Empty>
      )}
      <Stack gap={0}>
        {present?.map((user) => (
          <UserRow key={user.id} user={user} onLink={setLink} />
        ))}
      </Stack>
      {inviting && <InviteUser onClose={form.close} onLink={setLink} />}
      {link && <LinkOnce link={link} onClose={() => setLink(undefined)} />}
    </Panel>
  );
}
