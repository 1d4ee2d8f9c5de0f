import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconColumns } from '@tabler/icons-react';
import { t } from '../../i18n/index.ts';
import { createStore, recall, remember, useStore } from '../../store.ts';
import { type Column, columns } from './columns.tsx';

/** Undefined: nothing was chosen yet. */
const chosen = createStore<readonly string[] | undefined>(recall('columns')?.split(' '));

/** What is shown: what was chosen, else as much of the usual as there is room for. */
function useIds(): readonly string[] {
  const ids = useStore(chosen);
  const isWide = useMediaQuery('(min-width: 1100px)', true, { getInitialValueInEffect: false });
  return ids ?? columns.filter(({ usual }) => usual === 'always' || (usual === 'wide' && isWide)).map(({ id }) => id);
}

/** The columns that this reader wants to see, in their fixed order. */
export function useColumns(): readonly Column[] {
  const ids = useIds();
  return columns.filter((column) => ids.includes(column.id));
}

export function ColumnPicker() {
  const ids = useIds();
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
