import { Alert, Button, Group, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { showFailure } from '../../notices.tsx';
import { CodeBlock } from '../../parts/CodeBlock.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { useRole } from '../../role.ts';
import { snippetLanguages, writeEnvironment, writeSnippet } from '../../snippets.ts';
import { Tools } from './Tools.tsx';

/** How a tool is pointed at the gateway: what to paste, with address and key filled in. */
export function Connect() {
  const status = useQuery(gateway.status.queryOptions());
  const making = useMutation(gateway.gatewayKeys.create.mutationOptions({ onError: showFailure }));
  const isOwner = useRole() === 'owner';
  const key = making.data?.key;
  const address = status.data?.address ?? '';
  const messages = [{ role: 'user', content: t('playground.example') }];
  return (
    <Page title={t('connect.title')} about={t('connect.about')}>
      {status.isError && <Failure error={status.error} onRetry={() => status.refetch()} />}
      {isOwner && <Tools />}
      <Panel title={t(isOwner ? 'connect.key' : 'connect.ownKey')}>
        <Stack gap="sm" align="flex-start">
          {key === undefined ? (
            <Group gap="md">
              <Button
                size="xs"
                loading={making.isPending}
                onClick={() => making.mutate({ name: t('connect.keyName') })}
              >
                {t('connect.makeKey')}
              </Button>
              <Text size="sm" c="dimmed">
                {t('connect.keyAbout')}
              </Text>
            </Group>
          ) : (
            <Alert color="yellow" variant="outline" w="100%">
              {t('connect.keyMade')}
            </Alert>
          )}
        </Stack>
      </Panel>
      <Panel title={t('connect.snippets')}>
        {status.isPending ? (
          <Skeleton h={220} />
        ) : (
          <Tabs defaultValue="environment">
            <Tabs.List mb="sm">
              <Tabs.Tab value="environment">{t('snippet.environment')}</Tabs.Tab>
              {snippetLanguages.map((name) => (
                <Tabs.Tab key={name} value={name}>
                  {t(`snippet.${name}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="environment">
              <CodeBlock code={writeEnvironment({ address, key })} label={t('snippet.environment')} />
            </Tabs.Panel>
            {snippetLanguages.map((name) => (
              <Tabs.Panel key={name} value={name}>
                <CodeBlock
                  code={writeSnippet(name, { address, key, model: 'auto', messages })}
                  label={t(`snippet.${name}`)}
                />
              </Tabs.Panel>
            ))}
          </Tabs>
        )}
      </Panel>
    </Page>
  );
}
