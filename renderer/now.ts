import { useSyncExternalStore } from 'react';
import { createStore } from './store.ts';

const now = createStore(Date.now());
const TICK_MS = 10_000;
let readers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all that is relative to it, running while anyone reads it. */
function subscribe(listener: () => void): () => void {
  const leave = now.subscribe(listener);
  readers += 1;
  if (readers === 1) {
    now.set(Date.now());
    timer = setInterval(() => now.set(Date.now()), TICK_MS);
  }
  return () => {
    leave();
    readers -= 1;
    if (readers === 0) clearInterval(timer);
  };
}

/** Milliseconds since the epoch, renewed every ten seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, now.get);
}
