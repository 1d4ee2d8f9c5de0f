import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import { t } from '../../i18n/index.ts';
import { createStore, recall, remember, useStore } from '../../store.ts';
import { type Column, columns } from './columns.tsx';

const kept = recall('columns')?.split(' ');
const chosen = createStore<readonly string[]>(
  kept ?? columns.filter((column) => column.usual).map((column) => column.id),
);

/** The columns that this reader wants to see, in their fixed order. */
export function useColumns(): readonly Column[] {
  const ids = useStore(chosen);
  return columns.filter((column) => ids.includes(column.id));
}

export function ColumnPicker() {
  const ids = useStore(chosen);
  const toggle = (id: string) => {
    const next = ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
    if (next.length === 0) return;
    chosen.set(next);
    remember('columns', next.join(' '));
  };
  return (
    <Popover position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns size={16} stroke={1.6} aria-hidden />}>
          {t('requests.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {columns.map((column) => (
            <Checkbox
              key={column.id}
              size="xs"
              label={t(column.title)}
              checked={ids.includes(column.id)}
              onChange={() => toggle(column.id)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
