import {
  infiniteQueryOptions,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
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
  /** What is shown still answers the question before. */
  isOld: boolean;
  error: unknown;
  hasMore: boolean;
  isFetchingMore: boolean;
  fetchMore(): void;
  retry(): void;
}

/** The question for the list of some filters. */
export function listOf(input: FilterInput) {
  return infiniteQueryOptions({
    queryKey: ['request rows', input],
    queryFn: ({ pageParam, signal }) =>
      client.requests.page(
        { ...input, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/**
 * The list page by page, as far as one scrolls. What ends meanwhile is asked for apart, so that an event never has all pages asked for
 * again.
 */
export function useRows(input: FilterInput): Rows {
  const queries = useQueryClient();
  const options = useMemo(() => listOf(input), [input]);
  const list = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const live = useQuery(
    gateway.requests.page.queryOptions({
      input: { ...input, limit: FRESH },
      // The list is new itself until an event says otherwise.
      enabled: input.sort === 'newest' && list.isSuccess && !list.isPlaceholderData,
    }),
  );
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.requests) ?? [], [list.data]);
  const first = rows[0]?.id;
  const latest = live.data?.requests;
  const known = latest?.findIndex((request) => request.id === first) ?? 0;
  const isNewer = list.isSuccess && live.dataUpdatedAt > list.dataUpdatedAt;
  const overran = isNewer && latest !== undefined && latest.length > 0 && known < 0;
  // More ended than one page holds, or the list was empty: it is begun anew.
  useEffect(() => {
    if (overran) void queries.resetQueries({ queryKey: options.queryKey });
  }, [overran, queries, options]);
  return {
    rows,
    fresh: useMemo(() => latest?.slice(0, Math.max(0, known)) ?? [], [latest, known]),
    isPending: list.isPending,
    isOld: list.isPlaceholderData,
    error: list.error,
    hasMore: list.hasNextPage,
    isFetchingMore: list.isFetchingNextPage,
    fetchMore: () => void list.fetchNextPage(),
    retry: () => void list.refetch(),
  };
}
