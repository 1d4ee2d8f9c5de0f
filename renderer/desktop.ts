import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DesktopState, PreferencesPatch } from '../contract/desktop.ts';
import { inBrowser } from './client.ts';
import { showFailure } from './notices.tsx';
import { gateway } from './queries.ts';

/** The app around the window; undefined in a browser, and until it has answered. */
export function useDesktop(): DesktopState | undefined {
  const state = useQuery({ ...gateway.desktop.get.queryOptions(), enabled: !inBrowser });
  return state.data?.desktop ?? undefined;
}

/** Changes some preferences of the app. */
export function usePreferences(): UseMutationResult<unknown, unknown, PreferencesPatch> {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: gateway.desktop.key() });
  return useMutation(gateway.desktop.update.mutationOptions({ onSettled, onError: showFailure }));
}
