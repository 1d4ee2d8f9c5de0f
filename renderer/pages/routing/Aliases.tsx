import { Button, Group, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { t } from '../../i18n/index.ts';
import { showFailure, showUndoable } from '../../notices.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { ModelSelect } from '../../parts/ModelSelect.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { inWords } from '../../said.ts';

/** Names of one's own for models. */
export function Aliases() {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: gateway.aliases.key() });
  const list = useQuery(gateway.aliases.list.queryOptions());
  const aliases = list.data?.aliases ?? [];
  const [name, setName] = useState('');
  const [target, setTarget] = useState('auto');
  const setting = useMutation(
    gateway.aliases.set.mutationOptions({ onSuccess: () => setName(''), onSettled: refresh, onError: showFailure }),
  );
  const restoring = useMutation(gateway.aliases.restore.mutationOptions({ onSettled: refresh, onError: showFailure }));
  const removing = useMutation(
    gateway.aliases.remove.mutationOptions({
      onSuccess: ({ id }) => showUndoable(t('aliases.removed'), () => restoring.mutate({ id })),
      onSettled: refresh,
      onError: showFailure,
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setting.mutate({ name: name.trim(), target });
  };
  return (
    <Panel title={t('aliases.title')}>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t('aliases.about')}
        </Text>
        {list.isError && <Failure error={list.error} onRetry={() => list.refetch()} />}
        {aliases.length > 0 && (
          <ScrollArea.Autosize mah={280} type="auto" viewportProps={{ tabIndex: 0 }}>
            <Stack gap="xs">
              {aliases.map((alias) => (
                <Group key={alias.id} justify="space-between" className="line" gap="xs" wrap="nowrap">
                  <div style={{ minWidth: 0 }}>
                    <Text size="sm">
                      <b>{alias.name}</b> → {alias.target}
                    </Text>
                    {alias.warning && (
                      <Text size="xs" c="var(--warn)">
                        {inWords(alias.warning)}
                      </Text>
                    )}
                  </div>
                  {!alias.declared && (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      className="danger"
                      style={{ flex: 'none' }}
                      onClick={() => removing.mutate({ id: alias.id })}
                    >
                      {t('action.remove')}
                    </Button>
                  )}
                </Group>
              ))}
            </Stack>
          </ScrollArea.Autosize>
        )}
        <form onSubmit={submit}>
          <Group gap="xs" align="flex-end">
            <TextInput
              size="xs"
              label={t('aliases.name')}
              placeholder={t('aliases.example')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              style={{ flex: 1 }}
            />
            <ModelSelect size="xs" label={t('aliases.target')} value={target} onChange={setTarget} />
            <Button size="xs" type="submit" variant="default" disabled={name.trim() === ''} loading={setting.isPending}>
              {t('aliases.add')}
            </Button>
          </Group>
        </form>
      </Stack>
    </Panel>
  );
}
