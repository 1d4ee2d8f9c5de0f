import { Button, Checkbox, Group, Select, Skeleton, Switch, Table, Text, TextInput } from '@mantine/core';
import { IconSearch, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { ModelInfo } from '../../../contract/index.ts';
import { count, decimal, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { changeParameters, useParameters } from '../../location.ts';
import { ActionBar } from '../../parts/ActionBar.tsx';
import { AmountInput } from '../../parts/AmountInput.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { Compare } from './Compare.tsx';
import { capabilities, filterModels, numberOf, orders, windows } from './filter.ts';
import { ModelPanel } from './ModelPanel.tsx';
import { Updates } from './Updates.tsx';

const MOST_COMPARED = 4;
const PAGE = 150;

/** Every model the gateway knows, what it can and what it costs. */
export function Models() {
  const list = useQuery(gateway.models.list.queryOptions());
  const parameters = useParameters();
  // Fields answer at once; the long list follows when there is time.
  const asked = useDeferredValue(parameters);
  const [marked, setMarked] = useState<readonly string[]>([]);
  const [comparing, setComparing] = useState(false);
  const [shown, setShown] = useState(PAGE);
  const all = list.data?.models ?? [];
  const found = filterModels(all, asked);
  const providers = [...new Set(all.map((model) => model.provider))].sort();
  const mark = (id: string) =>
    setMarked(marked.includes(id) ? marked.filter((one) => one !== id) : [...marked, id].slice(-MOST_COMPARED));
  return (
    <Page title={t('models.title')}>
      <Updates />
      {list.isError && <Failure error={list.error} onRetry={() => list.refetch()} />}
      <Panel>
        <Group gap="xs" mb="sm">
          <TextInput
            size="xs"
            w={200}
            leftSection={<IconSearch size={14} aria-hidden />}
            aria-label={t('models.search')}
            placeholder={t('models.search')}
            defaultValue={parameters.get('q') ?? ''}
            onChange={(event) => changeParameters({ q: event.currentTarget.value })}
          />
          <Select
            size="xs"
            w={140}
            clearable
            searchable
            aria-label={t('word.provider')}
            placeholder={t('word.provider')}
            data={providers}
            value={parameters.get('provider')}
            onChange={(provider) => changeParameters({ provider: provider ?? undefined })}
            clearButtonProps={{ 'aria-label': t('requests.clearOne', { name: t('word.provider') }) }}
          />
          <Select
            size="xs"
            w={150}
            clearable
            aria-label={t('models.capability')}
            placeholder={t('models.capability')}
            data={capabilities.map((value) => ({ value, label: t(`capability.${value}`) }))}
            value={parameters.get('can')}
            onChange={(can) => changeParameters({ can: can ?? undefined })}
            clearButtonProps={{ 'aria-label': t('requests.clearOne', { name: t('models.capability') }) }}
          />
          <AmountInput
            size="xs"
            w={130}
            min={0}
            prefix="$"
            aria-label={t('models.mostPrice')}
            placeholder={t('models.mostPrice')}
            value={numberOf(parameters.get('price')) ?? null}
            onChange={(price) => changeParameters({ price: price === null ? undefined : String(price) })}
          />
          <Select
            size="xs"
            w={130}
            clearable
            aria-label={t('models.leastWindow')}
            placeholder={t('models.leastWindow')}
            data={windows.map((value) => ({ value: String(value), label: `≥ ${count(value)}` }))}
            value={parameters.get('window')}
            onChange={(window) => changeParameters({ window: window ?? undefined })}
            clearButtonProps={{ 'aria-label': t('requests.clearOne', { name: t('models.leastWindow') }) }}
          />
          <Select
            size="xs"
            w={150}
            allowDeselect={false}
            aria-label={t('models.order')}
            data={orders.map((value) => ({ value, label: t(`order.${value}`) }))}
            value={parameters.get('order') ?? 'name'}
            onChange={(order) => changeParameters({ order: order === 'name' ? undefined : (order ?? undefined) })}
          />
          <Switch
            size="xs"
            label={t('models.available')}
            checked={parameters.get('available') !== null}
            onChange={(event) => changeParameters({ available: event.currentTarget.checked ? '1' : undefined })}
          />
          <Switch
            size="xs"
            label={t('models.retiring')}
            checked={parameters.get('retiring') !== null}
            onChange={(event) => changeParameters({ retiring: event.currentTarget.checked ? '1' : undefined })}
          />
          <Text size="xs" c="dimmed" aria-live="polite">
            {t('models.count', { count: found.length })}
          </Text>
        </Group>
        {list.isPending ? (
          <Skeleton h={420} />
        ) : found.length === 0 ? (
          <Empty icon={IconStack2} title={t('models.none')}>
            {t('requests.nothingAbout')}
          </Empty>
        ) : (
          <ModelTable models={found.slice(0, shown)} marked={marked} onMark={mark} />
        )}
        {found.length > shown && (
          <Button variant="subtle" size="xs" onClick={() => setShown(shown + PAGE)}>
            {t('models.more', { count: found.length - shown })}
          </Button>
        )}
      </Panel>
      {marked.length > 0 && (
        <ActionBar about={marked.length === 1 ? t('models.markMore') : t('models.marked', { count: marked.length })}>
          <Button size="xs" variant="default" onClick={() => setMarked([])}>
            {t('models.unmark')}
          </Button>
          <Button size="xs" disabled={marked.length < 2} onClick={() => setComparing(true)}>
            {t('models.compare', { count: marked.length })}
          </Button>
        </ActionBar>
      )}
      <ModelPanel id={parameters.get('open')} onClose={() => changeParameters({ open: undefined })} />
      {comparing && <Compare ids={marked} onClose={() => setComparing(false)} />}
    </Page>
  );
}

interface ModelTableProps {
  models: readonly ModelInfo[];
  marked: readonly string[];
  onMark(id: string): void;
}

function ModelTable({ models, marked, onMark }: ModelTableProps) {
  return (
    <Table highlightOnHover stickyHeader stickyHeaderOffset="var(--app-shell-header-offset)">
      <Table.Thead bg="var(--surface)">
        <Table.Tr>
          <Table.Th w={80}>{t('models.mark')}</Table.Th>
          <Table.Th>{t('word.model')}</Table.Th>
          <Table.Th ta="right">{t('models.window')}</Table.Th>
          <Table.Th ta="right">{t('routing.quality')}</Table.Th>
          <Table.Th ta="right">{t('models.inputPrice')}</Table.Th>
          <Table.Th ta="right">{t('models.outputPrice')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {models.map((model) => (
          <Table.Tr key={model.id}>
            <Table.Td>
              <Checkbox
                size="xs"
                aria-label={t('models.markOne', { name: model.id })}
                checked={marked.includes(model.id)}
                onChange={() => onMark(model.id)}
              />
            </Table.Td>
            <Table.Td>
              <Group gap={8}>
                <button type="button" className="link" onClick={() => changeParameters({ open: model.id })}>
                  {model.title}
                </button>
                <ModelTags model={model} />
              </Group>
              <Text size="xs" c="dimmed">
                {model.id}
              </Text>
            </Table.Td>
            <Table.Td ta="right">{count(model.contextTokens)}</Table.Td>
            <Table.Td ta="right">{decimal(model.rating, 1)}</Table.Td>
            <Table.Td ta="right">{money(model.price?.input ?? null)}</Table.Td>
            <Table.Td ta="right">{money(model.price?.output ?? null)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ModelTags({ model }: { model: ModelInfo }) {
  return (
    <>
      {model.available && <Tag tone="good">{t('models.usable')}</Tag>}
      {model.hidden && <Tag tone="calm">{t('models.hidden')}</Tag>}
      {Object.values(model.origins).includes('edited') && <Tag tone="strong">{t('models.edited')}</Tag>}
      {model.retires && <Tag tone="warn">{t('models.retires', { day: model.retires })}</Tag>}
    </>
  );
}
