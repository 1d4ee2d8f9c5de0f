import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconKey, IconPlus, IconRadar } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderInfo } from '../../../contract/index.ts';
import { useAsked } from '../../asked.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { AddKey } from './AddKey.tsx';
import { OwnProvider } from './OwnProvider.tsx';
import { ProviderCard } from './ProviderCard.tsx';

const RESTING_MS = 5_000;
const isResting = ({ health }: ProviderInfo) => health.circuit !== 'closed';

/** Whom the gateway may call, with which keys, and how they are. */
export function Providers() {
  const providers = useQuery({
    ...gateway.providers.list.queryOptions(),
    // A provider that rests after failures is tried again after a while, and nobody tells of that.
    refetchInterval: ({ state }) => (state.data?.providers.some(isResting) ? RESTING_MS : false),
  });
  const keys = useQuery(gateway.providerKeys.list.queryOptions());
  const adding = useAsked('key');
  const own = useAsked('own');
  const [wanted, setWanted] = useState<string>();
  const all = providers.data?.providers ?? [];
  const used = all.filter((one) => isUsed(one, keys.data?.keys ?? []));
  const others = all.filter((one) => !used.includes(one) && one.kind === 'builtIn');
  const addFor = (provider?: string) => {
    setWanted(provider);
    adding.open();
  };
  const failed = providers.error ?? keys.error;
  return (
    <Page
      title={t('providers.title')}
      about={t('providers.about')}
      actions={
        <>
          <Discover />
          <Button size="xs" variant="default" onClick={own.open}>
            {t('providers.addOwn')}
          </Button>
          <Button size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => addFor()}>
            {t('providers.addKey')}
          </Button>
        </>
      }
    >
      {failed && <Failure error={failed} onRetry={() => Promise.all([providers.refetch(), keys.refetch()])} />}
      {providers.isPending || keys.isPending ? (
        <Stack>
          <Skeleton h={110} />
          <Skeleton h={110} />
        </Stack>
      ) : (
        <>
          {providers.isSuccess && keys.isSuccess && used.length === 0 ? (
            <Panel>
              <Empty
                icon={IconKey}
                title={t('providers.empty')}
                actions={<Button onClick={() => addFor()}>{t('providers.addKey')}</Button>}
              >
                {t('providers.emptyAbout')}
              </Empty>
            </Panel>
          ) : (
            <Stack gap="sm">
              {used.map((one) => (
                <ProviderCard
                  key={one.id}
                  provider={one}
                  keys={keys.data?.keys.filter((key) => key.provider === one.id) ?? []}
                  onAddKey={() => addFor(one.id)}
                />
              ))}
            </Stack>
          )}
          {others.length > 0 && <Others providers={others} onAdd={addFor} />}
        </>
      )}
      {adding.isOpen && providers.isSuccess && <AddKey providers={all} provider={wanted} onClose={adding.close} />}
      {own.isOpen && <OwnProvider onClose={own.close} />}
    </Page>
  );
}

function isUsed(provider: ProviderInfo, keys: { provider: string }[]): boolean {
  return (
    keys.some((key) => key.provider === provider.id) || provider.kind === 'custom' || provider.local?.running === true
  );
}

function Others({ providers, onAdd }: { providers: ProviderInfo[]; onAdd(provider: string): void }) {
  return (
    <div>
      <Title order={2} size="sm" mb={4}>
        {t('providers.others')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('providers.othersAbout')}
      </Text>
      <Group gap="xs">
        {providers.map((one) => (
          <Button key={one.id} size="xs" variant="default" onClick={() => onAdd(one.id)}>
            {one.name}
          </Button>
        ))}
      </Group>
    </div>
  );
}

function Discover() {
  const looking = useMutation(
    gateway.providers.discover.mutationOptions({
      onSuccess: ({ providers }) =>
        showDone(t('providers.found', { count: providers.filter((one) => one.local?.running).length })),
      onError: showFailure,
    }),
  );
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconRadar size={16} stroke={1.6} aria-hidden />}
      loading={looking.isPending}
      onClick={() => looking.mutate({})}
    >
      {t('providers.discover')}
    </Button>
  );
}
