import type { QueryClient } from '@tanstack/react-query';

/**
 * Has everything under a key asked for again that is shown. An answer already on its way is not thrown away, so that events which never
 * cease let something arrive; but as it may have been read before what is told now, it is followed by another.
 */
export async function refresh(queries: QueryClient, queryKey: readonly unknown[]): Promise<void> {
  const underWay = new Set(queries.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching' }));
  await queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
  if (underWay.size > 0)
    await queries.invalidateQueries({ predicate: (query) => underWay.has(query) }, { cancelRefetch: false });
}
