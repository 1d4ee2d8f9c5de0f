import { Button, Grid, Group, Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { DesktopState } from '../../../contract/desktop.ts';
import type { RequestInfo } from '../../../contract/index.ts';
import { usePreferences } from '../../desktop.ts';
import { duration, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { showFailure } from '../../notices.tsx';
import { CodeBlock } from '../../parts/CodeBlock.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { writeEnvironment } from '../../snippets.ts';
import { Tools } from '../connect/Tools.tsx';
import { AddKey } from '../providers/AddKey.tsx';
import { FoundKeys } from './FoundKeys.tsx';

/** The first steps, from nothing to a first request; each can be left out. */
export function Welcome({ desktop }: { desktop: DesktopState }) {
  const changing = usePreferences();
  // Seen as it arrives: the gateway says when requests have ended.
  const latest = useQuery(gateway.requests.page.queryOptions({ input: { limit: 1 } }));
  const first = latest.data?.requests[0];
  return (
    <Page
      title={t('welcome.title')}
      about={t('welcome.about')}
      actions={
        <Button
          variant={first ? 'filled' : 'default'}
          loading={changing.isPending}
          onClick={() => changing.mutate({ welcomed: true })}
        >
          {t('welcome.finish')}
        </Button>
      }
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack gap="md">
            <ProviderKey found={desktop.foundKeys} />
            <OwnKey />
            <FirstRequest request={first} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Tools />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Step({ title, done, children }: { title: string; done: boolean; children: ReactNode }) {
  return (
    <Panel title={title} aside={done && <Tag tone="good">{t('welcome.done')}</Tag>}>
      {children}
    </Panel>
  );
}

function ProviderKey({ found }: { found: DesktopState['foundKeys'] }) {
  const providers = useQuery(gateway.providers.list.queryOptions());
  const keys = useQuery(gateway.providerKeys.list.queryOptions());
  const [adding, setAdding] = useState(false);
  const done = (keys.data?.keys.length ?? 0) > 0;
  return (
    <Step title={t('welcome.provider')} done={done}>
      <Stack gap="sm">
        {found.length > 0 && <FoundKeys found={found} />}
        <Group gap="md">
          <Button size="xs" variant={done || found.length > 0 ? 'default' : 'filled'} onClick={() => setAdding(true)}>
            {t(done ? 'welcome.addAnother' : 'providers.addKey')}
          </Button>
          {!done && (
            <Text size="sm" c="dimmed">
              {t('welcome.demo')}
            </Text>
          )}
        </Group>
      </Stack>
      {adding && providers.data && (
        <AddKey providers={providers.data.providers} provider={undefined} onClose={() => setAdding(false)} />
      )}
    </Step>
  );
}

/** For whatever is not among the tools that can be connected. */
function OwnKey() {
  const status = useQuery(gateway.status.queryOptions());
  const making = useMutation(gateway.gatewayKeys.create.mutationOptions({ onError: showFailure }));
  const { key } = making.data ?? {};
  return (
    <Step title={t('welcome.own')} done={key !== undefined}>
      {key !== undefined && status.data ? (
        <CodeBlock code={writeEnvironment({ address: status.data.address, key })} label={t('snippet.environment')} />
      ) : (
        <Group gap="md">
          <Button
            size="xs"
            variant="default"
            loading={making.isPending}
            onClick={() => making.mutate({ name: t('connect.keyName') })}
          >
            {t('connect.makeKey')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('welcome.ownAbout')}
          </Text>
        </Group>
      )}
    </Step>
  );
}

function FirstRequest({ request }: { request: RequestInfo | undefined }) {
  return (
    <Step title={t('welcome.first')} done={request !== undefined}>
      {request === undefined ? (
        <Stack gap="sm" align="flex-start">
          <Group gap="sm" wrap="nowrap">
            <Loader size="xs" aria-hidden />
            <Text size="sm" role="status">
              {t('welcome.waiting')}
            </Text>
          </Group>
          <Button size="xs" variant="default" component="a" href="#/playground">
            {t('playground.title')}
          </Button>
        </Stack>
      ) : (
        <Text size="sm" role="status">
          {t('welcome.arrived', {
            model: request.model ?? request.requestedModel,
            time: duration(request.latencyMs),
            cost: money(request.costUsd),
          })}
        </Text>
      )}
    </Step>
  );
}
