import { ORPCError } from '@orpc/client';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { client } from './client.ts';
import { session } from './session.ts';

/** Options for `useQuery` and `useMutation`, one for each call of the contract. */
export const gateway = createTanstackQueryUtils(client);

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignOut }),
  defaultOptions: {
    queries: {
      // Events say when something changed; until then what is known holds.
      staleTime: 30_000,
      // The gateway is on this machine, however things are with the world outside.
      networkMode: 'always',
      retry: (failures, error) => !(error instanceof ORPCError && error.status < 500) && failures < 2,
      retryDelay: (failures) => 300 * 2 ** failures,
    },
    mutations: { onError: noticeSignOut, networkMode: 'always' },
  },
});

/** A gateway that wants a sign-in gets one asked for. */
export function noticeSignOut(error: unknown): void {
  if (error instanceof ORPCError && error.status === 401) session.set('out');
}
