import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { RequestInfo } from '../../../contract/index.ts';
import { client } from '../../client.ts';
import { gateway } from '../../queries.ts';
import type { FilterInput } from './filters.ts';

const PAGE = 200;
const FRESH = 50;

export interface Rows {
  rows: RequestInfo[];
  /** Requests that ended since the list was made, newest first; shown when the reader is at the top. */
  fresh: RequestInfo[];
  isPending: boolean;
  error: unknown;
  hasMore: boolean;
  isFetchingMore: boolean;
  fetchMore(): void;
  retry(): void;
}

/**
 * The list page by page, as far as one scrolls. What ends meanwhile is asked for apart, so that an event never has all pages asked for
 * again.
 */
export function useRows(input: FilterInput): Rows {
  const queries = useQueryClient();
  const queryKey = useMemo(() => ['request rows', input], [input]);
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      client.requests.page(
        { ...input, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const live = useQuery(
    gateway.requests.page.queryOptions({
      input: { ...input, limit: FRESH },
      enabled: input.sort === 'newest' && !list.isPlaceholderData,
    }),
  );
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.requests) ?? [], [list.data]);
  const first = rows[0]?.id;
  const latest = live.data?.requests;
  const known = latest?.findIndex((request) => request.id === first) ?? 0;
  const overran = latest !== undefined && list.isSuccess && latest.length > 0 && known < 0;
  // More ended than one page holds, or the list was empty: it is begun anew.
  useEffect(() => {
    if (overran) void queries.resetQueries({ queryKey });
  }, [overran, queries, queryKey]);
  return {
    rows,
    fresh: useMemo(() => latest?.slice(0, Math.max(0, known)) ?? [], [latest, known]),
    isPending: list.isPending,
    error: list.error,
    hasMore: list.hasNextPage,
    isFetchingMore: list.isFetchingNextPage,
    fetchMore: () => void list.fetchNextPage(),
    retry: () => void list.refetch(),
  };
}
