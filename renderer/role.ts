import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { gateway } from './queries.ts';
import { recall, remember } from './store.ts';

type Role = 'owner' | 'member';

/** Who looks at the page. Until the gateway has said it, who did last: so nothing that is drawn disappears again. */
export function useRole(): Role {
  const account = useQuery(gateway.account.get.queryOptions());
  const known = account.data?.role;
  useEffect(() => {
    if (known !== undefined) remember('role', known);
  }, [known]);
  return known ?? (recall('role') === 'member' ? 'member' : 'owner');
}
