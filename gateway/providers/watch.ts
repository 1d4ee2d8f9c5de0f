/** Something with a time limit. */
export interface Watched {
  /** Where it stands among the watched; the watch's own. */
  place: number;
  /** Told the monotonic time, in milliseconds, about ten times a second. */
  check(now: number): void;
}

const TICK_MS = 100;

/**
 * One clock for the limits of all calls: a timer for each would cost more than what it guards. It stands still while nobody is
 * watched. An array, as a Set of what comes and goes with every request burdens the garbage collector (see `slots.ts`).
 */
export function createWatch(): { add(watched: Watched): void; remove(watched: Watched): void } {
  const all: Watched[] = [];
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    if (all.length === 0) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    const now = performance.now();
    for (const watched of [...all]) watched.check(now);
  }

  return {
    add(watched) {
      watched.place = all.push(watched) - 1;
      timer ??= setInterval(tick, TICK_MS).unref();
    },
    remove(watched) {
      const last = all.pop();
      if (last === undefined || last === watched) return;
      all[watched.place] = last;
      last.place = watched.place;
    },
  };
}
