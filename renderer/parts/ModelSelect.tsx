import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { gateway } from '../queries.ts';

const automatic = ['auto', 'auto:economy', 'auto:quality'];

interface ModelSelectProps extends Pick<SelectProps, 'label' | 'aria-label' | 'w' | 'size' | 'error'> {
  /** Null: none is chosen yet. */
  value: string | null;
  /** Only models by name: `auto` would choose for itself. */
  named?: boolean;
  onChange(model: string): void;
}

/** `auto` and its kinds, and every model that can be called now. */
export function ModelSelect({ value, onChange, named = false, ...rest }: ModelSelectProps) {
  const models = useQuery(gateway.models.list.queryOptions());
  const byProvider = new Map<string, { value: string; label: string }[]>();
  for (const model of models.data?.models ?? []) {
    if (!model.available || model.hidden) continue;
    byProvider.set(model.provider, [...(byProvider.get(model.provider) ?? []), { value: model.id, label: model.name }]);
  }
  const known = new Set([...automatic, ...[...byProvider.values()].flat().map((one) => one.value)]);
  return (
    <Select
      data={[
        ...(named ? [] : [{ group: 'auto', items: automatic }]),
        ...[...byProvider].map(([group, items]) => ({ group, items })),
        ...(value === null || known.has(value) ? [] : [value]),
      ]}
      value={value}
      onChange={(next) => next !== null && onChange(next)}
      searchable
      allowDeselect={false}
      maxDropdownHeight={360}
      comboboxProps={{ width: 300, position: 'bottom-start' }}
      {...rest}
    />
  );
}
