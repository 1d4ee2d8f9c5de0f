import { Button, Drawer, Group, Skeleton, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { EditModel, ModelDetail } from '../../../contract/index.ts';
import { count, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { withParameters } from '../../location.ts';
import { showFailure, showUndoable } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { AmountInput } from '../../parts/AmountInput.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';

/** One model in full: what it can, what it cost since when, and one's own word about it. */
export function ModelPanel({ id, onClose }: { id: string | null; onClose(): void }) {
  const model = useQuery(gateway.models.one.queryOptions({ input: { id: id ?? '' }, enabled: id !== null }));
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      size={520}
      title={<Text fw={600}>{model.data?.title ?? id}</Text>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {model.isError && <Failure error={model.error} onRetry={() => void model.refetch()} />}
      {model.isPending && <Skeleton h={300} />}
      {model.data && <Body key={model.data.id} model={model.data} />}
    </Drawer>
  );
}

function Body({ model }: { model: ModelDetail }) {
  return (
    <Stack gap="lg" pb="xl">
      <div>
        <Text size="sm" c="dimmed">
          {model.id}
        </Text>
        <Group gap="xs" mt={6}>
          {model.available && <Tag tone="good">{t('models.usable')}</Tag>}
          {(['tools', 'reasoning', 'structuredOutput', 'promptCaching'] as const)
            .filter((name) => model.capabilities[name])
            .map((name) => (
              <Tag key={name} tone="calm">
                {t(`capability.${name}`)}
              </Tag>
            ))}
          {model.retires && <Tag tone="warn">{t('models.retires', { day: model.retires })}</Tag>}
        </Group>
        <Text size="sm" mt="sm">
          {t('models.sizes', { window: count(model.contextTokens), output: count(model.maxOutputTokens) })}
        </Text>
        <Button
          component="a"
          size="xs"
          variant="default"
          mt="sm"
          href={`#${withParameters('/playground', { model: model.id })}`}
        >
          {t('models.tryIt')}
        </Button>
      </div>
      <OwnWord model={model} />
      <History id={model.id} />
    </Stack>
  );
}

/** One's own price, and whether the model is offered at all. */
function OwnWord({ model }: { model: ModelDetail }) {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: gateway.models.key() });
  const editing = useMutation(
    gateway.models.edit.mutationOptions({
      onSettled: refresh,
      onError: showFailure,
    }),
  );
  const change = (edit: Pick<EditModel, 'price' | 'hidden'>) => {
    const before = 'price' in edit ? { price: model.edit.price ?? null } : { hidden: model.edit.hidden ?? null };
    editing.mutate(
      { id: model.id, ...edit },
      {
        onSuccess: () =>
          showUndoable(t('models.saved'), () => {
            editing.mutate({ id: model.id, ...before });
            if (before.price === undefined) return;
            const shown = before.price ?? model.listed.price;
            setInput(shown?.input ?? null);
            setOutput(shown?.output ?? null);
          }),
      },
    );
  };
  const asked = editing.isPending ? editing.variables.hidden : undefined;
  const hidden = asked === undefined ? model.hidden : asked === true;
  const [input, setInput] = useState(model.price?.input ?? null);
  const [output, setOutput] = useState(model.price?.output ?? null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (input !== null && output !== null) change({ price: { input, output } });
  };
  return (
    <section>
      <Title order={2} size="sm" mb="xs">
        {t('models.yourPrice')}
      </Title>
      <form onSubmit={submit}>
        <Group gap="xs" align="flex-end">
          <AmountInput
            size="xs"
            w={120}
            prefix="$"
            min={0}
            label={t('models.inputPrice')}
            value={input}
            onChange={setInput}
          />
          <AmountInput
            size="xs"
            w={120}
            prefix="$"
            min={0}
            label={t('models.outputPrice')}
            value={output}
            onChange={setOutput}
          />
          <Button size="xs" type="submit" variant="default" disabled={input === null || output === null}>
            {t('action.save')}
          </Button>
          {model.edit.price && (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => {
                change({ price: null });
                setInput(model.listed.price?.input ?? null);
                setOutput(model.listed.price?.output ?? null);
              }}
            >
              {t('models.listPrice')}
            </Button>
          )}
        </Group>
      </form>
      <Text size="xs" c="dimmed" mt={6}>
        {t('models.priceFrom', { source: model.priceSource ?? '—' })}
      </Text>
      <Switch
        mt="sm"
        size="sm"
        label={t('models.hide')}
        description={t('models.hideAbout')}
        checked={hidden}
        onChange={(event) => change({ hidden: event.currentTarget.checked ? true : null })}
      />
    </section>
  );
}

function History({ id }: { id: string }) {
  const history = useQuery(gateway.models.priceHistory.queryOptions({ input: { id } }));
  return (
    <section>
      <Title order={2} size="sm" mb="xs">
        {t('models.history')}
      </Title>
      {history.isPending && <Skeleton h={60} />}
      {history.data && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('models.since')}</Table.Th>
              <Table.Th>{t('models.source')}</Table.Th>
              <Table.Th ta="right">{t('models.inputPrice')}</Table.Th>
              <Table.Th ta="right">{t('models.outputPrice')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {history.data.entries.map((entry) => (
              <Table.Tr key={entry.version}>
                <Table.Td>
                  <Ago atMs={entry.sinceMs} />
                </Table.Td>
                <Table.Td>{entry.source ?? '—'}</Table.Td>
                <Table.Td ta="right">{money(entry.prices.at(-1)?.input ?? null)}</Table.Td>
                <Table.Td ta="right">{money(entry.prices.at(-1)?.output ?? null)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}
