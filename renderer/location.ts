import { useMemo, useSyncExternalStore } from 'react';

/**
 * Pages live in the fragment (`/#/requests?status=error`): one file serves them all, over HTTP as in the desktop window, links are plain
 * ones, and a reload finds the same page.
 */
const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};

const fragment = () => location.hash.replace(/^#?\/?/, '/');
/** The path of the page as it is now. */
export const readPath = () => fragment().split('?', 1)[0] ?? '/';
const readSearch = () => fragment().split('?')[1] ?? '';

/** `replace` leaves no step in the history. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  const hash = `#${to}`;
  if (hash === location.hash) return;
  if (!replace) {
    location.hash = hash;
    return;
  }
  history.replaceState(null, '', hash);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

/** The path of the page, such as `/requests`. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, readPath);
}

type Changes = Record<string, string | undefined>;

/** The parameters of the page's address as it is now. */
export const readParameters = () => new URLSearchParams(readSearch());

/** The parameters of the page's address. */
export function useParameters(): URLSearchParams {
  const search = useSyncExternalStore(subscribe, readSearch);
  return useMemo(() => new URLSearchParams(search), [search]);
}

/** Changes some parameters of the page's address; an empty or absent value removes its parameter. */
export function changeParameters(changes: Changes): void {
  navigate(withParameters(readPath(), changes, readSearch()), { replace: true });
}

/** A path with parameters, beside those of `search`. */
export function withParameters(path: string, changes: Changes, search = ''): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
