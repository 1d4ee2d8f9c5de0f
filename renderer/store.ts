import { useSyncExternalStore } from 'react';

/** One value that lives outside React and redraws whoever reads it. */
export interface Store<Value> {
  get(): Value;
  set(value: Value): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** Small preferences of this browser or window. */
export function remember(name: string, value: string): void {
  write(() => localStorage, name, value);
}

export function recall(name: string): string | null {
  return read(() => localStorage, name);
}

/** What is being worked on in this tab: a reload finds it again. Null: it is done. False: there is no room for it. */
export function keep(name: string, value: unknown): boolean {
  return write(() => sessionStorage, name, value === null ? null : JSON.stringify(value));
}

/** Forgets all that this tab keeps. */
export function keepNothing(): void {
  try {
    sessionStorage.clear();
  } catch {
    // There was nowhere to keep anything.
  }
}

/** What was kept; null: nothing. */
export function kept<Value>(name: string): Value | null {
  return JSON.parse(read(() => sessionStorage, name) ?? 'null') as Value | null;
}

/** Storage may be full or forbidden; then things last as long as the page. */
function write(storage: () => Storage, name: string, value: string | null): boolean {
  try {
    if (value === null) storage().removeItem(name);
    else storage().setItem(name, value);
    return true;
  } catch {
    return false;
  }
}

function read(storage: () => Storage, name: string): string | null {
  try {
    return storage().getItem(name);
  } catch {
    return null;
  }
}
