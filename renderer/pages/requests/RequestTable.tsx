// biome-ignore-all lint/a11y/useSemanticElements: rows are placed one by one, which the elements of a table do not allow.
// biome-ignore-all lint/a11y/useFocusableInteractive: in a grid one row has the focus, not each cell.
// biome-ignore-all lint/a11y/noStaticElementInteractions: keys that reach the frame come from the row that has the focus.
import { Box, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { RequestInfo } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { changeParameters } from '../../location.ts';
import type { Column } from './columns.tsx';
import classes from './RequestTable.module.css';
import type { Rows } from './rows.ts';

const ROW_PX = 36;
/** So many rows before its end, the list is asked for more. */
const AHEAD = 60;

interface RequestTableProps {
  columns: readonly Column[];
  list: Rows;
  sort: string;
  onOpen(request: RequestInfo): void;
}

/** A grid that draws only what is in sight. One row has the focus; the arrow keys move it, Enter opens it. */
export function RequestTable({ columns, list, sort, onOpen }: RequestTableProps) {
  const frame = useRef<HTMLDivElement>(null);
  // By its id: it keeps the focus while others arrive above it.
  const [activeId, setActiveId] = useState<string>();
  const [atTop, setAtTop] = useState(true);
  // While the reader is further down, nothing moves under the eyes.
  const rows = useMemo(() => (atTop ? [...list.fresh, ...list.rows] : list.rows), [atTop, list.fresh, list.rows]);
  const active = useMemo(
    () =>
      Math.max(
        0,
        rows.findIndex((row) => row.id === activeId),
      ),
    [rows, activeId],
  );
  const virtual = useVirtualizer({
    count: rows.length + (list.hasMore ? 1 : 0),
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const drawn = virtual.getVirtualItems();
  const lastDrawn = drawn.at(-1)?.index ?? 0;
  const { hasMore, isFetchingMore, fetchMore } = list;
  useEffect(() => {
    if (hasMore && !isFetchingMore && lastDrawn > rows.length - AHEAD) fetchMore();
  }, [hasMore, isFetchingMore, fetchMore, lastDrawn, rows.length]);
  // A row is drawn only once it has been scrolled to.
  const toFocus = useRef<string>(undefined);
  useEffect(() => {
    const row = toFocus.current && frame.current?.querySelector<HTMLElement>(`[data-id="${toFocus.current}"]`);
    if (!row) return;
    toFocus.current = undefined;
    row.focus();
  });

  function move(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? ROW_PX) / ROW_PX) - 2);
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, wanted));
    const id = rows[next]?.id;
    setActiveId(id);
    toFocus.current = id;
    virtual.scrollToIndex(next);
  }

  const template = { gridTemplateColumns: columns.map((column) => column.width).join(' ') };
  return (
    <Box
      className={classes.table}
      role="grid"
      aria-label={t('requests.title')}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-busy={list.isOld}
    >
      <div
        ref={frame}
        className={classes.frame}
        onScroll={(event) => setAtTop(event.currentTarget.scrollTop < ROW_PX)}
        onKeyDown={move}
      >
        <div className={classes.head} role="row" style={template}>
          {columns.map((column) => (
            <Title key={column.id} column={column} sort={sort} />
          ))}
        </div>
        <div className={classes.body} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {drawn.map(({ index, start }) => {
            const request = rows[index];
            const place = { transform: `translateY(${start}px)`, height: ROW_PX, ...template };
            if (request === undefined) {
              return (
                <div key="more" className={classes.row} role="row" style={place}>
                  <span role="gridcell">
                    <Skeleton h={12} />
                  </span>
                </div>
              );
            }
            return (
              <div
                key={request.id}
                className={classes.row}
                role="row"
                aria-rowindex={index + 2}
                data-index={index}
                data-id={request.id}
                data-failed={request.status === 'error' || undefined}
                tabIndex={index === active ? 0 : -1}
                style={place}
                onClick={() => onOpen(request)}
                onFocus={() => setActiveId(request.id)}
                onKeyDown={(event) => event.key === 'Enter' && onOpen(request)}
              >
                {columns.map((column) => (
                  <span key={column.id} role="gridcell" className="clip" data-right={column.right}>
                    {column.cell(request)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {!atTop && list.fresh.length > 0 && (
        <UnstyledButton className={classes.fresh} onClick={() => frame.current?.scrollTo({ top: 0 })}>
          {t('requests.fresh', { count: list.fresh.length })}
        </UnstyledButton>
      )}
    </Box>
  );
}

function Title({ column, sort }: { column: Column; sort: string }) {
  const sorted = column.sort === sort;
  const words = (
    <Text span fz="xs" fw={600} c="dimmed">
      {t(column.title)}
    </Text>
  );
  return (
    <span
      role="columnheader"
      data-right={column.right}
      {...(column.sort && { 'aria-sort': sorted ? ('descending' as const) : ('none' as const) })}
    >
      {column.sort === undefined ? (
        words
      ) : (
        <UnstyledButton onClick={() => changeParameters({ sort: column.sort === 'newest' ? undefined : column.sort })}>
          {words}
          {sorted && <IconArrowDown size={12} aria-hidden style={{ verticalAlign: '-1px', marginInlineStart: 2 }} />}
        </UnstyledButton>
      )}
    </span>
  );
}
