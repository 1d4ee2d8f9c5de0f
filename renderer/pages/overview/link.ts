import { useParameters, withParameters } from '../../location.ts';

/** Leads to the requests behind a figure: of the same user, and of the same period unless another one is asked for. */
export function useRequestsLink(): (filters: Record<string, string | undefined>) => string {
  const shown = useParameters().toString();
  return (filters) => `#${withParameters('/requests', { by: undefined, ...filters }, shown)}`;
}
