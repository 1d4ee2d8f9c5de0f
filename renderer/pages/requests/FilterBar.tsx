import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/index.ts';
import { changeParameters } from '../../location.ts';
import { UserSelect } from '../../parts/UserSelect.tsx';
import { gateway } from '../../queries.ts';
import { cacheUses, complexities, filterNames, statuses } from './filters.ts';

interface FilterBarProps {
  parameters: URLSearchParams;
  /** Names that the period knows, for the lists to choose from. */
  range: { fromMs: number; toMs: number | undefined };
}

/** What narrows the list; each choice is in the address, so a view can be kept and shared. */
export function FilterBar({ parameters, range }: FilterBarProps) {
  const sums = useQuery(
    gateway.analytics.byModel.queryOptions({
      input: { fromMs: range.fromMs, ...(range.toMs !== undefined && { toMs: range.toMs }) },
    }),
  );
  const keys = useQuery(gateway.gatewayKeys.list.queryOptions());
  const models = namesOf(
    sums.data?.models.map((one) => one.model),
    parameters.get('model'),
  );
  const providers = namesOf(
    sums.data?.models.map((one) => one.provider),
    parameters.get('provider'),
  );
  const clients = keys.data?.keys.map((key) => ({ value: key.id, label: key.name })) ?? [];
  const asked = parameters.get('client');
  if (asked !== null && !clients.some((client) => client.value === asked)) clients.push({ value: asked, label: asked });
  const narrowed = filterNames.some((name) => parameters.has(name));
  return (
    <Group gap="xs">
      <Choice
        name="status"
        data={statuses.map((value) => ({ value, label: t(`status.${value}`) }))}
        parameters={parameters}
      />
      <Choice name="model" data={models} parameters={parameters} />
      <Choice name="provider" data={providers} parameters={parameters} />
      <Choice name="client" data={clients} parameters={parameters} />
      <UserSelect />
      <Choice
        name="complexity"
        data={complexities.map((value) => ({ value, label: t(`complexity.${value}`) }))}
        parameters={parameters}
      />
      <Choice
        name="cache"
        data={cacheUses.map((value) => ({ value, label: t(`cache.${value}`) }))}
        parameters={parameters}
      />
      <Words name="above" type="number" parameters={parameters} width={92} />
      <Words name="error" parameters={parameters} width={118} />
      {narrowed && (
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => changeParameters(Object.fromEntries(filterNames.map((name) => [name, undefined])))}
        >
          {t('requests.clear')}
        </Button>
      )}
    </Group>
  );
}

interface ChoiceProps {
  name: 'status' | 'model' | 'provider' | 'client' | 'complexity' | 'cache';
  data: { value: string; label: string }[];
  parameters: URLSearchParams;
}

function Choice({ name, data, parameters }: ChoiceProps) {
  return (
    <Select
      size="xs"
      w={name === 'model' ? 160 : 118}
      aria-label={t(`word.${name}`)}
      placeholder={t(`word.${name}`)}
      data={data}
      value={parameters.get(name)}
      onChange={(value) => changeParameters({ [name]: value ?? undefined })}
      clearable
      clearButtonProps={{ 'aria-label': t('requests.clearOne', { name: t(`word.${name}`) }) }}
      searchable={data.length > 8}
      nothingFoundMessage={t('palette.nothing')}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
    />
  );
}

interface WordsProps {
  name: 'above' | 'error';
  type?: string;
  parameters: URLSearchParams;
  width: number;
}

/** Typing narrows after a short rest, not at each letter. */
function Words({ name, type = 'text', parameters, width }: WordsProps) {
  const asked = parameters.get(name) ?? '';
  const [text, setText] = useState(asked);
  const [seen, setSeen] = useState(asked);
  const tell = useDebouncedCallback((value: string) => changeParameters({ [name]: value.trim() }), 300);
  if (asked !== seen) {
    setSeen(asked);
    setText(asked);
  }
  return (
    <TextInput
      size="xs"
      w={width}
      type={type}
      min={0}
      step="any"
      aria-label={t(`requests.${name}`)}
      placeholder={t(`requests.${name}`)}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}

function namesOf(found: (string | null)[] | undefined, asked: string | null): { value: string; label: string }[] {
  const names = new Set([...(found ?? []), asked].filter((name) => name !== null));
  return [...names].sort().map((name) => ({ value: name, label: name }));
}
