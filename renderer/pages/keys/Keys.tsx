import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useAsked } from '../../asked.ts';
import { t } from '../../i18n/index.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { UserSelect, useUser } from '../../parts/UserSelect.tsx';
import { gateway } from '../../queries.ts';
import { useRole } from '../../role.ts';
import { CreateKey } from './CreateKey.tsx';
import { KeyCard } from './KeyCard.tsx';
import { LimitBars } from './LimitBars.tsx';
import { SetLimits } from './SetLimits.tsx';
import { Unsettled } from './Unsettled.tsx';

/** One key a tool, so that each can be limited, watched and revoked by itself. */
export function Keys() {
  const keys = useQuery(gateway.gatewayKeys.list.queryOptions());
  const limits = useQuery(gateway.limits.list.queryOptions());
  const creating = useAsked('create');
  const [showingRevoked, revoked] = useDisclosure(false);
  const isOwner = useRole() === 'owner';
  const user = useUser();
  const all = (keys.data?.keys ?? []).filter((key) => user === undefined || key.userId === user);
  const live = all.filter((key) => key.revokedAtMs === null);
  const dead = all.filter((key) => key.revokedAtMs !== null);
  const limitOf = (id: string) => limits.data?.limits.find((limit) => limit.id === id);
  const overall = limitOf('overall');
  const failed = keys.error ?? limits.error;
  return (
    <Page
      title={t('keys.title')}
      about={t('keys.about')}
      actions={
        <>
          <UserSelect />
          <Button size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={creating.open}>
            {t('keys.create')}
          </Button>
        </>
      }
    >
      {failed && <Failure error={failed} onRetry={() => void Promise.all([keys.refetch(), limits.refetch()])} />}
      {keys.isPending || limits.isPending ? (
        <Stack>
          <Skeleton h={120} />
          <Skeleton h={120} />
        </Stack>
      ) : (
        <>
          {overall && (
            <Panel title={t('keys.overall')} aside={<SetLimits limit={overall} name={t('keys.overall')} />}>
              <LimitBars limit={overall} />
            </Panel>
          )}
          {isOwner && <Unsettled />}
          {keys.isSuccess && live.length === 0 && (
            <Panel>
              <Empty
                icon={IconKey}
                title={t('keys.empty')}
                actions={<Button onClick={creating.open}>{t('keys.create')}</Button>}
              >
                {t('keys.emptyAbout')}
              </Empty>
            </Panel>
          )}
          <Stack gap="sm">
            {live.map((key) => (
              <KeyCard key={key.id} gatewayKey={key} limit={limitOf(key.id)} />
            ))}
          </Stack>
          {dead.length > 0 && (
            <div>
              <Button size="compact-sm" variant="subtle" onClick={revoked.toggle} aria-expanded={showingRevoked}>
                {t('keys.revoked', { count: dead.length })}
              </Button>
              {showingRevoked &&
                dead.map((key) => (
                  <Text key={key.id} size="sm" c="dimmed" px="sm" py={2}>
                    {key.name} ••••{key.lastFour}
                    {isOwner && key.userName !== null && ` · ${key.userName}`}
                  </Text>
                ))}
            </div>
          )}
        </>
      )}
      {creating.isOpen && <CreateKey onClose={creating.close} />}
    </Page>
  );
}
