import { Alert, Anchor, Button, Code, Group, Skeleton, Stack, Table, Text, Tooltip } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DataState } from '../../../contract/index.ts';
import { client, inBrowser } from '../../client.ts';
import { bytes, exactTime } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { NameToConfirm } from '../../parts/NameToConfirm.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { save } from '../../save.ts';
import { Upload } from './Upload.tsx';

/** What lies on disk; backups of it, and the way back to one. */
export function Data() {
  const queries = useQueryClient();
  const data = useQuery(gateway.data.get.queryOptions({ staleTime: 0 }));
  const onSettled = () => queries.invalidateQueries({ queryKey: gateway.data.key() });
  const backingUp = useMutation(
    gateway.data.backUp.mutationOptions({
      onSuccess: ({ name }) => showDone(t('data.backedUp', { name })),
      onError: showFailure,
      onSettled,
    }),
  );
  const cancelling = useMutation(gateway.data.cancelPending.mutationOptions({ onError: showFailure, onSettled }));
  return (
    <Panel title={t('data.title')} mih={140}>
      {data.isError && <Failure error={data.error} onRetry={() => void data.refetch()} />}
      {data.isPending && <Skeleton h={96} />}
      {data.data && (
        <Stack gap="sm">
          <Sizes state={data.data} />
          {data.data.pending && (
            <Alert color="yellow" variant="outline">
              <Group justify="space-between">
                <Text size="sm">{t(`data.${data.data.pending}Pending`)}</Text>
                <Button size="xs" variant="default" onClick={() => cancelling.mutate(undefined)}>
                  {t('data.cancel')}
                </Button>
              </Group>
            </Alert>
          )}
          <Group>
            <Button
              size="xs"
              variant="default"
              loading={backingUp.isPending}
              onClick={() => backingUp.mutate(undefined)}
            >
              {t('data.backUp')}
            </Button>
            {inBrowser && <Upload onSettled={onSettled} />}
            {inBrowser && <ExportDiagnostics />}
          </Group>
          <Text size="xs" c="dimmed">
            {t('data.backUpAbout')} {t(inBrowser ? 'data.uploadAbout' : 'data.folderAbout')}
          </Text>
          <List state={data.data} onSettled={onSettled} />
          <Group justify="flex-end">
            <DeleteAll onSettled={onSettled} />
          </Group>
        </Stack>
      )}
    </Panel>
  );
}

function Sizes({ state: { directory, sizes } }: { state: DataState }) {
  return (
    <div>
      <Text size="sm">
        {t('data.sizes', {
          ledger: bytes(sizes.ledger),
          captures: bytes(sizes.captures),
          backups: bytes(sizes.backups),
        })}
      </Text>
      <Code>{directory}</Code>
    </div>
  );
}

/** What the gateway can tell of a fault. In the window the app adds what is its own, and keeps the file itself. */
function ExportDiagnostics() {
  const exporting = useMutation({
    mutationFn: () => client.data.diagnostics(),
    onSuccess: (found) => {
      const name = `llm-gateway-diagnostics-${new Date().toISOString().slice(0, 10)}.json`;
      save(new Blob([JSON.stringify(found, null, 2)], { type: 'application/json' }), name);
      showDone(t('data.exported', { name }));
    },
    onError: showFailure,
  });
  return (
    <Tooltip label={t('data.exportAbout')}>
      <Button size="xs" variant="default" loading={exporting.isPending} onClick={() => exporting.mutate()}>
        {t('desktop.export')}
      </Button>
    </Tooltip>
  );
}

type Asking = { name: string; about: 'restore' | 'remove' };

function List({ state: { backups }, onSettled }: { state: DataState; onSettled(): void }) {
  const [asking, setAsking] = useState<Asking>();
  const after = {
    onError: showFailure,
    onSettled: () => {
      setAsking(undefined);
      onSettled();
    },
  };
  const restoring = useMutation(gateway.data.restore.mutationOptions(after));
  const removing = useMutation(gateway.data.removeBackup.mutationOptions(after));
  if (backups.length === 0) return null;
  return (
    <>
      <Table aria-label={t('data.backups')}>
        <Table.Tbody>
          {backups.map(({ name, bytes: size, madeAtMs }) => (
            <Table.Tr key={name}>
              <Table.Td>
                {inBrowser ? (
                  <Anchor size="sm" href={`/rpc/backups/${name}`} download={name}>
                    {name}
                  </Anchor>
                ) : (
                  <Text size="sm">{name}</Text>
                )}
                <Text size="xs" c="dimmed">
                  {`${exactTime(madeAtMs)} · ${bytes(size)}`}
                </Text>
              </Table.Td>
              <Table.Td>
                <Group gap="xs" justify="flex-end">
                  {(['restore', 'remove'] as const).map((about) => (
                    <Button
                      key={about}
                      size="compact-sm"
                      variant="subtle"
                      aria-label={`${t(`data.${about}`)} ${name}`}
                      onClick={() => setAsking({ name, about })}
                    >
                      {t(`data.${about}`)}
                    </Button>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {asking && (
        <NameToConfirm
          title={t(`data.${asking.about}`)}
          about={t(`data.${asking.about}About`)}
          name={t(`data.${asking.about}Name`)}
          action={t(`data.${asking.about}`)}
          busy={restoring.isPending || removing.isPending}
          onConfirm={() => (asking.about === 'restore' ? restoring : removing).mutate({ name: asking.name })}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

function DeleteAll({ onSettled }: { onSettled(): void }) {
  const [asking, setAsking] = useState(false);
  const deleting = useMutation(
    gateway.data.deleteAll.mutationOptions({
      onError: showFailure,
      onSettled: () => {
        setAsking(false);
        onSettled();
      },
    }),
  );
  return (
    <>
      <Button size="xs" variant="light" color="red" className="danger" onClick={() => setAsking(true)}>
        {t('data.deleteAll')}
      </Button>
      {asking && (
        <NameToConfirm
          title={t('data.deleteAll')}
          about={t('data.deleteAllAbout')}
          name={t('data.deleteAllName')}
          action={t('data.deleteAll')}
          busy={deleting.isPending}
          onConfirm={() => deleting.mutate(undefined)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
